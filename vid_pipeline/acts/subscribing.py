"""Where people want to be told: checked, sealed and shown in a form that gives nothing away."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from uuid import UUID

from vid_pipeline.errors import BadRequest
from vid_pipeline.notice_records import Channel
from vid_pipeline.outbox import EVENTS, KINDS, Event, Kind
from vid_pipeline.store import channels
from vid_pipeline.store.database import Database

_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*"
)
_LONGEST_EMAIL = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets
_LONGEST_URL = 2048


@dataclass(frozen=True)
class Added:
    """A new channel; of a webhook also the key that its receiver checks signatures with."""

    channel: Channel
    signing_key: str | None = field(default=None, repr=False)


def add(db: Database, user: UUID, kind: str, target: str, events: Sequence[str] = EVENTS) -> Added:
    """Tell a user of these events there from now on.

    Raises:
        BadRequest: no such kind or event, or an address that cannot be one.
    """
    chosen, wanted = _kind(kind), _events(events)
    shown = _shown(chosen, target)
    with db.acting(user) as conn:
        made = channels.add(conn, db.keys, chosen, target, shown=shown, events=wanted)
    key = channels.signing_key(db.keys, made.id) if chosen == "webhook" else None
    return Added(made, key)


def listed(db: Database, user: UUID) -> list[Channel]:
    """A user's channels with what waits in them, oldest first."""
    with db.acting(user) as conn:
        return channels.of_user(conn)


def remove(db: Database, user: UUID, channel: UUID | str) -> Channel:
    """Forget a channel and what still waits in it.

    Raises:
        NotFound: the user has no such channel.
        BadRequest: several fit.
    """
    with db.acting(user) as conn:
        found = channels.get(conn, channel)
        channels.remove(conn, found.id)
    return found


def enable(db: Database, user: UUID, channel: UUID | str, *, enabled: bool) -> None:
    """Use a channel, or stop using it for what is still to come.

    Raises:
        NotFound: the user has no such channel.
    """
    with db.acting(user) as conn:
        channels.enable(conn, channels.get(conn, channel).id, enabled=enabled)


def choose(db: Database, user: UUID, channel: UUID | str, events: Sequence[str]) -> None:
    """Tell a user of these events there from now on.

    Raises:
        NotFound: the user has no such channel.
        BadRequest: no such event, or none at all.
    """
    wanted = _events(events)
    with db.acting(user) as conn:
        channels.choose(conn, channels.get(conn, channel).id, wanted)


def shortened(url: str) -> str:
    """A URL without what may be secret in it: `https://hooks.slack.com/…`."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}/…"


def _shown(kind: Kind, target: str) -> str:
    if kind == "email":
        if len(target) > _LONGEST_EMAIL or not _EMAIL.fullmatch(target):
            raise BadRequest("The address", target, "Give one like anna@example.org.")
        return target
    try:
        parts = urlsplit(target)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname)
        good = good and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        good = False
    if not good or len(target) > _LONGEST_URL or not (target.isascii() and target.isprintable()):
        raise BadRequest(
            "The webhook's URL", "(hidden)", "Give a whole one, without a user: https://…."
        )
    return shortened(target)


def _kind(kind: str) -> Kind:
    for known in KINDS:
        if kind == known:
            return known
    raise BadRequest("Channel", kind, f"Choose: {', '.join(KINDS)}.")


def _events(events: Sequence[str]) -> tuple[Event, ...]:
    if unknown := [event for event in events if event not in EVENTS]:
        raise BadRequest("Event", unknown[0], f"Choose of: {', '.join(EVENTS)}.")
    if not events:
        raise BadRequest("Events", "", f"Choose at least one of: {', '.join(EVENTS)}.")
    return tuple(event for event in EVENTS if event in events)
