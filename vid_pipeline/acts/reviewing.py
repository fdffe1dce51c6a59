"""What people see of a request: the things themselves, and what has changed since they said so."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from psycopg import Connection
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from vid_pipeline.acts import citing, verdicts
from vid_pipeline.acts.surveying import wiring_of
from vid_pipeline.acts.verdicts import Answer
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import MediaRef
from vid_pipeline.errors import StoreError, WorkflowError
from vid_pipeline.ports import Store
from vid_pipeline.records import Production, ProductionState, Request, StepTrace
from vid_pipeline.store import productions, requests, traces, turns, workflows


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
    changes: tuple[Change, ...] = Field(default=(), description="Since the round before.")


class Said(_View):
    """What was said of it in an earlier round."""

    round: int
    state: str
    feedback: str


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
        default_factory=dict, description="What else its gate has read, by input: research, facts."
    )
    history: tuple[Said, ...]
    back_to: tuple[str, ...] = Field(description="Steps that feedback may go to, nearest first.")


def review(shop: Workshop, user: UUID, key: UUID | str) -> Review:
    """A request as its deciders see it.

    Raises:
        NotFound: there is no such request, or it is not for this user.
    """
    with shop.db.acting(user) as conn:
        request = requests.get(conn, key)
    with shop.db.acting(request.owner_id) as conn:
        production = productions.get(conn, request.production_id)
        rounds = requests.of_gate(conn, production.id, request.step_id)
        back_to = _targets(shop, conn, production, request)
        made = traces.of_production(conn, production.id)
    earlier = [one for one in rounds if one.round < request.round]
    return Review(
        request=request,
        production=About(
            id=production.id,
            short_id=production.short_id,
            title=production.brief.title or production.brief.name,
            state=production.state,
        ),
        things=tuple(_things(request, earlier[-1] if earlier else None, shop.store)),
        beside=_beside(request, made, shop.store),
        history=tuple(_said(one) for one in earlier),
        back_to=back_to,
    )


def revisions(shop: Workshop, user: UUID, key: UUID | str, step_key: str) -> list[JsonValue]:
    """What a step gave before each feedback to it, oldest first; None where that is gone."""
    with shop.db.acting(user) as conn:
        production = productions.get(conn, key)
        heard = turns.of_step(conn, production.id, step_key)
    return [_read(MediaRef.model_validate(one.about), shop.store) for one in heard if one.about]


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


def _targets(
    shop: Workshop, conn: Connection[Any], production: Production, request: Request
) -> tuple[str, ...]:
    version = workflows.get(conn, production.workflow, production.version)
    try:
        return verdicts.targets(wiring_of(shop, version), request)
    except WorkflowError:
        return ()


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
            key=shown.key, type=shown.type, body=body, settled=shown.settled, changes=changes
        )


def _said(request: Request) -> Said:
    try:
        answer = Answer.of(request)
    except ValidationError:
        answer = Answer()
    notes = [answer.said, *(f"{key}: {note}" for key, note in answer.rejected.items() if key)]
    feedback = "\n".join(dict.fromkeys(note for note in notes if note))
    return Said(round=request.round, state=request.state, feedback=feedback)


def _read(ref: MediaRef, store: Store) -> JsonValue:
    try:
        body: JsonValue = json.loads(store.path(ref).read_bytes())
    except (StoreError, ValueError):
        return None
    return body
