"""Triggers: setting them, and what a daemon does for them every few seconds.

A look holds its trigger, so that two daemons do not look at once. What it found is written with
what it remembers in one transaction, and each find becomes a production in the transaction that
says so: a process that is killed anywhere loses nothing and makes nothing twice.
"""

import logging
import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import Connection

from vid_pipeline.acts import launching, retrying
from vid_pipeline.acts.triggers import dead_letters, hooks
from vid_pipeline.acts.triggers.found import why_not
from vid_pipeline.acts.triggers.keeping import keep, take
from vid_pipeline.acts.triggers.looking import Outside, folders, look
from vid_pipeline.acts.triggers.ticked import Begun, Looked, Ticked
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.errors import (
    BadRequest,
    NotFound,
    StoreError,
    ToolError,
    UserError,
    VidPipelineError,
)
from vid_pipeline.records import Launch
from vid_pipeline.sandbox import beneath
from vid_pipeline.store import launches, productions, triggers, workflows
from vid_pipeline.store.triggers import Whose
from vid_pipeline.trigger_records import Find, NewTrigger, Trigger
from vid_pipeline.watched import OnFolder, OnPage, OnSchedule, OnWebhook, UntilGood

_HELD = timedelta(seconds=60)
_LONGEST_PAUSE = timedelta(hours=6)
_TRIES, _RETRY = 3, timedelta(minutes=2)
_MOST_STARTED = 4
_LONGEST_LOOKING_S = 20.0
"""No look is begun later in a tick: what is due then is looked at in the next one."""
_FAULT = "Something went wrong here, and was written to the server's log. It is tried again."
_STORE = "The database or the artifact store could not be used. It is tried again."
_HOOK = "trigger hook"
_LOG = logging.getLogger(__name__)

T = TypeVar("T")


def tick(
    shop: Workshop, outside: Outside, *, now: datetime | None = None, only: UUID | None = None
) -> Ticked:
    """Look where a look is due, and make what waits; one trigger's failure keeps none back.

    It ends in time for the next one, however slow what is watched is.

    With `only` it is done for this user's triggers alone.
    """
    moment = now or datetime.now(UTC)
    with shop.db.service() as conn:
        due = triggers.due(conn, now=moment)
    started, looked, begun = time.monotonic(), list[Looked](), list[Begun]()
    for one in _of(only, due):
        if time.monotonic() - started > _LONGEST_LOOKING_S:
            break
        if (seen := _quietly(_look, shop, one, outside, moment)) is not None:
            looked.append(seen)
    with shop.db.service() as conn:
        ready = triggers.waiting(conn, now=moment)
    for one in _of(only, ready):
        if len(begun) == _MOST_STARTED:
            break
        if (made := _quietly(make, shop, one, moment)) is not None:
            begun.append(made)
    return Ticked(tuple(looked), tuple(begun))


def add(shop: Workshop, user: UUID, new: NewTrigger) -> Trigger:
    """A new trigger, which begins to watch at once.

    Raises:
        BadRequest: another one has its name.
        NotFound: the user has no such workflow.
    """
    with shop.db.acting(user) as conn:
        workflows.get(conn, new.making.workflow)
        added = triggers.add(conn, new)
    _make_folder(shop, added)
    return added


def edit(
    shop: Workshop,
    user: UUID,
    key: UUID | str,
    new: NewTrigger,
    *,
    check: Callable[[Trigger], None] = lambda _: None,
) -> Trigger:
    """A trigger set anew; it forgets what it saw if it watches something else now.

    `check` may refuse by what the trigger is at that moment. What was put off is made as soon as
    the new rules let it.
    """
    with shop.db.acting(user) as conn:
        held = triggers.locked(conn, triggers.get(conn, key).id)
        check(held)
        workflows.get(conn, new.making.workflow)
        edited = triggers.edit(conn, held.id, new)
        triggers.hurry(conn, held.id)
    _make_folder(shop, edited)
    return edited


def folder_of(shop: Workshop, trigger: Trigger) -> Path | None:
    """Where files are to be put for a trigger; None if it watches no folder.

    Everybody has a folder of their own, so that nobody's files make another's videos.
    """
    if not isinstance(trigger.watches, OnFolder):
        return None
    return folders(shop.settings) / str(trigger.owner_id) / trigger.watches.path


def _make_folder(shop: Workshop, trigger: Trigger) -> None:
    top = folders(shop.settings) / str(trigger.owner_id)
    top.mkdir(mode=0o700, parents=True, exist_ok=True)
    if isinstance(trigger.watches, OnFolder):
        opened = os.open(top, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            with beneath.made_folder(opened, Path(trigger.watches.path).parts):
                pass
        finally:
            os.close(opened)


def pause(shop: Workshop, user: UUID, key: UUID | str, *, paused: bool = True) -> Trigger:
    """Let a trigger rest, or look again."""
    with shop.db.acting(user) as conn:
        found = triggers.get(conn, key)
        return triggers.pause(conn, found.id, paused=paused) or found


def remove(shop: Workshop, user: UUID, key: UUID | str) -> Trigger:
    """Forget a trigger and what it found; its videos stay."""
    with shop.db.acting(user) as conn:
        found = triggers.get(conn, key)
        triggers.remove(conn, found.id)
    return found


def hook_key(shop: Workshop, trigger: Trigger) -> str:
    """The key that posts to a trigger are signed with, as hex."""
    return _key(shop, trigger).hex()


def rotate(shop: Workshop, user: UUID, key: UUID | str) -> Trigger:
    """Sign posts to a trigger with a new key from now on; the one before is refused.

    Raises:
        NotFound: the user has no such trigger.
        BadRequest: it takes no posts.
    """
    with shop.db.acting(user) as conn:
        held = triggers.locked(conn, triggers.get(conn, key).id)
        if not isinstance(held.watches, OnWebhook):
            raise BadRequest("Trigger", held.name, "It takes no posts.")
        return triggers.turn_key(conn, held.id)


def refuse_no_hook(shop: Workshop, trigger_id: UUID) -> None:
    """Nothing, if posts may come to a trigger; asked before a stranger's body is read.

    Raises:
        NotFound: no trigger of this id takes posts.
    """
    with shop.db.acting(_owner(shop, trigger_id)) as conn:
        found = triggers.get(conn, trigger_id)
    if not isinstance(found.watches, OnWebhook) or found.paused:
        raise NotFound("trigger that takes posts", str(trigger_id))


def post(
    shop: Workshop, trigger_id: UUID, *, signed: str, delivery: str, body: bytes
) -> UUID | None:
    """Take a post of another program; the find's id, or None if it was posted before.

    Raises:
        NotFound: no trigger of this id takes posts.
        Forged: the post is not signed with its key.
        BadRequest: its body cannot be used.
    """
    now = datetime.now(UTC)
    owner = _owner(shop, trigger_id)
    with shop.db.acting(owner) as conn:
        trigger = triggers.locked(conn, trigger_id)
        if not isinstance(trigger.watches, OnWebhook) or trigger.paused:
            raise NotFound("trigger that takes posts", str(trigger_id))
        hooks.refuse_forged(_key(shop, trigger), signed, body, now_s=now.timestamp())
        proof = hooks.proof_of(signed)
        if triggers.known(conn, trigger_id, [proof]):
            return None  # under whatever delivery id: that one is not taken from a genuine post
        found = hooks.read(body, delivery, trigger.watches)
        found = replace(found, names=(*found.names, proof))
        kept = keep(shop, conn, trigger, found, why_not(found, trigger.sieve, now=now), now)
        dead_letters.tell(conn, trigger, [kept] if kept else [], now=now)
    if kept is not None:
        _quietly(make, shop, Whose(id=kept, owner_id=owner, trigger_id=trigger_id), now)
    return kept


def again(shop: Workshop, user: UUID, find_id: UUID) -> Find:
    """Make a find after all that was passed over, or could not be made.

    Raises:
        BadRequest: it waits already, has become a video (retry that one), or cannot be read.
    """
    with shop.db.acting(user) as conn:
        found = triggers.find(conn, find_id)
        if not triggers.again(conn, find_id):
            raise BadRequest("The find", found.title, _why_not_again(found))
        return triggers.find(conn, find_id)


def retry(shop: Workshop, user: UUID, find_id: UUID) -> Find:
    """Make a find after all; of one whose video failed, go on with that.

    Raises:
        BadRequest: it waits already, its video is no failed one, or it cannot be read.
    """
    with shop.db.acting(user) as conn:
        found = triggers.find(conn, find_id)
    if found.production_id is None or not found.is_dead:
        return again(shop, user, find_id)
    with suppress(ToolError):  # it is planned, and a sweep starts it
        retrying.retry(shop, user, found.production_id)
    with shop.db.acting(user) as conn:
        return triggers.find(conn, find_id)


def _why_not_again(found: Find) -> str:
    if found.production_id is not None:
        return "It has become a video: retry that."
    return "It waits already." if found.brief else f"It cannot be read: {found.reason}"


def make(shop: Workshop, whose: Whose, now: datetime) -> Begun | None:
    """The production that a find which waits has become, and which is being started; or None."""
    try:
        planned = _planned(shop, whose, now)
    except UserError as fault:
        _not_made(shop, whose, now, str(fault), retried=False)
    except VidPipelineError as fault:
        _not_made(shop, whose, now, _words(fault))
    except Exception:  # noqa: BLE001  (logged and noted; it keeps no other find back)
        _LOG.exception("The find %s was not made.", whose.id)
        _not_made(shop, whose, now, _FAULT)
    else:
        return None if planned is None else _sent(shop, *planned)
    return None


def _sent(shop: Workshop, launch: Launch, begun: Begun) -> Begun:
    """What was begun, with its run if Dagster has started one."""
    with suppress(ToolError):  # a sweep starts it
        launching.send(shop, launch)
    with shop.db.acting(launch.owner_id) as conn:
        now = launches.get(conn, launch.id)
    return begun if now is None else replace(begun, run_id=now.run_id)


def _not_made(
    shop: Workshop, whose: Whose, now: datetime, why: str, *, retried: bool = True
) -> None:
    """Let the find wait for another try; after some of them it is a dead letter."""
    with shop.db.acting(whose.owner_id) as conn:
        held = triggers.locked_find(conn, whose.id)
        if held is not None:
            later = now + _RETRY * 2**held.tries if retried and held.tries + 1 < _TRIES else None
            triggers.failed(conn, whose.id, why, next_at=later)
            trigger = triggers.get(conn, held.trigger_id)
            dead_letters.tell(conn, trigger, [held.id], now=now)


def _words(fault: VidPipelineError) -> str:
    """What creators are told of a fault; those of the store name hosts and folders."""
    return _STORE if isinstance(fault, StoreError) else str(fault)


def _planned(shop: Workshop, whose: Whose, now: datetime) -> tuple[Launch, Begun] | None:
    with shop.db.acting(whose.owner_id) as conn:
        assert whose.trigger_id is not None
        trigger = triggers.locked(conn, whose.trigger_id)
        find = triggers.locked_find(conn, whose.id)
        if find is None or find.brief is None or trigger.paused:
            return None
        midnight, next_one = _day(trigger, now)
        if triggers.made_since(conn, trigger.id, midnight) >= trigger.rules.daily_limit:
            reason = f"It waits: {trigger.rules.daily_limit} a day is the limit."
            triggers.later(conn, find.id, reason, next_at=next_one)
            return None
        version = workflows.get(conn, find.workflow or trigger.making.workflow)
        production = productions.create(conn, version, find.brief)
        triggers.made(conn, find.id, production.id, now=now)
        fresh = isinstance(trigger.watches, OnSchedule | OnPage | UntilGood)
        launch = launching.plan(shop, conn, production, reason="start", fresh=fresh)
    return launch, Begun(trigger.name, find.title, production.short_id)


def _day(trigger: Trigger, now: datetime) -> tuple[datetime, datetime]:
    """When the day has begun, and when the next one does, on the clock of the trigger's zone."""
    zone = ZoneInfo(getattr(trigger.watches, "zone", "UTC"))
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return today.astimezone(UTC), (today + timedelta(days=1)).astimezone(UTC)


def _look(shop: Workshop, whose: Whose, outside: Outside, now: datetime) -> Looked | None:
    """How a trigger that is due has looked; None if another looker has it."""
    with shop.db.acting(whose.owner_id) as conn:
        trigger = triggers.hold(conn, whose.id, now=now, until=now + _HELD)
    if trigger is None:
        return None
    error = None
    try:
        seen = look(trigger, shop.db, outside, now=now)
        with shop.db.acting(whose.owner_id) as conn:
            if _as_before(conn, trigger):
                take(shop, conn, trigger, seen, now)
    except VidPipelineError as fault:
        error = _words(fault)
    except Exception:  # noqa: BLE001  (logged and noted; it keeps no other trigger back)
        _LOG.exception("A look of the trigger %s failed.", trigger.id)
        error = _FAULT
    if error is not None:
        _failed(shop, trigger, error, now)
    return Looked(trigger.name, error)


def _as_before(conn: Connection[Any], trigger: Trigger) -> bool:
    """Whether a trigger watches what was looked at; if not, it has to be looked at anew."""
    return triggers.locked(conn, trigger.id).watches == trigger.watches


def _failed(shop: Workshop, trigger: Trigger, error: str, now: datetime) -> None:
    doubled = min(trigger.failures, 16)
    pause = min(timedelta(seconds=trigger.rules.every_s) * 2**doubled, _LONGEST_PAUSE)
    with shop.db.acting(trigger.owner_id) as conn:
        if _as_before(conn, trigger):
            triggers.looked(conn, trigger, now=now, next_at=now + pause, error=error)


def _of(only: UUID | None, found: Iterable[Whose]) -> list[Whose]:
    return [one for one in found if only in {None, one.owner_id}]


def _owner(shop: Workshop, trigger_id: UUID) -> UUID:
    with shop.db.service() as conn:
        return triggers.owner_of(conn, trigger_id)


def _key(shop: Workshop, trigger: Trigger) -> bytes:
    turn = f" {trigger.key_turn}" if trigger.key_turn else ""
    return shop.db.keys.derived(f"{_HOOK} {trigger.id}{turn}")


def _quietly(act: Callable[..., T | None], *given: Any) -> T | None:
    try:
        return act(*given)
    except VidPipelineError as fault:
        _LOG.warning("A trigger was left for the next time: %s", fault)
    except Exception:  # noqa: BLE001  (logged; one trigger's fault keeps no other back)
        _LOG.exception("A trigger was left for the next time.")
    return None
