"""What people see of a request: the things themselves, and what has changed since they said so."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from psycopg import Connection
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from vid_pipeline import pins
from vid_pipeline.acts import citing, verdicts
from vid_pipeline.acts.companions import companions
from vid_pipeline.acts.surveying import wiring_of
from vid_pipeline.acts.verdicts import Answer
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import Artifact, MediaRef
from vid_pipeline.errors import NotAllowed, StoreError, WorkflowError
from vid_pipeline.pins import Pin
from vid_pipeline.ports import Store
from vid_pipeline.records import Production, ProductionState, Request, StepTrace, User
from vid_pipeline.store import productions, requests, traces, turns, users, workflows
from vid_pipeline.wiring import Wiring

Votes = list[tuple[UUID, datetime]]


class _View(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Change(_View):
    """One place that differs: `path` as `lines.2.text`; None where it was or is not there."""

    path: str
    before: JsonValue = None
    after: JsonValue = None


class Thing(_View):
    """One thing that is asked about."""

    key: str
    type: str
    body: JsonValue = Field(description="The artifact as JSON; None if it is gone.")
    settled: bool
    was: JsonValue = Field(default=None, description="In the round before; None if not there.")
    changes: tuple[Change, ...] = Field(default=(), description="Since the round before.")


class Said(_View):
    """What was said of it in an earlier round."""

    round: int
    state: str
    feedback: str


class Happened(_View):
    """Something that happened to a request, for its audit: it was asked, voted on, decided."""

    at: datetime
    round: int
    what: Literal["asked", "voted", "approved", "rejected", "stopped", "expired", "withdrawn"]
    by: str = Field(default="", description="Who did it; empty if nobody.")
    said: str = ""
    pins: tuple[Pin, ...] = ()
    edited: tuple[str, ...] = Field(default=(), description="Keys of what they edited.")


class About(_View):
    """What deciders see of the production itself."""

    id: UUID
    short_id: str
    title: str
    state: ProductionState


class Review(_View):
    """A request with all that is needed to decide it."""

    request: Request
    production: About
    things: tuple[Thing, ...]
    beside: Mapping[str, JsonValue] = Field(
        default_factory=dict,
        description="What helps to judge it: what its gate read, by input, as research and facts; "
        "what was made beside it, by class, as Captions; drawings by scene as Drawing.",
    )
    history: tuple[Said, ...]
    audit: tuple[Happened, ...] = Field(default=(), description="Oldest first, every round.")
    approvals: tuple[str, ...] = Field(default=(), description="Who has approved, by name.")
    refusal: str = Field(default="", description="Why this user may not decide; empty if so.")
    voted: bool = Field(default=False, description="Whether this user has approved already.")
    back_to: tuple[str, ...] = Field(description="Steps that feedback may go to, nearest first.")


def review(shop: Workshop, user: UUID, key: UUID | str) -> Review:
    """A request as its deciders see it.

    Raises:
        NotFound: there is no such request, or it is not for this user.
    """
    with shop.db.acting(user) as conn:
        request = requests.get(conn, key)
        reader = users.get(conn, user)
    with shop.db.acting(request.owner_id) as conn:
        production = productions.get(conn, request.production_id)
        rounds = requests.of_gate(conn, production.id, request.step_id)
        wiring = _wiring(shop, conn, production)
        made = traces.of_production(conn, production.id)
        votes = requests.voters(conn, request.id)
    names = _names(shop, rounds, votes)
    earlier = [one for one in rounds if one.round < request.round]
    shown = {one.type for one in request.shown}
    return Review(
        request=request,
        production=About(
            id=production.id,
            short_id=production.short_id,
            title=production.brief.title or production.brief.name,
            state=production.state,
        ),
        things=tuple(_things(request, earlier[-1] if earlier else None, shop.store)),
        beside=_beside(request, made, shop.store)
        | (companions(wiring, made, shop.store, shown) if wiring else {}),
        history=tuple(_said(one) for one in earlier),
        back_to=verdicts.targets(wiring, request) if wiring else (),
        audit=tuple(_audit(rounds, request, votes, names)),
        approvals=tuple(names.get(voter, "") for voter, _ in votes),
        refusal=_refusal(request, reader),
        voted=user in {voter for voter, _ in votes},
    )


def model_of(shop: Workshop, request: Request, key: str) -> type[Artifact] | None:
    """The class of one thing that a request shows, for a form; None if it cannot be edited."""
    with shop.db.acting(request.owner_id) as conn:
        production = productions.get(conn, request.production_id)
        wiring = _wiring(shop, conn, production)
    shown = next((one for one in request.shown if one.key == key), None)
    if wiring is None or shown is None:
        return None
    try:
        return verdicts.model_of(shown, request, wiring)
    except StoreError:
        return None


def revisions(shop: Workshop, user: UUID, key: UUID | str, step_key: str) -> list[JsonValue]:
    """What a step gave before each feedback to it, oldest first; None where that is gone."""
    with shop.db.acting(user) as conn:
        production = productions.get(conn, key)
        heard = turns.of_step(conn, production.id, step_key)
    refs = (pins.artifact_of(one.about) for one in heard)
    return [_read(ref, shop.store) for ref in refs if ref is not None]


def differences(before: JsonValue, after: JsonValue, path: str = "") -> Iterator[Change]:
    """The places where two JSON values differ; items of lists are matched by their `id`."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _of_members(before, after, path)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _of_members(_keyed(before), _keyed(after), path)
    else:
        yield Change(path=path or "all", before=before, after=after)


def _of_members(
    before: Mapping[str, JsonValue], after: Mapping[str, JsonValue], path: str
) -> Iterator[Change]:
    for name in [*before, *(name for name in after if name not in before)]:
        where = f"{path}.{name}" if path else name
        yield from differences(before.get(name), after.get(name), where)


def _keyed(items: list[Any]) -> dict[str, JsonValue]:
    ids = [str(one["id"]) for one in items if isinstance(one, dict) and "id" in one]
    unique = len(ids) == len(items) == len(set(ids))
    names = ids if unique else [str(number) for number in range(len(items))]
    return dict(zip(names, items, strict=True))


def _wiring(shop: Workshop, conn: Connection[Any], production: Production) -> Wiring | None:
    version = workflows.get(conn, production.workflow, production.version)
    try:
        return wiring_of(shop, version)
    except WorkflowError:
        return None


def _refusal(request: Request, reader: User) -> str:
    try:
        verdicts.refuse_stranger(request, reader)
    except NotAllowed as refusal:
        return str(refusal)
    return ""


def _names(shop: Workshop, rounds: list[Request], votes: Votes) -> dict[UUID, str]:
    people = {one.decided_by for one in rounds if one.decided_by} | {voter for voter, _ in votes}
    with shop.db.service() as conn:
        return users.names(conn, list(people))


def _audit(
    rounds: list[Request], request: Request, votes: Votes, names: Mapping[UUID, str]
) -> Iterator[Happened]:
    for one in rounds:
        yield Happened(at=one.asked_at, round=one.round, what="asked")
        if one.id == request.id and one.needed > 1:
            for voter, at in votes:
                by = names.get(voter, "")
                yield Happened(at=at, round=one.round, what="voted", by=by)
        if one.state != "open" and one.decided_at is not None:
            answer = _answer(one)
            yield Happened(
                at=one.decided_at,
                round=one.round,
                what=one.state,
                by=names.get(one.decided_by, "") if one.decided_by else "",
                said=_feedback(answer),
                pins=answer.pins,
                edited=tuple(answer.edits),
            )


def _beside(request: Request, made: list[StepTrace], store: Store) -> dict[str, JsonValue]:
    """What the gate read besides, as the steps before it gave it."""
    asks = [t for t in made if (t.step_id, t.run_id) == (request.step_id, request.run_id)]
    read = asks[-1].inputs if asks else {}
    outputs = {trace.output_sha: trace.output for trace in made if trace.output_sha}
    found = dict[str, JsonValue]()
    for name in citing.BESIDE:
        shas = read.get(name)
        sha = shas[0] if isinstance(shas, list) and shas else None
        if isinstance(sha, str) and sha in outputs:
            found[name] = _read(MediaRef.model_validate(outputs[sha]), store)
    return found


def _things(request: Request, before: Request | None, store: Store) -> Iterator[Thing]:
    proposed = Answer.of(request).edits if request.state in {"open", "approved"} else {}
    earlier = {one.key: one.artifact for one in before.shown} if before else {}
    for shown in request.shown:
        body = _read(proposed.get(shown.key, shown.artifact), store)
        was = _read(earlier[shown.key], store) if shown.key in earlier else None
        changes = tuple(differences(was, body)) if was is not None else ()
        yield Thing(
            key=shown.key,
            type=shown.type,
            body=body,
            settled=shown.settled,
            was=was,
            changes=changes,
        )


def _said(request: Request) -> Said:
    answer = _answer(request)
    feedback = "\n".join(filter(None, [_feedback(answer), *map(str, answer.pins)]))
    return Said(round=request.round, state=request.state, feedback=feedback)


def _answer(request: Request) -> Answer:
    try:
        return Answer.of(request)
    except ValidationError:
        return Answer()


def _feedback(answer: Answer) -> str:
    notes = [answer.said, *(f"{key}: {note}" for key, note in answer.rejected.items() if key)]
    return "\n".join(dict.fromkeys(note for note in notes if note))


def _read(ref: MediaRef, store: Store) -> JsonValue:
    try:
        body: JsonValue = json.loads(store.path(ref).read_bytes())
    except (StoreError, ValueError):
        return None
    return body
