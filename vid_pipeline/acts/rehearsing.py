"""Dry runs of triggers: what one would make, if it were set now. Nothing is kept."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from vid_pipeline.acts.triggers.found import titled, why_not
from vid_pipeline.acts.triggers.looking import Outside, look
from vid_pipeline.acts.triggers.times import following
from vid_pipeline.store import triggers
from vid_pipeline.store.database import Database
from vid_pipeline.trigger_records import NewTrigger, Trigger
from vid_pipeline.watched import OnSchedule

_SHOWN, _TIMES = 50, 5


@dataclass(frozen=True)
class Would:
    """One thing that is there: a video's title, when it came or comes, why it would not count."""

    title: str
    at: str | None
    why_not: str | None


def would(db: Database, user: UUID, new: NewTrigger, outside: Outside) -> list[Would]:
    """What a trigger finds now, newest first; of a schedule, its next times.

    Raises:
        VidPipelineError: it cannot look, and why.
    """
    now = datetime.now(UTC)
    if isinstance(new.watches, OnSchedule):
        return _times(new, new.watches, now)
    trigger = _pretended(user, new, now)
    seen = look(trigger, db, outside, now=now)
    if seen.marks:  # what is only seen to be whole, or changed, at the second look
        trigger = trigger.model_copy(update={"marks": seen.marks})
        seen = look(trigger, db, outside, now=now)
    known = _known(db, user, new)
    shown = list[Would]()
    for one in seen.found[:_SHOWN]:
        before = "It was found before." if known.intersection(one.names) else None
        title = titled(new.making.title, one, trigger=new.name, now=now)
        at = one.at.isoformat(timespec="minutes") if one.at else None
        shown.append(Would(title, at, before or why_not(one, new.sieve, now=now)))
    return shown + [Would(name, None, reason) for name, reason in seen.refused.items()]


def _times(new: NewTrigger, watches: OnSchedule, now: datetime) -> list[Would]:
    shown, at = [], now
    for _ in range(_TIMES):
        at = following(watches.cron, watches.zone, at)
        shown.append(Would(new.name, at.isoformat(timespec="minutes"), None))
    return shown


def _pretended(user: UUID, new: NewTrigger, now: datetime) -> Trigger:
    return Trigger(
        id=uuid4(),
        owner_id=user,
        name=new.name,
        watches=new.watches,
        making=new.making,
        sieve=new.sieve,
        rules=new.rules,
        paused=False,
        finished=False,
        marks={},
        next_at=now,
        failures=0,
        created_at=now - timedelta(days=1),
    )


def _known(db: Database, user: UUID, new: NewTrigger) -> frozenset[str]:
    """Names of what a trigger of this name has found already."""
    with db.acting(user) as conn:
        same = [one for one in triggers.listed(conn) if one.name.lower() == new.name.lower()]
        return triggers.all_names(conn, same[0].id) if same else frozenset()
