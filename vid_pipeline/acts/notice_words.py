"""What a notice says, to somebody who makes videos and knows nothing of how. Pure."""

from collections.abc import Mapping
from datetime import datetime

from vid_pipeline.notice_records import Notice
from vid_pipeline.outbox import Event

_SUBJECTS: dict[Event, str] = {
    "asked": "“{about}” waits for you: {what}",
    "reminder": "Still waiting for you: {what}, for “{about}”",
    "escalated": "“{about}” now waits for you: {what}",
    "expired": "Nobody answered in time: {what}, for “{about}”",
    "failed": "“{about}” could not be made",
    "done": "“{about}” is ready",
    "batch_ended": "The batch “{about}” has ended: {what}",
    "dead_letter": "The trigger “{about}” found what cannot be made: {what}",
}
_LINES: dict[Event, str] = {
    "asked": "Your answer is needed before “{about}” goes on.",
    "reminder": "“{about}” has not gone on: it still needs your answer.",
    "escalated": "Whoever was asked first has not answered, so it has come to you.",
    "expired": "The time for an answer is over. See what has become of “{about}”.",
    "failed": "It stopped before its end. What was finished is kept and used again.",
    "done": "The video is made and waits to be watched.",
    "batch_ended": "Its page shows every video. What failed can be retried there.",
    "dead_letter": "It goes on watching. Once the cause is mended, have it made on its page.",
}
_SOMETHING = "Look at it"


def subject(notice: Notice) -> str:
    """One line without control characters: what waits, and for which video."""
    return _filled(_SUBJECTS[notice.event], notice)


def lines(notice: Notice) -> tuple[str, ...]:
    """The message in sentences: what is wanted, why, until when."""
    told = [_filled(_LINES[notice.event], notice)]
    if notice.detail:
        told.append(f"What happened: {one_line(notice.detail)}")
    if notice.deadline_at is not None and notice.event in {"asked", "reminder", "escalated"}:
        told.append(f"Please answer by {_moment(notice.deadline_at)}.")
    return tuple(told)


def counted(states: Mapping[str, int]) -> str:
    """How the videos of a batch stand, by their states: `3 of 5 ready, 1 failed, 1 not made`."""
    done, failed, every = states.get("done", 0), states.get("failed", 0), sum(states.values())
    rest = every - done - failed
    return f"{done} of {every} ready, {failed} failed" + (f", {rest} not made" if rest else "")


def several(first: str, more: int) -> str:
    """One of several things, and how many more there are: `photo.png and 2 more`."""
    return f"{first[:160]} and {more} more" if more else first


def one_line(text: str) -> str:
    """Text without line breaks and other characters that do not print."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _filled(pattern: str, notice: Notice) -> str:
    about, what = one_line(notice.about), one_line(notice.what or _SOMETHING)
    return pattern.format(about=about, what=what)


def _moment(moment: datetime) -> str:
    """`Friday 27 November 2026, 14:00 UTC`."""
    return f"{moment:%A} {moment.day} {moment:%B %Y, %H:%M} {moment:%Z}".strip()
