"""Lengths, sizes, times and states in the studio's words."""

from datetime import UTC, datetime

from ui import clock, texts
from vid_pipeline.records import ProductionState

_t = texts.of("words")
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86_400
_MIB = 1024 * 1024
_JOINER = "\u2060"  # word joiner: of no width, and in no address

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


def length(seconds: float) -> str:
    """`0.8 s`, `42 s`, `1:05`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), _MINUTE_S)
    return f"{minutes}:{rest:02d}" if minutes else f"{rest} s"


def size(count: int) -> str:
    """`12 KB`, `4.2 MB`."""
    if count < _MIB / 10:
        return f"{max(1, round(count / 1024))} KB"
    return f"{count / _MIB:.1f} MB"


def ago(moment: datetime) -> str:
    """`just now`, `5 min ago`, `3 h ago`, then the day."""
    passed_s = (datetime.now(UTC) - moment).total_seconds()
    if passed_s < _MINUTE_S:
        return _t("just_now")
    if passed_s < _HOUR_S:
        return _t("minutes_ago", n=int(passed_s // _MINUTE_S))
    if passed_s < _DAY_S:
        return _t("hours_ago", n=int(passed_s // _HOUR_S))
    return clock.day(moment)


def badge(state: ProductionState) -> str:
    """A production's state, in its colour."""
    return _t.table("states")[state]


def plain(text: str) -> str:
    """A text that Markdown does not read as markup, nor makes a link of."""
    for sign in "\\`*_[]#$:<>~|":
        text = text.replace(sign, f"\\{sign}")
    for link in ("//", "@", "www."):
        text = text.replace(link, f"{link[0]}{_JOINER}{link[1:]}")
    return text
