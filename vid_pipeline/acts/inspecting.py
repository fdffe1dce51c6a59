"""Everything there is to see of a step in a production, and what the production has made."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue

from vid_pipeline.acts.watching import Sight
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import MediaRef
from vid_pipeline.errors import BadRequest, StoreError
from vid_pipeline.memory_records import MemoryUse
from vid_pipeline.ports import Store
from vid_pipeline.records import (
    JournalEntry,
    PaidCall,
    Production,
    StepEventRecord,
    StepTrace,
    WorkflowVersion,
)
from vid_pipeline.store import journal, memories, step_events
from vid_pipeline.wiring import Wiring, item_of, without_none
from vid_pipeline.workflow import Step, field_of, id_in, item_in, sources_of, step_of

_KEPT = {"done", "reused"}


@dataclass(frozen=True)
class Piece:
    """An artifact, or a part of one: its class, its JSON (None if it is gone), and who gave it."""

    name: str
    type: str
    body: JsonValue
    step: str = ""


@dataclass(frozen=True)
class StepSeen:
    """One step of a production; `tries` oldest first, the rest of the newest one."""

    key: str
    step: Step
    tries: tuple[StepTrace, ...]
    inputs: tuple[Piece, ...]
    output: Piece | None
    events: tuple[StepEventRecord, ...]
    calls: tuple[PaidCall, ...]
    asked: tuple[JournalEntry, ...]
    memories: tuple[MemoryUse, ...]

    @property
    def newest(self) -> StepTrace | None:
        return self.tries[-1] if self.tries else None


def inspect(shop: Workshop, version: WorkflowVersion, sight: Sight, key: str) -> StepSeen:
    """A step by its key: `narrate`; of a mapped one all of it, `draw`, or an item, `draw[s2]`.

    Raises:
        BadRequest: the production has no such step.
    """
    production, wiring = sight.production, Wiring(version.graph, shop.catalog)
    step = wiring.steps.get(id_in(key))
    if step is None:
        choices = ", ".join(wiring.order)
        raise BadRequest("Step", key, f"The production's steps: {choices}.")
    tries = tuple(trace for trace in sight.all_traces if key in {trace.step_key, trace.step_id})
    events, calls, asked, used = _read(shop, production, key, tries)
    return StepSeen(
        key=key,
        step=step,
        tries=tries,
        inputs=tuple(_inputs(wiring, step, sight, shop.store, key)),
        output=_given(wiring, step, tries, key, shop.store),
        events=events,
        calls=calls,
        asked=asked,
        memories=used,
    )


def made(shop: Workshop, version: WorkflowVersion, sight: Sight) -> dict[str, JsonValue]:
    """What a production has made, by class: of each the one that comes last in the workflow."""
    wiring = Wiring(version.graph, shop.catalog)
    outputs = {t.step_id: t for t in sight.traces if t.state in _KEPT and t.step_key == t.step_id}
    found: dict[str, JsonValue] = {}
    for step_id in wiring.order:
        piece = _output(wiring, outputs.get(step_id), shop.store)
        if piece is not None and piece.body is not None:
            found[piece.type] = piece.body
    return found


def _read(
    shop: Workshop, production: Production, key: str, tries: Sequence[StepTrace]
) -> tuple[
    tuple[StepEventRecord, ...],
    tuple[PaidCall, ...],
    tuple[JournalEntry, ...],
    tuple[MemoryUse, ...],
]:
    with shop.db.acting(production.owner_id) as conn:
        single = bool(tries) and tries[-1].step_key == key
        events = step_events.of_trace(conn, tries[-1].id) if single else []
        calls = [one for one in journal.calls(conn, production.id) if _is_of(one.step_key, key)]
        asked = journal.of_step(conn, production.id, key) if calls else []
        used = [one for one in memories.used_in(conn, production.id) if _is_of(one.step_key, key)]
    return tuple(events), tuple(calls), tuple(asked), tuple(used)


def _is_of(step_key: str, key: str) -> bool:
    """Whether something is of a step, or of one of its items."""
    return step_key == key or step_key.startswith(f"{key}[")


def _given(
    wiring: Wiring, step: Step, tries: Sequence[StepTrace], key: str, store: Store
) -> Piece | None:
    """What the step gave; of a mapped one the list of what its items gave, in their order."""
    kept = {t.step_key: t for t in tries if t.state in _KEPT and t.output is not None}
    if step.over is None or key != step.id:
        return _output(wiring, tries[-1] if tries else None, store)
    ordered = sorted(kept.values(), key=lambda trace: (len(trace.step_key), trace.step_key))
    found = [piece for one in ordered if (piece := _output(wiring, one, store))]
    if not found:
        return None
    return Piece("output", f"Listed[{found[0].type}]", {"items": [one.body for one in found]})


def _output(wiring: Wiring, trace: StepTrace | None, store: Store) -> Piece | None:
    if trace is None or trace.output is None:
        return None
    kind = wiring.kinds.get(trace.step_id)
    return Piece("output", _named(kind.output if kind else None), _body(store, trace.output))


def _inputs(wiring: Wiring, step: Step, sight: Sight, store: Store, key: str) -> Iterable[Piece]:
    given = {t.step_key: t for t in sight.traces if t.state in _KEPT and t.output is not None}
    item = item_in(key)
    for name, feed in step.inputs.items():
        for source in sources_of(feed):
            single = item if name == step.over else ""
            for trace in _feeding(given, step_of(source), single):
                whole = field_of(source) is None
                needs = wiring.output_of(source)
                body = _body(store, trace.output)
                if not whole and isinstance(body, dict):
                    body = body.get(field_of(source) or "")
                yield _piece(name, needs, body, trace, single)


def _feeding(given: Mapping[str, StepTrace], step_id: str, item: str) -> Iterable[StepTrace]:
    """The traces that a source stands for: of a mapped step all items, or the one that is read."""
    if item and f"{step_id}[{item}]" in given:
        return [given[f"{step_id}[{item}]"]]
    return [trace for trace in given.values() if trace.step_id == step_id]


def _piece(name: str, needs: Any, body: JsonValue, trace: StepTrace, item: str) -> Piece:
    """What an input was given; of a list that the step is mapped over, its own item."""
    plain = without_none(needs)
    each = item_of(plain)
    if each is None:
        return Piece(name, _named(plain), body, trace.step_key)
    if isinstance(body, list) and item:
        body = next((one for one in body if _id(one) == item), body)
    if isinstance(body, list):
        return Piece(name, f"Listed[{_named(each)}]", {"items": body}, trace.step_key)
    return Piece(name, _named(each), body, trace.step_key)


def _id(item: JsonValue) -> str:
    return str(item.get("id", "")) if isinstance(item, dict) else ""


def _named(annotation: Any) -> str:
    return str(getattr(annotation, "__name__", "")) or "Artifact"


def _body(store: Store, output: JsonValue) -> JsonValue:
    """An artifact's JSON; None if it is no longer in the store."""
    try:
        body: JsonValue = json.loads(store.path(MediaRef.model_validate(output)).read_bytes())
    except (StoreError, OSError, ValueError):
        return None
    return body


def keys_of(sight: Sight, version: WorkflowVersion) -> Sequence[str]:
    """All that can be looked at: steps in their order, each mapped one followed by its items."""
    items: dict[str, list[str]] = {}
    for trace in sight.traces:
        if trace.step_key != trace.step_id and trace.step_key not in items.get(trace.step_id, ()):
            items.setdefault(trace.step_id, []).append(trace.step_key)
    return [key for step in version.graph.steps for key in (step.id, *items.get(step.id, ()))]
