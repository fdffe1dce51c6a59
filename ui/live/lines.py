"""A production's log: what its steps went through and did, as lines for people. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from ui import texts
from ui.live.readable import readable
from vid_pipeline.records import LogEvent, StepTrace
from vid_pipeline.wire.events import LogLine

_t = texts.of("live")
_LONGEST = 300
_LEVELS = {"failed": "error", "cancelled": "warning", "waiting": "warning"}
_CENT_USD = 0.005


class Log:
    """The lines that were told, newest last; each event becomes a line once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known = set[str]()
        self._number = 0
        self.lines: list[LogLine] = []

    @property
    def number(self) -> int:
        """Of the newest line; 0 without any."""
        return self._number

    def add(self, traces: Sequence[StepTrace], events: Sequence[LogEvent]) -> list[LogLine]:
        """The lines that are new, in the order of their times."""
        found = [*_of_traces(traces), *(_of_event(event) for event in events)]
        fresh = [one for one in found if one[0] not in self._known]
        self._known |= {key for key, *_ in fresh}
        lines = [self._line(*one[1:]) for one in sorted(fresh, key=lambda one: one[1])]
        self.lines = [*self.lines, *lines][-self._most :]
        return lines

    def after(self, number: int) -> list[LogLine]:
        """Those that follow a line."""
        return [line for line in self.lines if line.number > number]

    def _line(self, at: datetime, step_key: str, level: str, text: str) -> LogLine:
        self._number = max(self._number + 1, int(at.timestamp() * 1_000_000))
        return LogLine(
            number=self._number,
            at=at.isoformat(),
            step_key=step_key,
            level=level,
            text=_short(text),
        )


_Found = tuple[str, datetime, str, str, str]


def _of_traces(traces: Iterable[StepTrace]) -> Iterable[_Found]:
    for trace in traces:
        began = f"{trace.id} {trace.started_at}"
        text = _t("again", n=trace.attempt) if trace.attempt > 1 else _t("started")
        if trace.state not in {"reused", "skipped"}:
            yield began, trace.started_at, trace.step_key, "info", text
        if trace.ended_at is not None:
            level = _LEVELS.get(trace.state, "info")
            yield f"{began} {trace.state}", trace.ended_at, trace.step_key, level, _end(trace)


def _end(trace: StepTrace) -> str:
    took = f"{trace.seconds or 0:.1f} s"
    if trace.state == "done" and trace.cost_usd >= _CENT_USD:
        return _t("paid", took=took, cost=f"{trace.cost_usd:.2f}")
    return _t(trace.state, took=took, why=trace.error or "")


def _of_event(event: LogEvent) -> _Found:
    key, level = _told_as(event)
    text = _t(key, name=event.name, ms=f"{event.ms:.0f}", text=readable(event.text))
    return str(event.id), event.at, event.step_key, level, text


def _told_as(event: LogEvent) -> tuple[str, str]:
    """The text that tells an event, and its level."""
    if event.kind == "tool":
        return ("tool_failed", "warning") if event.failed else ("tool", "tool")
    if event.kind == "said":
        return ("said_user" if event.name == "user" else "said_assistant"), "info"
    return "note", "info"


def _short(text: str) -> str:
    line = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
