"""A production as a stream: its steps, its log, what its agents are writing, its end."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from ui.live import frames
from ui.live.frames import Frame
from ui.live.lines import Log
from ui.live.picture import changes, steps_of
from ui.live.previews import Previews
from ui.live.readable import readable
from vid_pipeline.acts.watching import Watch
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.records import LogEvent, Production, Saying, StepTrace
from vid_pipeline.store import sayings, step_events
from vid_pipeline.wire.events import Ended, LogLine, Said, Steps

Phase = Literal["working", "waiting", "ended"]
_LINES_KEPT, _LINES_FIRST = 1000, 300
OVER = b"id: end\n"
"""The id of a stream's last event: who comes back with it needs not come again."""

_OVERLAP = 200
"""Events are numbered when they are written, and seen when they are committed: a little later."""


def phase_of(production: Production) -> Phase:
    """What a page about it is about: watching, deciding, or the result."""
    if production.ended:
        return "ended"
    return "waiting" if production.state == "waiting" else "working"


class ProductionSource:
    """Fills `Source` for one production and its owner."""

    def __init__(self, shop: Workshop, user: UUID, production_id: UUID) -> None:
        """Find it.

        Raises:
            NotFound: the user has no such production.
        """
        self._shop, self._user, self._id = shop, user, production_id
        self._watch = self._watched()
        self._previews = Previews(shop, user)
        self._log = Log(_LINES_KEPT)
        self._staged: _Read | None = None
        self._read: _Read | None = None
        self._seen = 0
        self._said: dict[UUID, Said] = {}
        self._steps: Steps | None = None

    def _watched(self) -> Watch:
        return Watch(self._shop.db, self._user, self._id, self._shop.store)

    @property
    def ticks(self) -> bool:
        return self._read is not None and any(t.state == "running" for t in self._read.traces)

    def look(self) -> None:
        with self._shop.db.acting(self._user) as conn:
            production, traces = self._watch.read(conn)
            after = max(0, self._seen - _OVERLAP)
            events = step_events.in_short(conn, self._id, after=after)
            said = sayings.of_production(conn, self._id)
        if production.version != self._watch.version.version:
            self._watch = self._watched()
        self._seen = max((event.number for event in events), default=self._seen)
        steps_of(self._watch.sight(production, traces), self._previews.of)  # reads what is new
        self._staged = _Read(production, traces, events, said)

    def news(self) -> list[Frame]:
        lines: list[LogLine] = []
        if self._staged is not None:
            self._read, self._staged = self._staged, None
            lines = self._log.add(self._read.traces, self._read.events)
        told = [frames.frame("log", lines, self._log.number)] if lines else []
        before, self._steps = self._steps, self._now()
        changed = self._steps if before is None else changes(before, self._steps)
        if before is None or changed != before.model_copy(update={"steps": ()}):
            told.append(frames.frame("steps", changed, self._log.number))
        return told + [frames.frame("said", said) for said in self._newly_said()]

    def whole(self, after: int | None) -> Frame:
        steps = self._steps or self._now()
        lines = self._log.lines[-_LINES_FIRST:] if after is None else self._log.after(after)
        told = [frames.frame("steps", steps, self._log.number)]
        if lines:
            told.append(frames.frame("log", lines, self._log.number))
        told += [frames.frame("said", said) for said in self._said.values()]
        return Frame(b"".join(one.data for one in told), self._log.number)

    def end(self, drawn: str) -> Frame | None:
        production = self._known.production
        phase = phase_of(production)
        if phase == drawn or (not drawn and phase != "ended"):
            return None
        ended = frames.frame("end", Ended(state=production.state))
        return ended if phase != "ended" else Frame(OVER + ended.data)

    @property
    def _known(self) -> "_Read":
        assert self._read is not None, "it was looked at"
        return self._read

    def _now(self) -> Steps:
        known = self._known
        writing = {said.step_key: readable(said.text) for said in known.said}
        sight = self._watch.sight(known.production, known.traces)
        return steps_of(sight, self._previews.of, writing)

    def _newly_said(self) -> list[Said]:
        """Texts that have ended, then those that have grown."""
        now = {
            one.trace_id: Said(step_key=one.step_key, text=readable(one.text))
            for one in self._known.said
        }
        before, self._said = self._said, now
        over = [
            said.model_copy(update={"done": True}) for t, said in before.items() if t not in now
        ]
        return over + [said for trace, said in now.items() if before.get(trace) != said]


@dataclass(frozen=True)
class _Read:
    """What one look has found."""

    production: Production
    traces: list[StepTrace]
    events: list[LogEvent]
    said: list[Saying]
