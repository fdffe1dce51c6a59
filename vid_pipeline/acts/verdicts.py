"""What people may answer to a request, and whether it fits."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter, ValidationError

from vid_pipeline.acts import respeaking
from vid_pipeline.artifacts import Artifact, MediaRef
from vid_pipeline.asking import FormField, form_model
from vid_pipeline.errors import BadRequest, NotAllowed, StoreError
from vid_pipeline.kinds import CONVERSATION
from vid_pipeline.pins import MOST, Pin, places_of
from vid_pipeline.ports import Store
from vid_pipeline.records import Request, Shown, User
from vid_pipeline.wiring import Wiring, item_of, upstream, without_none

LONGEST_FEEDBACK = 20_000
FIELDS = TypeAdapter(tuple[FormField, ...])


class _Given(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ItemDecision(_Given):
    """What is said of one of several things."""

    verdict: Literal["approve", "reject"] = "approve"
    note: str = ""
    edit: JsonValue = Field(default=None, description="The whole artifact as it shall be.")


class Decision(_Given):
    """What somebody answers.

    `reject` sends the feedback back to the step `to`, which tries again; `stop` ends the
    production. Of several things `items` says which are rejected, with why; if it names any, all
    others are approved.
    """

    verdict: Literal["approve", "reject", "stop"]
    feedback: str = ""
    to: str | None = Field(default=None, description="The step that tries again.")
    edit: JsonValue = Field(default=None, description="The whole artifact as it shall be.")
    items: Mapping[str, ItemDecision] = Field(default_factory=dict)
    pins: tuple[Pin, ...] = Field(
        default=(), max_length=MOST, description="Remarks at places of what is sent back."
    )
    form: Mapping[str, JsonValue] = Field(default_factory=dict)
    limit_usd: float | None = Field(
        default=None, gt=0, allow_inf_nan=False, description="Of a budget: its new cap."
    )
    seen: str | None = Field(
        default=None, description="What they have seen, by `digest_of`; unchecked if None."
    )


class Answer(_Given):
    """A decision as it is kept: edits are artifacts in the store, feedback goes to step keys."""

    edits: Mapping[str, MediaRef] = Field(default_factory=dict)
    rejected: Mapping[str, str] = Field(default_factory=dict, description="Item → why.")
    feedback: Mapping[str, str] = Field(default_factory=dict, description="Step key → what.")
    form: Mapping[str, JsonValue] = Field(default_factory=dict)
    limit_usd: float | None = None
    said: str = Field(default="", description="The feedback as a whole.")
    pins: tuple[Pin, ...] = ()

    @property
    def rejects(self) -> bool:
        return bool(self.feedback)

    @classmethod
    def of(cls, request: Request) -> "Answer":
        """What a request was answered, or proposed, so far."""
        return cls.model_validate(request.answer or {})


def digest_of(request: Request) -> str:
    """Tells apart what deciders see: each thing as it is, or as somebody has edited it so far."""
    edits = Answer.of(request).edits
    things = [(one.key, edits.get(one.key, one.artifact).sha256) for one in request.shown]
    return hashlib.sha256(json.dumps(things).encode()).hexdigest()


def refuse_stranger(request: Request, decider: User) -> None:
    """Return if a user may decide.

    Raises:
        NotAllowed: they may not; the message says who may.
    """
    is_author = decider.id == request.owner_id
    if request.author_barred and is_author:
        raise NotAllowed(
            request.short_id, decider.handle, "whoever makes a production may not approve it here"
        )
    named = decider.id in request.assignees
    by_role = request.role is not None and decider.role in {request.role, "administrator"}
    alone = not request.assignees and request.role is None and is_author
    if not (named or by_role or alone):
        raise NotAllowed(request.short_id, decider.handle, "it was given to others to decide")


def targets(wiring: Wiring, request: Request) -> tuple[str, ...]:
    """The steps that feedback may go to, the nearest first."""
    above = upstream(wiring, request.step_id)
    several = request.kind == "items"
    able = [
        step
        for step in reversed(wiring.order)
        if step in above
        and CONVERSATION in wiring.kinds[step].ports
        and (several or not wiring.is_mapped(step))
    ]
    wanted = request.back_to
    return tuple(step for step in wanted if step in able) if wanted else tuple(able)


def checked(decision: Decision, request: Request, wiring: Wiring, store: Store) -> Answer:
    """The answer as it is kept; edits are validated and put into the store.

    Raises:
        BadRequest: something in it does not fit the request.
    """
    notes = (one.note for one in decision.items.values())
    for words in (decision.feedback, *notes, *(pin.note for pin in decision.pins)):
        _refuse_words(words)
    if decision.verdict == "stop":
        return Answer(said=decision.feedback)
    if request.kind == "budget":
        return _budget(decision, request)
    each = _each(decision, request)
    rejected = {key: one.note for key, one in each.items() if one.verdict == "reject"}
    edits = {
        key: _edited(one.edit, key, request, wiring, store)
        for key, one in each.items()
        if one.verdict == "approve" and one.edit is not None
    }
    earlier = Answer.of(request)
    edits = {key: ref for key, ref in earlier.edits.items() if key not in rejected} | edits
    _refuse_pins(decision.pins, rejected, request, earlier, store)
    if decision.verdict == "reject" and not rejected:
        raise BadRequest("Decision", "reject", "There is nothing to send back: approve, or stop.")
    if rejected:
        return Answer(
            edits=edits,
            rejected=rejected,
            feedback=_feedback(decision, rejected, request, wiring),
            said=decision.feedback,
            pins=decision.pins,
        )
    return Answer(
        edits=edits,
        form=_filled(decision, request),
        said=decision.feedback,
    )


def _budget(decision: Decision, request: Request) -> Answer:
    if decision.verdict == "reject":
        raise BadRequest("Decision", "reject", "Raise the budget, or stop the production.")
    needed_usd = float(str(request.facts["to_usd"]))
    limit_usd = decision.limit_usd or needed_usd
    if limit_usd < needed_usd:
        raise BadRequest("Budget", limit_usd, f"The next call needs at least ${needed_usd:.2f}.")
    return Answer(limit_usd=limit_usd, said=decision.feedback)


def _each(decision: Decision, request: Request) -> dict[str, ItemDecision]:
    """What is said of each thing that is shown."""
    keys = [one.key for one in request.shown]
    if strangers := sorted(decision.items.keys() - set(keys)):
        known = ", ".join(key for key in keys if key) or "none, it is about one thing"
        raise BadRequest("Item", strangers[0], f"The request has: {known}.")
    if decision.edit is not None and keys != [""]:
        raise BadRequest("Edit", "", f"Say which one it is of: {', '.join(keys) or 'none'}.")
    rejects = decision.verdict == "reject" and not any(
        one.verdict == "reject" for one in decision.items.values()
    )
    settled = {one.key for one in request.shown if one.settled}
    each: dict[str, ItemDecision] = {}
    for key in keys:
        rest = ItemDecision(
            verdict="reject" if rejects and key not in settled else "approve",
            note=decision.feedback,
            edit=decision.edit if not key else None,
        )
        each[key] = decision.items.get(key, rest)
    return each


def _feedback(
    decision: Decision, rejected: Mapping[str, str], request: Request, wiring: Wiring
) -> dict[str, str]:
    """What each step that tries again is told."""
    able = targets(wiring, request)
    step = decision.to or (able[0] if able else None)
    if step is None or step not in able:
        choices = ", ".join(able) or "none; stop the production instead"
        raise BadRequest("Step to go back to", step, f"Steps that take feedback: {choices}.")
    told: dict[str, str] = {}
    for key, note in rejected.items():
        pinned = [str(pin) for pin in decision.pins if pin.item == key]
        words = "\n".join(filter(None, [note.strip() or decision.feedback.strip(), *pinned]))
        if not words:
            what = f"Rejection of {key!r}" if key else "Rejection"
            raise BadRequest(what, "", "Say what shall be different.")
        if key and wiring.is_mapped(step):
            told[f"{step}[{key}]"] = words
        else:
            line = f"{key}: {words}" if key else words
            told[step] = "\n".join(filter(None, [told.get(step), line]))
    if over := next((words for words in told.values() if len(words) > LONGEST_FEEDBACK), None):
        raise _too_long(over)
    return told


def _refuse_pins(
    pins: tuple[Pin, ...],
    rejected: Mapping[str, str],
    request: Request,
    earlier: Answer,
    store: Store,
) -> None:
    """Return if each pin is on something that is sent back, at a place that it has.

    Raises:
        BadRequest: one is not.
    """
    shown = {one.key: one for one in request.shown}
    for pin in pins:
        if pin.item not in shown:
            raise BadRequest("Pin", pin.item or pin.place, "The request shows no such thing.")
        if pin.item not in rejected:
            raise BadRequest("Pin", pin.place, "Pins go with a request for changes of their thing.")
        ref = earlier.edits.get(pin.item, shown[pin.item].artifact)
        if not places_of(json.loads(store.path(ref).read_bytes())).fit(pin):
            raise BadRequest("Pin", pin.place, "What is shown has no such place. Choose another.")


def _refuse_words(words: str) -> None:
    """Return if they can be kept.

    Raises:
        BadRequest: they are too long, or hold what is no text.
    """
    if len(words) > LONGEST_FEEDBACK:
        raise _too_long(words)
    if strange := next((one for one in words if one == "\0" or "\ud800" <= one <= "\udfff"), None):
        raise BadRequest("Feedback", strange, "This character is no text: leave it out.")


def _too_long(words: str) -> BadRequest:
    return BadRequest(
        "Feedback",
        f"{words[:40]}…",
        f"It has {len(words)} characters; say it in {LONGEST_FEEDBACK} or fewer.",
    )


def _filled(decision: Decision, request: Request) -> Mapping[str, JsonValue]:
    fields = FIELDS.validate_python(request.form or [])
    try:
        filled = form_model(fields).model_validate(dict(decision.form))
    except ValidationError as error:
        raise BadRequest("Form", _place(error), f"{error.errors()[0]['msg']}.") from None
    values: dict[str, JsonValue] = filled.model_dump(mode="json")
    return values


def _edited(edit: JsonValue, key: str, request: Request, wiring: Wiring, store: Store) -> MediaRef:
    """An edited artifact, valid by its schema, in the store."""
    shown = next(one for one in request.shown if one.key == key)
    model = model_of(shown, request, wiring)
    before: JsonValue = json.loads(store.path(shown.artifact).read_bytes())
    try:
        artifact = model.model_validate(respeaking.followed(before, edit))
    except ValidationError as error:
        name = f"{shown.type} {key}".strip()
        raise BadRequest(
            f"The edited {name}",
            _place(error),
            f"{error.errors()[0]['msg']}. Correct it; nothing was decided.",
        ) from None
    if key and getattr(artifact, "id", key) != key:
        raise BadRequest("The edited item's id", str(getattr(artifact, "id", "")), "Keep it.")
    return store.put_bytes(artifact.model_dump_json().encode(), "application/json")


def model_of(shown: Shown, request: Request, wiring: Wiring) -> type[Artifact]:
    """The class of what is shown.

    Raises:
        StoreError: the step takes no such thing any more.
    """
    for needs in wiring.kinds[request.step_id].inputs.values():
        plain: Any = item_of(without_none(needs)) or without_none(needs)
        if isinstance(plain, type) and plain.__name__ == shown.type:
            return plain
    raise StoreError(
        f"Step {request.step_id!r} takes no {shown.type} any more. Approve it as it is, or reject."
    )


def _place(error: ValidationError) -> str:
    return ".".join(str(part) for part in error.errors()[0]["loc"]) or "the whole"
