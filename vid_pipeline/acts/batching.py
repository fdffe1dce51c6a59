"""Batches: one workflow over many inputs and their variants, so many at once.

What the variants of an input share (those steps whose outputs do not depend on what is varied) is
done once: the first variant goes ahead, and the others begin when it has done that. A batch goes
on from whoever sees to it, as triggers do; an item becomes one production in one transaction.
"""

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from vid_pipeline.acts import launching, making, retrying
from vid_pipeline.acts.batch_inputs import Input, varied
from vid_pipeline.acts.briefs import brief_from
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import Brief
from vid_pipeline.batch_records import Batch, BatchItem, BatchRules, Variant
from vid_pipeline.errors import BadRequest, ToolError, UserError, VidPipelineError
from vid_pipeline.kinds import Catalog
from vid_pipeline.records import Launch
from vid_pipeline.store import batches, productions, traces, workflows
from vid_pipeline.workflow import Step, Workflow, sources_of, step_of

_ONCE = (Variant(),)
_FIELDS = ("title", "aspect", "seconds", "voice", "language")
_ENDED = {"done", "failed", "cancelled"}


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
        BadRequest: nothing to make, or no variant.
    """
    if not inputs or not variants:
        raise BadRequest("The batch", name, "Give one input and one variant at least.")
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
    advance(shop, user, batch.id)
    return batch


def advance(shop: Workshop, user: UUID, batch_id: UUID) -> Batch:
    """Start what can be started; end the batch when nothing is left, or it must stop."""
    launches = list[Launch]()
    with shop.db.acting(user) as conn:
        batch = batches.locked(conn, batch_id)
        if batch.state != "running":
            return batch
        found = batches.items(conn, batch)
        if (why := _why_stop(batch, found)) is not None:
            return batches.move(conn, batch.id, "stopped", reason=why)
        version = workflows.get(conn, batch.workflow, batch.version)
        for item in _next(batch, found):
            assert item.brief is not None
            production = productions.create(conn, version, item.brief)
            batches.begun(conn, item.id, production.id)
            launches.append(launching.plan(shop, conn, production, reason="start"))
        if all(item.state in _ENDED for item in found):
            batch = batches.move(conn, batch.id, "done")
    for launch in launches:
        with suppress(ToolError):  # a sweep starts it
            launching.send(shop, launch)
    return batch


def progress(shop: Workshop, user: UUID, key: UUID | str) -> Progress:
    """How a batch stands."""
    with shop.db.acting(user) as conn:
        batch = batches.get(conn, key)
        return Progress(batch, tuple(batches.items(conn, batch)))


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
        found = batches.items(conn, batch)
        batch = batches.move(conn, batch.id, "stopped", reason="Somebody stopped it.")
    for item in found:
        if item.production_id is not None and item.state in {"running", "asking"}:
            with suppress(UserError):  # it has ended meanwhile
                making.cancel(shop, user, item.production_id)
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

    Failures until now do not count again towards its limit.

    Raises:
        BadRequest: it is running and nothing failed, or there is nothing left to do.
    """
    with shop.db.acting(user) as conn:
        batch = batches.locked(conn, batches.get(conn, key).id)
        if rules is not None:
            batches.set_rules(conn, batch.id, rules)
        found = batches.items(conn, batch)
        again = [one for one in found if failed and one.state in {"failed", "cancelled"}]
        left = [one for one in found if one.state not in _ENDED]
        if not left and not any(one.production_id for one in again):
            raise BadRequest("The batch", batch.name, "Nothing is left to do in it.")
        excused = sum(one.state == "failed" for one in found) - len(again)
        batches.move(conn, batch.id, "running", excused=max(0, excused))
    for item in again:
        if item.production_id is not None:
            retrying.retry(shop, user, item.production_id)
    return advance(shop, user, batch.id)


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
    if over and cap is not None and spent >= cap > 0:
        return f"${spent:.2f} are spent; the cap is ${cap:.2f}."
    return None


def _next(batch: Batch, found: Sequence[BatchItem]) -> list[BatchItem]:
    """What to start now: first variants first come, others once theirs has done what they share."""
    places = batch.rules.at_once - sum(item.state == "running" for item in found)
    leaders = {item.input: item for item in found if item.variant == 0}
    ready = [
        item
        for item in found
        if item.state == "waiting" and _may_begin(item, leaders, len(batch.shared))
    ]
    return ready[: max(0, places)]


def _may_begin(item: BatchItem, leaders: Mapping[int, BatchItem], shared: int) -> bool:
    leader = leaders[item.input]
    done = leader.state in _ENDED | {"asking"} or leader.shared_done >= shared
    return item.variant == 0 or (leader.state != "waiting" and done) or not shared


def tick(shop: Workshop, *, only: UUID | None = None) -> int:
    """Let every running batch go on; how many were seen to."""
    with shop.db.service() as conn:
        found = [one for one in batches.running(conn) if only in {None, one.owner_id}]
    seen = 0
    for one in found:
        with suppress(VidPipelineError):  # it is seen to again
            advance(shop, one.owner_id, one.id)
            seen += 1
    return seen
