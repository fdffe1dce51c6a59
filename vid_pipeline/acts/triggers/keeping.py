"""What a look found, written with what it remembers, in the caller's transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection

from vid_pipeline.acts.briefs import Wishes, brief_from, checked
from vid_pipeline.acts.triggers import dead_letters
from vid_pipeline.acts.triggers.found import Found, caught_up, titled, why_not
from vid_pipeline.acts.triggers.looking import Look
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import Brief
from vid_pipeline.errors import UserError
from vid_pipeline.store import calendar_rows, triggers
from vid_pipeline.trigger_records import FindState, Trigger
from vid_pipeline.watched import OnCalendar, OnSchedule, UntilGood

_OFF = timedelta(hours=1)


def take(
    shop: Workshop, conn: Connection[Any], trigger: Trigger, seen: Look, now: datetime
) -> None:
    """Write what a look found, and what it remembers, in the caller's transaction."""
    new = _unknown(conn, trigger, seen.found)
    passed = _passed(trigger, new, now)
    kept = [  # the oldest first, so that it is made first
        keep(shop, conn, trigger, found, passed.get(found.names), now) for found in reversed(new)
    ]
    kept += [
        triggers.keep(
            conn, trigger.id, (f"refused:{name}:{reason}",), None, title=name, state="dead",
            reason=reason,
        )
        for name, reason in seen.refused.items()
    ]  # fmt: skip
    dead_letters.tell(conn, trigger, [one for one in kept if one is not None], now=now)
    usual = now + timedelta(seconds=trigger.rules.every_s)
    triggers.looked(
        conn,
        trigger,
        now=now,
        next_at=seen.next_at or usual,
        marks=seen.marks,
        finished=seen.finished,
    )


def _unknown(conn: Connection[Any], trigger: Trigger, found: Sequence[Found]) -> list[Found]:
    """Finds of which no name is known; those that are known are so by all their names from now."""
    known = triggers.known(conn, trigger.id, [name for one in found for name in one.names])
    new = []
    for one in found:
        if known.intersection(one.names):
            triggers.keep(conn, trigger.id, one.names, None, title=one.title, state="dead")
        else:
            new.append(one)
    return new


def _passed(trigger: Trigger, new: Iterable[Found], now: datetime) -> dict[tuple[str, ...], str]:
    """Why some of the new finds are not made, by their names."""
    reasons = {one.names: why_not(one, trigger.sieve, now=now) for one in new}
    left = [one for one in new if reasons[one.names] is None]
    first = trigger.looked_at is None and not isinstance(trigger.watches, OnSchedule | UntilGood)
    off = trigger.looked_at is not None and now - trigger.looked_at > _OFF
    late = isinstance(trigger.watches, OnSchedule) and len(left) > 1
    if first or late or (off and not isinstance(trigger.watches, OnSchedule | OnCalendar)):
        _, skipped = caught_up(left, trigger.rules.catch_up)
        reasons |= {one.names: "It came while nobody looked." for one in skipped}
    return {names: reason for names, reason in reasons.items() if reason is not None}


def keep(
    shop: Workshop,
    conn: Connection[Any],
    trigger: Trigger,
    found: Found,
    passed: str | None,
    now: datetime,
) -> UUID | None:
    row = next((n.removeprefix("row:") for n in found.names if n.startswith("row:")), None)
    if row is not None and not calendar_rows.free(conn, UUID(row)):
        return None  # another trigger has taken it, or it was removed
    title = titled(trigger.making.title, found, trigger=trigger.name, now=now)
    state: FindState = "passed" if passed else "waiting"
    brief, reason = None, passed
    try:
        brief = _brief(shop, trigger, found, title)
    except UserError as fault:
        state, reason = "dead", str(fault)
    kept = triggers.keep(
        conn, trigger.id, found.names, brief, title=title, workflow=found.workflow, state=state,
        reason=reason,
    )  # fmt: skip
    if kept is not None and row is not None:
        calendar_rows.taken(conn, UUID(row), kept)
    return kept


def _brief(shop: Workshop, trigger: Trigger, found: Found, title: str) -> Brief:
    making = trigger.making
    wishes = Wishes(
        aspect=making.aspect,
        seconds=making.seconds,
        voice=making.voice,
        language=making.language,
        title=title if making.title != "{title}" else None,
    )
    if found.stored is not None:
        return Brief(name=found.title, document=found.stored, **checked(wishes))
    return brief_from(found.upload or found.url or "", wishes, shop.store)
