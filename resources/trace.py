"""What steps of a run do on their way, kept in the store."""

import time

import dagster as dg
from pydantic import PrivateAttr

from resources.production import open_production
from vid_pipeline.records import Production, StepEventRecord
from vid_pipeline.running import AT_WORK, AtWork
from vid_pipeline.step_events import EventKind, StepEvent
from vid_pipeline.store import sayings, step_events
from vid_pipeline.store.database import Database

_SAYING_EVERY_S = 0.25


class TraceDesk:
    """Port `Trace` for the steps of one production; each method is a transaction of its own."""

    def __init__(self, db: Database, production: Production) -> None:
        self._db, self._production = db, production
        self._said_at: dict[str, float] = {}

    def tell(self, event: StepEvent) -> None:
        with self._db.acting(self._production.owner_id) as conn:
            step_events.tell(conn, _at_work().trace, event)

    def saying(self, words: str) -> None:
        """Show it, at most four times a second, where a step of ours is at work."""
        step, now = AT_WORK.get(), time.monotonic()
        if step is None:
            return
        trace = step.trace
        if now - self._said_at.get(trace, 0) < _SAYING_EVERY_S:
            return
        self._said_at[trace] = now
        with self._db.acting(self._production.owner_id) as conn:
            sayings.say(conn, trace, words)

    def kept(self, kind: EventKind, key: str) -> StepEvent | None:
        step_key = _at_work().place.step_key
        with self._db.acting(self._production.owner_id) as conn:
            found = step_events.kept(conn, self._production.id, step_key, kind, key)
        return None if found is None else _event(found)

    def earlier(self) -> tuple[StepEvent, ...]:
        step = _at_work()
        if not step.turns:
            return ()
        with self._db.acting(self._production.owner_id) as conn:
            found = step_events.earlier(
                conn, self._production.id, step.place.step_key, turns=len(step.turns) - 1
            )
        return tuple(_event(one) for one in found)


def _at_work() -> AtWork:
    step = AT_WORK.get()
    assert step is not None, "only a step at work is traced"
    return step


def _event(found: StepEventRecord) -> StepEvent:
    return StepEvent(kind=found.kind, name=found.name, key=found.key, detail=found.detail)


class TraceResource(dg.ConfigurableResource):
    """The port for the steps of a run."""

    _db: Database = PrivateAttr()
    _desk: TraceDesk = PrivateAttr()

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        assert context.run is not None, "a resource of steps lives in a run"
        self._db, production = open_production(context.run)
        self._desk = TraceDesk(self._db, production)

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:  # noqa: ARG002
        self._db.close()

    def tell(self, event: StepEvent) -> None:
        self._desk.tell(event)

    def saying(self, words: str) -> None:
        self._desk.saying(words)

    def kept(self, kind: EventKind, key: str) -> StepEvent | None:
        return self._desk.kept(kind, key)

    def earlier(self) -> tuple[StepEvent, ...]:
        return self._desk.earlier()
