"""One round of sending notices: claimed, sent, marked; the rest of a failing channel waits."""

import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from psycopg import Connection

from vid_pipeline.acts import notice_words
from vid_pipeline.acts.notice_links import link_for, studio_url
from vid_pipeline.errors import NotFound, NotSent, StoreError
from vid_pipeline.notice_records import Delivery, DeliveryState, Due, Notice
from vid_pipeline.outbox import Address, Kind, Message, Senders
from vid_pipeline.settings import Settings
from vid_pipeline.store import channels, notices
from vid_pipeline.store.database import Database

MOST_TRIES = 12
"""The last one is about fourteen hours after the first."""

_FIRST_PAUSE = timedelta(seconds=30)
_LONGEST_PAUSE = timedelta(hours=6)
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Round:
    """What every channel's thread works with; `now` is the database's clock if None."""

    settings: Settings
    db: Database
    senders: Senders
    now: datetime | None

    def spread(self, person: UUID, limit: int) -> None:
        """Hand a person's new notices to their channels, or to the operator's."""
        operators = list(operator_addresses(self.settings))
        with self.db.acting(person) as conn:
            notices.spread(conn, operators=operators, limit=limit, now=self.now)

    def through_one_channel(self, queue: Sequence[Due]) -> list[DeliveryState]:
        """Send in order until one fails; what became of those that were tried."""
        states: list[DeliveryState] = []
        for position, due in enumerate(queue):
            state = self._one(due)
            if state is not None:
                states.append(state)
            if state in {"failed", "given_up"}:
                self._postpone(queue[position + 1 :])
                break
        return states

    def _one(self, due: Due) -> DeliveryState | None:
        """What became of it; None if another sender has it. Holds no connection while it sends."""
        with self.db.acting(due.owner_id) as conn:
            claimed = notices.claim(conn, due.id, now=self.now)
            if claimed is None:
                return None
            notice = notices.told(conn, claimed.notice_id)
            if notices.is_moot(conn, notice):
                notices.moot(conn, claimed)
                return "moot"
        try:
            self._send(claimed, notice)
        except NotSent as error:
            return self._mark_failed(claimed, error)
        with self.db.acting(due.owner_id) as conn:
            notices.sent(conn, claimed)
        return "sent"

    def _send(self, claimed: Delivery, notice: Notice) -> None:
        if claimed.tries > MOST_TRIES:
            raise NotSent("every try ended before it could tell how", retryable=False)
        with self.db.acting(claimed.owner_id) as conn:
            address = self._address(conn, claimed)
            link = link_for(conn, self.settings, self.db.keys, notice.id)
        _through(self.senders, address, _message(claimed.id, notice, link))

    def _address(self, conn: Connection[Any], claimed: Delivery) -> Address:
        """Where it goes; a channel that is gone or cannot be read is no reason to try again."""
        try:
            if claimed.channel_id is not None:
                return channels.address(conn, self.db.keys, claimed.channel_id)
        except (NotFound, StoreError) as error:
            raise NotSent(str(error).rstrip("."), retryable=False) from error
        for kind, address in operator_addresses(self.settings).items():
            if kind == claimed.operator:
                return address
        raise NotSent("the operator has removed this channel", retryable=False)

    def _mark_failed(self, claimed: Delivery, error: NotSent) -> DeliveryState:
        again = error.retryable and claimed.tries < MOST_TRIES
        pause = pause_after(claimed.tries) if again else None
        reason = error.reason if again else f"given up after try {claimed.tries}: {error.reason}"
        with self.db.acting(claimed.owner_id) as conn:
            notices.failed(conn, claimed, reason, pause=pause, now=self.now)
        if not again:
            _LOG.warning("Notice %s: %s.", claimed.id, reason)
        return "failed" if again else "given_up"

    def _postpone(self, rest: Sequence[Due]) -> None:
        for due in rest:
            with self.db.acting(due.owner_id) as conn:
                notices.postpone(conn, due.id, _FIRST_PAUSE, now=self.now)


def send_test(settings: Settings, db: Database, senders: Senders, user: UUID, key: str) -> None:
    """Send a notice that says only that notices arrive, through a channel of a user.

    Raises:
        NotFound: no channel of theirs has this id.
        NotSent: it did not get through.
    """
    with db.acting(user) as conn:
        channel = channels.get(conn, key)
        address = channels.address(conn, db.keys, channel.id)
    message = Message(
        id=uuid4(),
        event="test",
        subject="Notices from vid_pipeline arrive here",
        lines=("This is a test. You will be told here when a video needs you.",),
        title="A test",
        link=studio_url(settings),
        at=datetime.now(UTC),
    )
    _through(senders, address, message)


def operator_addresses(settings: Settings) -> dict[Kind, Address]:
    """The installation's own channels, for people who have none."""
    found: dict[Kind, Address] = {}
    if settings.notice_email:
        found["email"] = Address("email", settings.notice_email, trusted=True)
    if settings.notice_slack:
        found["slack"] = Address("slack", settings.notice_slack.get_secret_value(), trusted=True)
    if settings.notice_webhook:
        key = settings.notice_webhook_key
        signing = key.get_secret_value() if key else None
        url = settings.notice_webhook.get_secret_value()
        found["webhook"] = Address("webhook", url, signing_key=signing, trusted=True)
    return found


def pause_after(tries: int) -> timedelta:
    """The wait after that many tries: 30 s, doubled each time, 6 h at most, less up to a quarter.

    The chance in it keeps notices that failed together from coming back together.
    """
    whole: timedelta = min(_FIRST_PAUSE * (1 << min(tries - 1, 20)), _LONGEST_PAUSE)
    return whole * random.uniform(0.75, 1)  # noqa: S311  (nothing secret hangs on it)


def _through(senders: Senders, address: Address, message: Message) -> None:
    sender = senders.get(address.kind)
    if sender is None:
        raise NotSent(f"nothing here sends to channels of kind {address.kind!r}")
    sender.send(address, message)


def _message(delivery_id: UUID, notice: Notice, link: str) -> Message:
    return Message(
        id=delivery_id,
        event=notice.event,
        subject=notice_words.subject(notice),
        lines=notice_words.lines(notice),
        title=notice_words.one_line(notice.about),
        link=link,
        at=notice.posted_at,
        production=notice.production_id,
        request=notice.request_id,
        batch=notice.batch_id,
        trigger=notice.trigger_id,
    )
