"""Words and tables for a terminal: lengths, sizes, sums, states."""

from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

STATE_STYLES = {
    "done": "green",
    "reused": "cyan",
    "running": "yellow",
    "queued": "yellow",
    "waiting": "bold magenta",
    "asking": "bold magenta",
    "failed": "red",
    "cancelled": "magenta",
    "skipped": "dim",
    "draft": "dim",
}
_KIB = 1024
_PIPED_COLUMNS = 160


def console(*, stderr: bool = False) -> Console:
    """A console that colours only what is told to be; wide when it is piped."""
    made = Console(stderr=stderr, highlight=False)
    if not made.is_terminal:
        made.width = _PIPED_COLUMNS
    return made


def table(*columns: str, rows: Sequence[Sequence[str]]) -> Table:
    """A plain table: no frame, headings dim, the last column takes what is left."""
    made = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for column in columns:
        made.add_column(column, overflow="fold", no_wrap=column != columns[-1])
    for row in rows:
        made.add_row(*row)
    return made


def state(name: str) -> str:
    """A state in its colour."""
    style = STATE_STYLES.get(name, "")
    return f"[{style}]{name}[/]" if style else name


def length(seconds: float) -> str:
    """`0.8 s`, `42 s`, `1:05`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}" if minutes else f"{rest} s"


def size(count: int) -> str:
    """`4.2 MB`."""
    if count < _KIB * _KIB:
        return f"{count / _KIB:.0f} kB"
    return f"{count / _KIB / _KIB:.1f} MB"


def cost(usd: float) -> str:
    """`nothing`, `$0.0042`, `$1.20`."""
    if usd == 0:
        return "nothing"
    return f"${usd:.4f}" if usd < 0.1 else f"${usd:.2f}"


def ago(moment: datetime) -> str:
    """`now`, `5 min`, `3 h`, `2 d`: how long it is since then."""
    passed_s = (datetime.now(UTC) - moment).total_seconds()
    for unit_s, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if passed_s >= unit_s:
            return f"{passed_s // unit_s:.0f} {unit}"
    return "now"


def when(moment: datetime) -> str:
    """The local day and minute."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")
