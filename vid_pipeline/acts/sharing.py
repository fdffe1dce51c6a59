"""Which items of a batch may begin: what an input's variants share is done by one of them first."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from psycopg import Connection

from vid_pipeline.acts import watching
from vid_pipeline.batch_records import Batch, BatchItem
from vid_pipeline.ports import Store
from vid_pipeline.store import traces, workflows

_OVER = {"done", "reused", "skipped"}


def startable(
    found: Sequence[BatchItem], is_ahead: Callable[[BatchItem], bool]
) -> Iterator[BatchItem]:
    """Items that may begin now, in their order, found as they are asked for.

    Of an input nobody has done the shared steps of, one goes ahead and the others wait, also
    if an earlier one failed before it had. `is_ahead` says who has done them.
    """
    groups = defaultdict[int, list[BatchItem]](list)
    for item in found:
        groups[item.input].append(item)
    for group in groups.values():
        waiting = [one for one in group if one.state == "waiting"]
        if not waiting:
            continue
        if len(group) == 1 or any(map(is_ahead, group)):
            yield from waiting
        elif all(one.state != "running" for one in group):
            yield waiting[0]


def looking(conn: Connection[Any], store: Store, batch: Batch) -> Callable[[BatchItem], bool]:
    """Says of an item whether it has done what the variants of its input share, if they do."""
    if not batch.shared:
        return lambda _: True
    graph = workflows.get(conn, batch.workflow, batch.version).graph
    mapped = {step.id for step in graph.steps if step.over}

    def has_done(production: UUID) -> bool:
        seen = [one for one in traces.of_production(conn, production) if one.state in _OVER]
        counts = watching.counts(graph, store, seen)
        keys = defaultdict[str, set[str]](set)
        for one in seen:
            keys[one.step_id].add(one.step_key)
        return all(
            (len(keys[step]) >= counts[step] if step in counts else step not in mapped)
            and step in keys
            for step in batch.shared
        )

    def is_ahead(item: BatchItem) -> bool:
        if item.state in {"done", "asking"}:  # a person is asked when nothing else is left to do
            return True
        return item.production_id is not None and has_done(item.production_id)

    return is_ahead
