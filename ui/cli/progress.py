"""A production at work, on a terminal (a line a step and a bar) or as plain lines."""

import sys
from types import TracebackType
from typing import Protocol, Self

from rich.console import Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from ui.cli.tables import STATE_STYLES, console, length
from vid_pipeline.acts.following import StepView
from vid_pipeline.acts.watching import Sight

_MARKS = {
    "waiting": "·",
    "asking": "?",
    "done": "✓",
    "reused": "↺",
    "failed": "✗",
    "cancelled": "■",
    "skipped": "–",
}
_TITLE_COLUMNS = 16


class Reporter(Protocol):
    """Shows a production as it goes."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def update(self, sight: Sight) -> None: ...


def reporter(*, quiet: bool) -> Reporter:
    """Live lines on a terminal, plain ones elsewhere, both on stderr; none when `quiet`."""
    if quiet:
        return Silent()
    return LiveLines() if sys.stderr.isatty() else PlainLines()


class Silent:
    """Shows nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def update(self, sight: Sight) -> None:
        del sight


class PlainLines(Silent):
    """One line when a step begins and one when it ends; a mapped step also tells its items."""

    def __init__(self) -> None:
        self._told: dict[str, str] = {}
        self._out = console(stderr=True)

    def update(self, sight: Sight) -> None:
        for step in sight.view.steps:
            line = _plain(step)
            if step.state != "waiting" and self._told.get(step.id) != step.state:
                self._told[step.id] = step.state
                left_s = sight.view.left_s
                left = (
                    f"  (about {length(left_s)} left)" if left_s and step.state == "running" else ""
                )
                self._out.print(Text(line + left))


class LiveLines(Silent):
    """Redraws a block in place."""

    def __init__(self) -> None:
        self._live = Live(console=console(stderr=True), refresh_per_second=8, transient=False)
        self._spinner = Spinner("dots", style="yellow")

    def __enter__(self) -> Self:
        self._live.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._live.__exit__(None, None, None)

    def update(self, sight: Sight) -> None:
        self._live.update(self.drawn(sight))

    def drawn(self, sight: Sight) -> RenderableType:
        """The block: a line a step, then the bar."""
        grid = Table.grid(padding=(0, 1))
        for _ in range(4):
            grid.add_column(no_wrap=True)
        for step in sight.view.steps:
            grid.add_row(self._mark(step), Text(step.title), *_columns(step))
        return Group(grid, _bar(sight))

    def _mark(self, step: StepView) -> RenderableType:
        if step.state == "running":
            return self._spinner
        return Text(_MARKS[step.state], style=STATE_STYLES[step.state])


def _columns(step: StepView) -> tuple[Text, Text]:
    took = "" if step.state == "waiting" else length(step.seconds)
    return Text(took, style="dim", justify="right"), Text(_said(step), style="dim")


def _said(step: StepView) -> str:
    """What there is to say beside a step: its items, its share, its note."""
    parts = [] if step.items is None else [f"{step.items_done}/{step.items}"]
    if step.state == "running" and step.items is None and step.progress > 0:
        parts.append(f"{step.progress:.0%}")
    if step.state == "reused":
        parts.append("reused")
    elif step.items_reused:
        parts.append(f"{step.items_reused} reused")
    return "  ".join([*parts, *([step.note] if step.note else [])])


def _bar(sight: Sight) -> RenderableType:
    share = sight.share
    line = Table.grid(padding=(0, 1))
    line.add_row(
        ProgressBar(total=1.0, completed=share, width=32),
        Text(f"{share:>4.0%}"),
        Text(_left(sight), style="dim"),
    )
    return line


def _left(sight: Sight) -> str:
    steps = f"{sight.view.ended} of {len(sight.view.steps)} steps, {length(sight.elapsed_s)}"
    if sight.production.ended:
        return steps
    if sight.view.left_s is None:
        return f"{steps}, first run: no estimate yet"
    return f"{steps}, about {length(sight.view.left_s)} left"


def _plain(step: StepView) -> str:
    took = f"  {length(step.seconds)}" if step.state != "running" else ""
    said = _said(step)
    words = {"running": "started"}.get(step.state, step.state)
    return f"{step.title:<{_TITLE_COLUMNS}}{words:<10}{took}  {said if step.ended else ''}".rstrip()
