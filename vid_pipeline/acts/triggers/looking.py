"""One look of a trigger at what it watches: what is there, and what to remember of it."""

import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from vid_pipeline.acts.briefs import Upload, is_url, pasted
from vid_pipeline.acts.triggers import buckets, feeds, files, times
from vid_pipeline.acts.triggers.found import Found
from vid_pipeline.acts.triggers.spool import Spool
from vid_pipeline.ports import Page
from vid_pipeline.records import Production
from vid_pipeline.settings import Settings
from vid_pipeline.store import calendar_rows, productions, triggers
from vid_pipeline.store.database import Database
from vid_pipeline.trigger_records import Trigger
from vid_pipeline.watched import (
    OnBucket,
    OnCalendar,
    OnFeed,
    OnFolder,
    OnPage,
    OnSchedule,
    OnWebhook,
    OnWorkflow,
    Source,
    UntilGood,
)

_MOST_TIMES = 400
_MARKUP = re.compile(
    rb"<(script|style)\b.*?</\1\s*>|<!--.*?-->|<[^<>]*>", re.DOTALL | re.IGNORECASE
)


@dataclass(frozen=True)
class Outside:
    """What triggers see the world by.

    `fetch` reads a public page; `folders` is the folder whose folders may be watched; `buckets` are
    the beginnings of the bucket addresses that may be.
    """

    fetch: Callable[[str], Page]
    folders: Path
    buckets: tuple[str, ...] = ()


def folders(settings: Settings) -> Path:
    """Below it lie the folders that may be watched, each user's apart."""
    return settings.home.absolute() / "watched"


@dataclass(frozen=True)
class Look:
    """What a look gave. `next_at` is None for the trigger's usual pause."""

    found: tuple[Found, ...] = ()
    marks: dict[str, JsonValue] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    next_at: datetime | None = None
    finished: bool = False


def look(trigger: Trigger, db: Database, outside: Outside, *, now: datetime) -> Look:
    """What there is to be found; known things among it.

    Raises:
        VidPipelineError: it cannot be looked at now, and why.
    """
    watches = trigger.watches
    match watches:
        case OnSchedule():
            return _schedule(trigger, watches, now)
        case OnFeed():
            page = outside.fetch(watches.url)
            return Look(feeds.read(page.body, watches.url))
        case OnFolder():
            return _folder(trigger, watches, outside)
        case OnBucket():
            return _bucket(trigger, watches, outside)
        case OnPage():
            return _page(trigger, watches, outside.fetch(watches.url), now)
        case OnCalendar():
            return _calendar(trigger, watches, db, now)
        case OnWorkflow():
            return _after(trigger, watches, db)
        case UntilGood():
            return _repeat(trigger, watches, db, now)
        case OnWebhook():
            return Look(next_at=now + timedelta(days=1))


def of_source(source: Source, names: tuple[str, ...], *, now: datetime) -> Found:
    """A find where nothing is read: the text or page that the creator gave."""
    if source.url is not None:
        return Found(names, source.url, url=source.url, at=now)
    document = pasted(source.text.replace("{date}", f"{now:%Y-%m-%d}"))
    return Found(names, document.name, Upload(f"{document.name}.md", document.data), at=now)


def _schedule(trigger: Trigger, watches: OnSchedule, now: datetime) -> Look:
    told = trigger.marks.get("last")
    last = datetime.fromisoformat(told) if isinstance(told, str) else trigger.created_at
    due = _missed(watches, last, now)
    zone = ZoneInfo(watches.zone)
    found = tuple(
        of_source(watches.source, (f"at:{at.isoformat()}",), now=at.astimezone(zone))
        for at in reversed(due)
    )
    seen = max([last, *due])
    following = times.following(watches.cron, watches.zone, max(now, seen))
    return Look(found, {"last": seen.isoformat()}, next_at=following)


def _missed(watches: OnSchedule, last: datetime, now: datetime) -> list[datetime]:
    """The newest times since `last`; looked for backwards, as there may be very many."""
    span = timedelta(days=1)
    while True:
        since = max(last, now - span)
        due = list(times.between(watches.cron, watches.zone, since, now))
        if since == last or len(due) >= _MOST_TIMES:
            return due[-_MOST_TIMES:]
        span *= 4


def _folder(trigger: Trigger, watches: OnFolder, outside: Outside) -> Look:
    marks = _texts(trigger.marks.get("files"))
    root = outside.folders / str(trigger.owner_id)
    spool = Spool(outside.folders)
    seen = files.look(root, watches.path, watches.pattern, marks, now_s=time.time(), spool=spool)
    unsettled = any(not mark.startswith("done ") for mark in seen.marks.values())
    soon = datetime.now(UTC) + timedelta(seconds=files.SETTLED_S) if unsettled else None
    return Look(seen.found, {"files": dict(seen.marks)}, seen.refused, next_at=soon)


def _bucket(trigger: Trigger, watches: OnBucket, outside: Outside) -> Look:
    marks = _texts(trigger.marks.get("files"))
    spool = Spool(outside.folders)
    seen = buckets.look(watches.url, watches.pattern, marks, allowed=outside.buckets, spool=spool)
    return Look(seen.found, {"files": dict(seen.marks)}, seen.refused)


def _page(trigger: Trigger, watches: OnPage, page: Page, now: datetime) -> Look:
    words = b" ".join(_MARKUP.sub(b" ", page.body).split())
    digest = hashlib.sha256(words).hexdigest()
    before = trigger.marks.get("words")
    if before is None or before == digest:
        return Look(marks={"words": digest})
    found = Found((f"words:{digest}",), watches.url, url=watches.url, at=now)
    return Look((found,), {"words": digest})


def _calendar(trigger: Trigger, watches: OnCalendar, db: Database, now: datetime) -> Look:
    local = now.astimezone(ZoneInfo(watches.zone))
    with db.acting(trigger.owner_id) as conn:
        rows = calendar_rows.come(conn, local.date(), watches.channel)
    found = []
    for row in rows:
        if row.day == local.date() and (row.at or watches.at) > f"{local:%H:%M}":
            continue
        at = datetime.fromisoformat(f"{row.day} {row.at or watches.at}").replace(
            tzinfo=local.tzinfo
        )
        names = (f"row:{row.id}",)
        if is_url(row.topic):
            one = Found(names, row.topic, url=row.topic, at=at, workflow=row.workflow or None)
        else:
            text = pasted("\n\n".join(part for part in (row.topic, row.notes) if part))
            one = Found(names, text.name, text, at=at, workflow=row.workflow or None)
        found.append(one)
    return Look(tuple(reversed(found)))


def _after(trigger: Trigger, watches: OnWorkflow, db: Database) -> Look:
    since = trigger.marks.get("since")
    wanted: list[str] = ["done", "failed"] if watches.on == "any" else [watches.on]
    with db.acting(trigger.owner_id) as conn:
        ended = productions.ended_since(
            conn, watches.workflow, wanted, since if isinstance(since, str) else None
        )
        own = triggers.own(conn, trigger.id, [one.id for one in ended])
    newest = max((one.ended_at for one in ended if one.ended_at), default=None)
    marks: dict[str, JsonValue] = {"since": newest.isoformat() if newest else since}
    others = (one for one in ended if one.id not in own)  # else it would go on without end
    return Look(tuple(_same_source(one) for one in others), marks)


def _same_source(production: Production) -> Found:
    brief = production.brief
    return Found(
        (f"production:{production.id}",),
        brief.title or brief.name,
        url=brief.url,
        stored=brief.document,
        at=production.ended_at,
    )


def _repeat(trigger: Trigger, watches: UntilGood, db: Database, now: datetime) -> Look:
    with db.acting(trigger.owner_id) as conn:
        states = triggers.states(conn, trigger.id)
        tried = triggers.count(conn, trigger.id)
    good, ended = (
        states.get("done", 0),
        sum(states.get(s, 0) for s in ("done", "failed", "cancelled", "dead", "passed")),
    )
    if good >= watches.good or (tried >= watches.most_tries and ended >= tried):
        return Look(finished=True)
    if ended < tried or tried >= watches.most_tries:
        return Look()
    return Look((of_source(watches.source, (f"try:{tried + 1}",), now=now),))


def _texts(value: JsonValue) -> dict[str, str]:
    return {k: str(v) for k, v in value.items()} if isinstance(value, dict) else {}
