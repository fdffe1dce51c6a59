"""Notices on their way: once each, whatever their channels do."""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from pydantic import SecretStr

from resources.webhooks import SlackSender, WebhookSender
from tests.store.notices_for_tests import asked, post, someone, states, subscribe
from tests.store.test_tables import produced
from vid_pipeline.acts import notifying, sending, subscribing
from vid_pipeline.errors import BadRequest, NotFound, NotSent
from vid_pipeline.outbox import Senders
from vid_pipeline.records import User
from vid_pipeline.settings import Settings
from vid_pipeline.store import channels, keys, notices, productions
from vid_pipeline.store.database import Database
from vid_pipeline.testing.senders import FakeSender
from vid_pipeline.testing.webhook_server import WebhookServer

HERE = ("127.0.0.1",)
LATER = timedelta(hours=7)


@pytest.fixture(autouse=True)
def what_others_have_posted(database: Database, settings: Settings) -> None:
    """Is handed on before, so that it does not come first."""
    notifying.spread(settings, database, limit=10_000)


@pytest.fixture(autouse=True)
def _nothing_waits(database: Database, settings: Settings) -> None:
    """Each test starts with an empty outbox, for it counts what is left in all of it."""
    fake = FakeSender()
    takes_all: Senders = {"email": fake, "slack": fake, "webhook": fake}
    while notifying.deliver(settings, database, takes_all, limit=500, now=later(100)).left:
        pass


def later(days: int = 1) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def real(timeout_s: float = 10) -> Senders:
    return {"webhook": WebhookSender(HERE, timeout_s), "slack": SlackSender(HERE, timeout_s)}


def fake(*faults: NotSent) -> tuple[FakeSender, Senders]:
    sender = FakeSender(list(faults))
    return sender, {"email": sender, "slack": sender, "webhook": sender}


def test_people_are_told_in_words_they_understand(
    database: Database, settings: Settings, user: User
) -> None:
    editor = someone(database)
    subscribe(database, editor, "editor@example.org", "email")
    assert post(database, user, [editor.id]) == 1
    sender, senders = fake()
    done = notifying.deliver(settings, database, senders)
    assert (done.sent, done.failed, done.given_up, done.left) == (1, 0, 0, 0)
    [(address, message)] = sender.sent
    assert address.target == "editor@example.org"
    assert message.subject == "“article.md” waits for you: Approve the script"
    assert message.lines == (
        "Your answer is needed before “article.md” goes on.",
        "Please answer by Friday 27 November 2026, 14:00 UTC.",
    )
    assert message.link.startswith("http://127.0.0.1:8501/open?token=")


def test_a_failure_is_told_with_its_reason_once_a_run(
    database: Database, settings: Settings, user: User
) -> None:
    subscribe(database, user, "u@example.org", "email")
    made = produced(database, user)
    for run in ("run-1", "run-1", "run-2"):
        with database.acting(user.id) as conn:
            productions.attach_run(conn, made.id, run)
            productions.failed(conn, made.id, error="No <b>voice</b>.", step="narrate")
            twice = [user.id, user.id]
            notifying.post(conn, "failed", owner=user.id, production_id=made.id, people=twice)
    sender, senders = fake()
    assert notifying.deliver(settings, database, senders).sent == 2
    message = sender.sent[0][1]
    assert message.subject == "“article.md” could not be made"
    assert "What happened: No <b>voice</b>." in message.lines


def test_the_same_event_is_posted_once_and_another_occasion_again(
    database: Database, user: User
) -> None:
    about = asked(database, user, [user.id])
    assert post(database, user, [user.id], about=about) == 1
    assert post(database, user, [user.id], about=about) == 0
    assert post(database, user, [user.id], "reminder", about=about) == 1
    assert post(database, user, [user.id], "reminder", about=about) == 0
    assert post(database, user, [user.id], "reminder", occasion="2", about=about) == 1


def test_posting_is_undone_with_the_callers_transaction(database: Database, user: User) -> None:
    made, request = asked(database, user, [user.id])

    def post_and_fail() -> None:
        with database.acting(user.id) as conn:
            new = notifying.post(
                conn,
                "asked",
                owner=user.id,
                production_id=made.id,
                request_id=request,
                people=[user.id],
            )
            assert new == 1
            raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        post_and_fail()
    assert post(database, user, [user.id], about=(made, request)) == 1


def test_somebody_who_does_not_exist_stops_nothing(
    database: Database, settings: Settings, user: User
) -> None:
    subscribe(database, user, "u@example.org", "email")
    assert post(database, user, [uuid4(), user.id]) == 2
    assert notifying.deliver(settings, database, fake()[1]).sent == 1


def test_an_event_is_sent_once_however_many_send(
    database: Database, settings: Settings, user: User
) -> None:
    people = [someone(database) for _ in range(6)]
    with WebhookServer() as web:
        for person in people:
            for path in ("a", "b"):
                subscribe(database, person, f"{web.url}/{path}/{person.handle}")
        post(database, user, [person.id for person in people])
        start = threading.Barrier(8)

        def work(_: int) -> int:
            start.wait()
            return notifying.deliver(settings, database, real()).sent

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(work, range(8))) == 12
        counts = web.counts()
    assert len(counts) == 12
    assert set(counts.values()) == {1}


def test_a_hanging_channel_delays_nobody_else(
    database: Database, settings: Settings, user: User
) -> None:
    slow, quick = someone(database), someone(database)
    with WebhookServer() as web:
        subscribe(database, slow, f"{web.url}/hang/{slow.handle}")
        subscribe(database, quick, f"{web.url}/quick")
        for _ in range(4):
            post(database, user, [slow.id])
        post(database, user, [quick.id])
        arrivals: list[float] = []
        begun = time.monotonic()

        def watch() -> None:
            while "/quick" not in web.counts() and time.monotonic() < begun + 20:
                time.sleep(0.02)
            arrivals.append(time.monotonic() - begun)

        watcher = threading.Thread(target=watch)
        watcher.start()
        done = notifying.deliver(settings, database, real(timeout_s=3))
        took = time.monotonic() - begun
        watcher.join()
        assert web.counts()[f"/hang/{slow.handle}"] == 1  # the other three wait, untried
    assert (done.sent, done.failed, done.left) == (1, 1, 4)
    assert arrivals[0] < 2.5 < took < 8
    assert sorted(tries for _, tries, _ in states(database, slow)) == [0, 0, 0, 1]


def test_a_channel_that_failed_is_tried_again_later_and_no_sooner(
    database: Database, settings: Settings, user: User
) -> None:
    with WebhookServer("fail", "fail") as web:
        subscribe(database, user, f"{web.url}/x")
        post(database, user, [user.id])
        now = later(0)
        assert notifying.deliver(settings, database, real(), now=now).failed == 1
        soon = now + timedelta(seconds=20)
        assert notifying.deliver(settings, database, real(), now=soon).left == 1
        assert web.counts()["/x"] == 1
        now += timedelta(seconds=31)
        assert notifying.deliver(settings, database, real(), now=now).failed == 1
        assert states(database, user) == [("failed", 2, "127.0.0.1 answered 503")]
        now += timedelta(seconds=61)
        assert notifying.deliver(settings, database, real(), now=now).sent == 1
        assert states(database, user) == [("sent", 3, None)]
        ids = {arrived.headers["x-vidp-delivery"] for arrived in web.arrived}
        assert len(ids) == 1


def test_a_channel_that_always_fails_is_given_up_and_says_so(
    database: Database,
    settings: Settings,
    user: User,
    caplog: pytest.LogCaptureFixture,
) -> None:
    channel = subscribe(database, user, "u@example.org", "email")
    post(database, user, [user.id])
    _, senders = fake(*[NotSent("mail.example.org answered 451")] * 20)
    now = later(0)
    for _ in range(sending.MOST_TRIES - 1):
        assert notifying.deliver(settings, database, senders, now=now).failed == 1
        now += LATER
    assert notifying.deliver(settings, database, senders, now=now).given_up == 1
    assert notifying.deliver(settings, database, senders, now=now + LATER).left == 0
    told = "given up after try 12: mail.example.org answered 451"
    assert states(database, user) == [("given_up", 12, told)]
    assert told in caplog.text
    with database.acting(user.id) as conn:
        seen = channels.get(conn, channel)
    assert (seen.given_up, seen.waiting, seen.error) == (1, 0, told)


def test_a_refusal_for_good_is_not_tried_again(
    database: Database, settings: Settings, user: User
) -> None:
    subscribe(database, user, "u@example.org", "email")
    post(database, user, [user.id])
    _, senders = fake(NotSent("no such person", retryable=False))
    assert notifying.deliver(settings, database, senders).given_up == 1


def test_pauses_double_from_half_a_minute_to_six_hours() -> None:
    pauses = [sending.pause_after(tries).total_seconds() for tries in range(1, 40)]
    assert 22 < pauses[0] <= 30
    assert 180 <= pauses[3] <= 240
    assert all(16_200 <= pause <= 21_600 for pause in pauses[10:])


def test_a_sender_that_dies_leaves_its_notice_to_the_next(
    database: Database, settings: Settings, user: User
) -> None:
    subscribe(database, user, "u@example.org", "email")
    post(database, user, [user.id])

    class Dying:
        def send(self, address: object, message: object) -> None:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        notifying.deliver(settings, database, {"email": Dying()})
    assert notifying.deliver(settings, database, fake()[1]).left == 1
    after = datetime.now(UTC) + notices.CLAIM + timedelta(seconds=1)
    assert notifying.deliver(settings, database, fake()[1], now=after).sent == 1


def test_what_was_decided_meanwhile_is_told_to_nobody(
    database: Database, settings: Settings, user: User
) -> None:
    editor = someone(database)
    subscribe(database, editor, "e@example.org", "email")
    about = asked(database, user, [editor.id])
    post(database, user, [editor.id], about=about)
    with database.acting(user.id) as conn:
        conn.execute(
            "update vidp.requests set state = 'approved', decided_at = now() where id = %s",
            [about[1]],
        )
    sender, senders = fake()
    assert notifying.deliver(settings, database, senders).left == 0
    assert sender.sent == []
    assert states(database, editor) == [("moot", 1, None)]


def test_only_channels_that_want_an_event_get_it(
    database: Database, settings: Settings, user: User
) -> None:
    subscribing.add(database, user.id, "email", "some@example.org", ["failed", "done"])
    subscribing.add(database, user.id, "email", "asked@example.org", ["asked"])
    off = subscribe(database, user, "off@example.org", "email")
    with database.acting(user.id) as conn:
        channels.enable(conn, off, enabled=False)
    post(database, user, [user.id])
    sender, senders = fake()
    notifying.deliver(settings, database, senders)
    assert [address.target for address, _ in sender.sent] == ["asked@example.org"]


def test_the_operators_channels_tell_those_who_have_none(
    database: Database, settings: Settings, user: User
) -> None:
    has_one = someone(database)
    subscribe(database, has_one, "mine@example.org", "email")
    url = SecretStr("http://10.0.0.1/hook")
    ours = settings.model_copy(update={"notice_email": "all@example.org", "notice_webhook": url})
    post(database, user, [user.id, has_one.id])
    sender, senders = fake()
    assert notifying.deliver(ours, database, senders).sent == 3
    reached = {address.target: address.trusted for address, _ in sender.sent}
    assert reached == {
        "mine@example.org": False,
        "all@example.org": True,
        "http://10.0.0.1/hook": True,
    }


def test_without_any_channel_nothing_waits(
    database: Database, settings: Settings, user: User
) -> None:
    post(database, user, [user.id])
    assert notifying.deliver(settings, database, {}) == notifying.Delivered()
    assert states(database, user) == []


def test_a_channel_that_is_removed_takes_with_it_what_waits(
    database: Database, settings: Settings, user: User
) -> None:
    channel = subscribe(database, user, "u@example.org", "email")
    post(database, user, [user.id])
    notifying.deliver(settings, database, fake(NotSent("no"))[1])
    with database.acting(user.id) as conn:
        channels.remove(conn, channel)
        with pytest.raises(NotFound):
            channels.remove(conn, channel)
    assert notifying.deliver(settings, database, fake()[1]).left == 0


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("email", "nobody"),
        ("email", "a@b.c\r\nBcc: x@y.z"),
        ("email", "a@b.c, x@y.z"),
        ("email", "Anna <a@b.c>"),
        ("webhook", "ftp://example.org/x"),
        ("webhook", "https://"),
        ("webhook", "https://user:pass@example.org/x"),
        ("slack", "https://example.org/a\r\nX: y"),
        ("slack", "https://example.org:99999/"),
        ("pigeon", "https://example.org"),
    ],
)
def test_what_cannot_be_a_channel_is_refused(
    database: Database, user: User, kind: str, target: str
) -> None:
    with pytest.raises(BadRequest) as refused:
        subscribing.add(database, user.id, kind, target)
    assert "pass@" not in str(refused.value)


def test_events_are_of_those_there_are(database: Database, user: User) -> None:
    for events in (["askd"], []):
        with pytest.raises(BadRequest, match="asked, reminder"):
            subscribing.add(database, user.id, "email", "a@b.c", events)


def test_a_webhooks_address_is_in_no_row_no_log_and_no_error(
    database: Database, settings: Settings, user: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with WebhookServer() as web:
        for kind, path in (("slack", "fail"), ("webhook", "break"), ("slack", "kind")):
            subscribe(database, user, f"{web.url}/{path}/s3cret", kind)
        post(database, user, [user.id])
        notifying.deliver(settings, database, real())
        assert set(web.counts()) == {f"/{path}/s3cret" for path in ("fail", "break", "kind")}
        key = [arrived.headers.get("x-vidp-signature") for arrived in web.arrived]
    assert any(key)
    rows = []
    with database.acting(user.id) as conn:
        for table in ("channels", "notices", "deliveries", "links"):
            rows += conn.execute(f"select t::text, t from vidp.{table} t").fetchall()
        listed = channels.of_user(conn)
        signing = [channels.signing_key(database.keys, channel.id) for channel in listed]
        token = "token="
    told = repr(rows) + repr(listed) + caplog.text
    hexed = b"s3cret".hex()
    assert not [text for text in ("s3cret", hexed, token, *signing) if text in told]


def test_a_target_is_unreadable_with_another_key_and_in_another_row(
    database: Database, settings: Settings, user: User
) -> None:
    channel = subscribe(database, user, "u@example.org", "email")
    other = subscribe(database, user, "v@example.org", "email")
    post(database, user, [user.id])
    with database.acting(user.id) as conn:
        assert channels.address(conn, database.keys, channel).target == "u@example.org"
        with pytest.raises(Exception, match="another key"):
            channels.address(conn, keys.Keys("x" * 40), channel)
        row = conn.execute("select target from vidp.channels where id = %s", [channel]).fetchone()
        assert row is not None
        conn.execute("delete from vidp.channels where id = %s", [other])
        conn.execute(
            """insert into vidp.channels (id, owner_id, kind, target, shown, events)
            values (%s, vidp.uid(), 'email', %s, 'x', '{asked}')""",
            [other, row[0]],
        )
    done = notifying.deliver(settings, database, fake()[1])
    assert (done.sent, done.given_up) == (1, 1)
