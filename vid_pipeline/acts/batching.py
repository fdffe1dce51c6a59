"""Batches: one workflow over many inputs and their variants, so many at once.

What the variants of an input share (those steps whose outputs do not depend on what is varied) is
done once: one variant goes ahead, and the others begin when it has done that. A batch goes
on from whoever sees to it, as triggers do; an item becomes one production in one transaction.
"""

import logging
import math
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from psycopg import Connection

from vid_pipeline.acts import launching, making, notice_words, sharing
from vid_pipeline.acts.batch_inputs import Input, varied
from vid_pipeline.acts.briefs import brief_from
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import Brief
from vid_pipeline.batch_records import (
    Batch,
    BatchItem,
    BatchRules,
    BatchState,
    ItemState,
    Variant,
)
from vid_pipeline.errors import BadRequest, ToolError, UserError, VidPipelineError, WorkflowError
from vid_pipeline.kinds import Catalog
from vid_pipeline.records import Launch
from vid_pipeline.store import batches, notices, productions, traces, workflows
from vid_pipeline.workflow import Step, Workflow, sources_of, step_of

_ONCE = (Variant(),)
_FIELDS = ("title", "aspect", "seconds", "voice", "language", "hook")
_ENDED = {"done", "failed", "cancelled"}
_MOST_ITEMS = 20_000
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Estimate:
    """What a batch would take, from what such steps took; None where none ever ran."""

    videos: int
    shared: tuple[str, ...]
    seconds: float | None
    cost_usd: float | None


@dataclass(frozen=True)
class Progress:
    """A batch, its items, and how many stand how."""

    batch: Batch
    items: tuple[BatchItem, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many items are in each state."""
        found = dict[str, int]()
        for item in self.items:
            found[item.state] = found.get(item.state, 0) + 1
        return found

    @property
    def cost_usd(self) -> float:
        return sum(item.cost_usd for item in self.items)


@dataclass(frozen=True)
class Overview:
    """A batch, how many of its items stand how, and what they have cost."""

    batch: Batch
    counts: dict[ItemState, int]
    cost_usd: float
    failed_begun: int
    """Those that failed and can be retried: of the others there is no production."""

    @property
    def videos(self) -> int:
        """How many items there are."""
        return sum(self.counts.values())


def estimate(
    shop: Workshop, user: UUID, workflow: str, inputs: int, variants: Sequence[Variant] = _ONCE
) -> Estimate:
    """What so many inputs in these variants would take, one video after the other.

    Raises:
        NotFound: the user has no such workflow.
    """
    with shop.db.acting(user) as conn:
        graph = workflows.get(conn, workflow).graph
        known = traces.typical(conn)
    shared = shared_steps(graph, shop.catalog, varied_fields(variants))
    often = {one.id: inputs * (1 if one.id in shared else len(variants)) for one in graph.steps}
    told = [(often[one.id], known[one.kind]) for one in graph.steps if one.kind in known]
    return Estimate(
        inputs * len(variants),
        shared,
        sum(count * typical.seconds for count, typical in told) if told else None,
        sum(count * typical.cost_usd for count, typical in told) if told else None,
    )


def begin(
    shop: Workshop,
    user: UUID,
    workflow: str,
    inputs: Sequence[Input],
    *,
    name: str,
    variants: Sequence[Variant] = _ONCE,
    rules: BatchRules | None = None,
) -> Batch:
    """A batch, whose first videos are being started. An input with a fault is a dead letter.

    Raises:
        NotFound: the user has no such workflow.
        BadRequest: nothing to make, no variant, or too much.
    """
    if not inputs or not variants:
        raise BadRequest("The inputs", name, "Give one input and one variant at least.")
    if len(inputs) * len(variants) > _MOST_ITEMS:
        raise BadRequest("The inputs", name, f"Give {_MOST_ITEMS} videos at most: make it smaller.")
    briefs = [[_brief(shop, one, variant) for variant in variants] for one in inputs]
    with shop.db.acting(user) as conn:
        version = workflows.get(conn, workflow)
        shared = shared_steps(version.graph, shop.catalog, varied_fields(variants))
        batch = batches.add(conn, version, name, rules=rules or BatchRules(), shared=shared)
        for number, (one, made) in enumerate(zip(inputs, briefs, strict=True), start=1):
            for place, (variant, (brief, fault)) in enumerate(zip(variants, made, strict=True)):
                batches.add_item(
                    conn, batch.id, (number, place), title=one.title[:200], label=variant.label,
                    brief=brief, reason=fault,
                )  # fmt: skip
    return _going(shop, user, batch)


def advance(shop: Workshop, user: UUID, batch_id: UUID) -> Batch:
    """Start what can be started; end the batch when nothing is left, or it must stop.

    A batch whose workflow cannot run here any more is stopped, and says so.
    """
    launches = list[Launch]()
    try:
        with shop.db.acting(user) as conn:
            batch = batches.locked(conn, batch_id)
            if batch.state != "running":
                return batch
            found = batches.items(conn, batch)
            if (why := _why_stop(batch, found)) is not None:
                return _ended(conn, batch, found, "stopped", why)
            for item in _next(batch, found, sharing.looking(conn, shop.store, batch)):
                if (launch := _planned(shop, conn, batch, item)) is not None:
                    launches.append(launch)
            if all(item.state in _ENDED for item in found):
                batch = _ended(conn, batch, found, "done")
    except WorkflowError as fault:
        with shop.db.acting(user) as conn:
            batch = batches.locked(conn, batch_id)
            if batch.state != "running":
                return batch
            return _ended(conn, batch, batches.items(conn, batch), "stopped", str(fault))
    for launch in launches:
        with suppress(ToolError):  # a sweep starts it
            launching.send(shop, launch)
    return batch


def _ended(
    conn: Connection[Any],
    batch: Batch,
    found: Sequence[BatchItem],
    state: BatchState,
    reason: str | None = None,
) -> Batch:
    """The batch at its end, of which its owner is told; the caller holds it while it runs."""
    moved = batches.move(conn, batch.id, state, reason=reason)
    counts = Counter[str](item.state for item in found)
    notices.post_of(
        conn, "batch_ended", about=batch.name, what=notice_words.counted(counts), detail=reason,
        occasion=f"{batch.id} {moved.ended_at}", batch_id=batch.id,
    )  # fmt: skip
    return moved


def _planned(shop: Workshop, conn: Connection[Any], batch: Batch, item: BatchItem) -> Launch | None:
    """The launch of an item's production, which is new or goes on; None if that one cannot."""
    if item.production_id is None:
        assert item.brief is not None
        version = workflows.get(conn, batch.workflow, batch.version)
        production = productions.create(conn, version, item.brief)
        batches.begun(conn, item.id, production.id)
        return launching.plan(shop, conn, production, reason="start")
    batches.begun(conn, item.id, item.production_id)
    held = productions.locked(conn, item.production_id)
    if held.state not in {"failed", "cancelled"}:
        return None  # somebody has retried it by itself
    try:
        return launching.plan(shop, conn, held, reason="retry")
    except BadRequest:  # a run of it is at work still
        return None


def progress(shop: Workshop, user: UUID, key: UUID | str) -> Progress:
    """How a batch stands."""
    with shop.db.acting(user) as conn:
        batch = batches.get(conn, key)
        return Progress(batch, tuple(batches.items(conn, batch)))


def overview(shop: Workshop, user: UUID, key: UUID | str) -> Overview:
    """How a batch stands as a whole; its items are counted where they are."""
    with shop.db.acting(user) as conn:
        batch = batches.get(conn, key)
        told = batches.counts(conn, batch.id)
    return Overview(
        batch,
        {one.state: one.items for one in told},
        math.fsum(one.cost_usd for one in told),
        sum(one.begun for one in told if one.state == "failed"),
    )


def page(
    shop: Workshop,
    user: UUID,
    key: UUID | str,
    *,
    limit: int,
    after: tuple[int, int] = (0, 0),
    states: Sequence[ItemState] = (),
    offset: int = 0,
) -> list[BatchItem]:
    """Some items of a batch in their order: those after one, in any of these states."""
    with shop.db.acting(user) as conn:
        batch = batches.get(conn, key)
        return batches.page(conn, batch, limit=limit, after=after, states=states, offset=offset)


def pause(shop: Workshop, user: UUID, key: UUID | str) -> Batch:
    """Start no more of it; what is being made is finished."""
    with shop.db.acting(user) as conn:
        batch = batches.locked(conn, batches.get(conn, key).id)
        if batch.state != "running":
            raise BadRequest("The batch", batch.name, f"It is {batch.state} already.")
        return batches.move(conn, batch.id, "paused", reason="Somebody paused it.")


def stop(shop: Workshop, user: UUID, key: UUID | str) -> Batch:
    """Start no more of it, and stop what is being made."""
    with shop.db.acting(user) as conn:
        batch = batches.locked(conn, batches.get(conn, key).id)
        if batch.state == "done":
            raise BadRequest("The batch", batch.name, "It is done already.")
        found = batches.items(conn, batch)
        batch = batches.move(conn, batch.id, "stopped", reason="Somebody stopped it.")
    for item in found:
        if item.production_id is not None and item.state in {"running", "asking"}:
            try:
                making.cancel(shop, user, item.production_id)
            except UserError:
                continue  # it has ended meanwhile
            except VidPipelineError as fault:  # which keeps none of the others at work
                _LOG.warning("A video of a batch could not be stopped: %s", fault)
    return batch


def resume(
    shop: Workshop,
    user: UUID,
    key: UUID | str,
    *,
    failed: bool = False,
    rules: BatchRules | None = None,
) -> Batch:
    """Let a batch go on; with `failed`, with what failed or was stopped in it too.

    They are retried as others are begun: so many at once. Failures until now do not count again
    towards its limit.

    Raises:
        BadRequest: it is running and nothing failed, or there is nothing left to do.
    """
    with shop.db.acting(user) as conn:
        batch = batches.locked(conn, batches.get(conn, key).id)
        if rules is not None:
            batches.set_rules(conn, batch.id, rules)
        found = batches.items(conn, batch)
        again = [
            one
            for one in found
            if failed and one.production_id and one.state in {"failed", "cancelled"}
        ]
        if not again and all(one.state in _ENDED for one in found):
            raise BadRequest("The batch", batch.name, "Nothing is left to do in it.")
        batches.again(conn, [one.id for one in again])
        excused = sum(one.state == "failed" for one in found if one not in again)
        batch = batches.move(conn, batch.id, "running", excused=excused)
    return _going(shop, user, batch)


def _going(shop: Workshop, user: UUID, batch: Batch) -> Batch:
    """A batch that is kept, and goes on at once; if that cannot be, then whenever it is seen to."""
    try:
        return advance(shop, user, batch.id)
    except VidPipelineError as fault:  # to refuse now would have it begun twice
        _LOG.warning("A batch was left for the next time: %s", fault)
        return batch


def shared_steps(workflow: Workflow, catalog: Catalog, fields: frozenset[str]) -> tuple[str, ...]:
    """Steps whose outputs are the same whatever these fields of the brief are."""
    sources = {one.id for one in workflow.steps if catalog[one.kind].output is Brief}
    shared, left = list[str](), [one for one in workflow.steps if one.id not in sources]

    def holds(step: Step) -> bool:
        kind = catalog[step.kind]
        return kind.reusable and all(
            above in shared or (above in sources and fields <= kind.ignores.get(name, frozenset()))
            for name, feed in step.inputs.items()
            for above in map(step_of, sources_of(feed))
        )

    while ready := [one for one in left if holds(one)]:
        shared += [one.id for one in ready]
        left = [one for one in left if one not in ready]
    return tuple(shared)


def varied_fields(variants: Sequence[Variant]) -> frozenset[str]:
    """The fields of a brief in which some variants differ."""
    return frozenset(name for name in _FIELDS if len({getattr(one, name) for one in variants}) > 1)


def _brief(shop: Workshop, one: Input, variant: Variant) -> tuple[Brief | None, str | None]:
    if one.fault is not None:
        return None, one.fault
    try:
        return brief_from(one.source, varied(one, variant), shop.store), None
    except UserError as refusal:
        return None, str(refusal)


def _why_stop(batch: Batch, found: Sequence[BatchItem]) -> str | None:
    failures = sum(item.state == "failed" for item in found) - batch.excused
    limit, cap = batch.rules.stop_after_failures, batch.rules.cap_usd
    over = any(item.state not in _ENDED for item in found)
    if over and limit is not None and failures >= limit:
        return f"{failures} videos failed; the limit is {limit}."
    spent = math.fsum(item.cost_usd for item in found)
    if over and cap is not None and spent >= cap:
        return f"${spent:.2f} are spent; the cap is ${cap:.2f}. What is being made is finished."
    return None


def _affordable(batch: Batch, found: Sequence[BatchItem]) -> float:
    """How many may be at work, if each costs what those that ended did on the average."""
    cap = batch.rules.cap_usd
    ended = [one.cost_usd for one in found if one.production_id and one.state in _ENDED]
    each = math.fsum(ended) / len(ended) if ended else None
    if cap is None or each == 0:
        return math.inf
    if each is None:  # the first one shows what they cost
        return 1
    settled = math.fsum(one.cost_usd for one in found if one.state != "running")
    return max(1, math.ceil((cap - settled) / each))


def _next(
    batch: Batch, found: Sequence[BatchItem], is_ahead: Callable[[BatchItem], bool]
) -> list[BatchItem]:
    """What to start now, in as far as it may and places are free."""
    most = min(batch.rules.at_once, _affordable(batch, found))
    places = int(most) - sum(item.state == "running" for item in found)
    ready = sharing.startable(found, is_ahead)
    return list(islice(ready, max(0, places)))


def tick(shop: Workshop, *, only: UUID | None = None) -> int:
    """Let every running batch go on; how many were seen to."""
    with shop.db.service() as conn:
        found = [one for one in batches.running(conn) if only in {None, one.owner_id}]
    seen = 0
    for one in found:
        try:
            advance(shop, one.owner_id, one.id)
            seen += 1
        except VidPipelineError as fault:
            _LOG.warning("A batch was left for the next time: %s", fault)
        except Exception:  # noqa: BLE001  (logged; one batch's fault keeps no other back)
            _LOG.exception("The batch %s was left for the next time.", one.id)
    return seen
