"""Lengths, sizes, times and states in the studio's words."""

from datetime import UTC, datetime

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86_400
_MIB = 1024 * 1024

MARKS = {
    "asking": ":violet[:material/how_to_reg:]",
    "waiting": ":gray[:material/radio_button_unchecked:]",
    "running": ":orange[:material/pending:]",
    "done": ":green[:material/check_circle:]",
    "reused": ":blue[:material/history:]",
    "failed": ":red[:material/error:]",
    "skipped": ":gray[:material/remove_circle_outline:]",
    "cancelled": ":gray[:material/stop_circle:]",
}
STATE_BADGES = {
    "draft": ":gray-badge[Draft]",
    "queued": ":orange-badge[Starting]",
    "running": ":orange-badge[Being made]",
    "waiting": ":violet-badge[Waits for you]",
    "failed": ":red-badge[Failed]",
    "cancelled": ":gray-badge[Stopped]",
    "done": ":green-badge[Done]",
}


def length(seconds: float) -> str:
    """`0.8 s`, `42 s`, `1:05`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), _MINUTE_S)
    return f"{minutes}:{rest:02d}" if minutes else f"{rest} s"


def size(count: int) -> str:
    """`4.2 MB`."""
    return f"{count / _MIB:.1f} MB"


def ago(moment: datetime) -> str:
    """`just now`, `5 min ago`, `3 h ago`, then the day."""
    passed_s = (datetime.now(UTC) - moment).total_seconds()
    if passed_s < _MINUTE_S:
        return "just now"
    if passed_s < _HOUR_S:
        return f"{passed_s // _MINUTE_S:.0f} min ago"
    if passed_s < _DAY_S:
        return f"{passed_s // _HOUR_S:.0f} h ago"
    return moment.astimezone().strftime("%d %b %Y")


def plain(text: str) -> str:
    """A text that Markdown does not read as markup."""
    for sign in "\\`*_[]#$:<>~|":
        text = text.replace(sign, f"\\{sign}")
    return text
