"""Contract of `Sender`, and how the real ones bear a bad other end."""

import json
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from resources.mail import MailSender, written
from resources.notices import senders
from resources.webhooks import SlackSender, WebhookSender, signature, slack_body
from vid_pipeline.errors import NotSent
from vid_pipeline.outbox import KINDS, Address, Message, Sender
from vid_pipeline.settings import Settings
from vid_pipeline.testing.certificates import loopback
from vid_pipeline.testing.mail_server import MailServer, Manner
from vid_pipeline.testing.senders import FakeSender
from vid_pipeline.testing.webhook_server import WebhookServer

HERE = ("127.0.0.1",)
FROM = "Videos <videos@example.org>"
SHORT_S = 0.6


def message(subject: str = "“Tea” waits for you: Approve the script") -> Message:
    return Message(
        id=uuid4(),
        event="asked",
        subject=subject,
        lines=("Your answer is needed.", "Please answer by Friday."),
        title="Tea",
        link="http://127.0.0.1:8501/open?token=abc",
        at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
        production=uuid4(),
        request=uuid4(),
    )


def documented_recipe() -> Callable[[str, str, bytes], bool]:
    """`is_genuine` as people copy it from the documentation."""
    text = (Path(__file__).parents[2] / "docs" / "notices.md").read_text(encoding="utf-8")
    found: dict[str, Any] = {}
    exec(text.partition("```python")[2].partition("```")[0], found)
    recipe: Callable[[str, str, bytes], bool] = found["is_genuine"]
    return recipe


def seconds(action: Callable[[], object]) -> float:
    before = time.monotonic()
    action()
    return time.monotonic() - before


@pytest.mark.parametrize("form", ["fake", "email", "slack", "webhook"])
def test_a_sender_returns_when_it_was_taken_and_raises_when_not(form: str) -> None:
    with MailServer() as mail, MailServer("busy") as busy, WebhookServer() as web:
        good: dict[str, tuple[Sender, Address]] = {
            "fake": (FakeSender(), Address("email", "a@b.c")),
            "email": (MailSender(f"smtp://{mail.place}", FROM), Address("email", "a@b.c")),
            "slack": (SlackSender(HERE), Address("slack", f"{web.url}/hook")),
            "webhook": (WebhookSender(HERE), Address("webhook", f"{web.url}/hook", "k")),
        }
        bad: dict[str, tuple[Sender, Address]] = {
            "fake": (FakeSender([NotSent("no")]), Address("email", "a@b.c")),
            "email": (MailSender(f"smtp://{busy.place}", FROM), Address("email", "a@b.c")),
            "slack": (SlackSender(HERE), Address("slack", f"{web.url}/fail")),
            "webhook": (WebhookSender(HERE), Address("webhook", f"{web.url}/fail", "k")),
        }
        sender, address = good[form]
        sender.send(address, message())
        sender, address = bad[form]
        with pytest.raises(NotSent) as refused:
            sender.send(address, message())
        assert refused.value.retryable


def test_there_is_a_sender_for_every_kind() -> None:
    assert set(senders(Settings(home="/nowhere"))) == set(KINDS)


def test_the_signature_verifies_as_the_documentation_says() -> None:
    with WebhookServer() as web:
        sent = message()
        WebhookSender(HERE).send(Address("webhook", web.url, "the-key"), sent)
        [arrived] = web.arrived
    signed = arrived.headers["x-vidp-signature"]
    is_genuine = documented_recipe()
    assert is_genuine("the-key", signed, arrived.body)
    assert not is_genuine("another", signed, arrived.body)
    assert not is_genuine("the-key", signed, arrived.body + b" ")
    assert not is_genuine("the-key", signature("the-key", 1_000, arrived.body), arrived.body)
    assert arrived.headers["x-vidp-delivery"] == str(sent.id)
    body = json.loads(arrived.body)
    assert body == {
        "id": str(sent.id),
        "event": "asked",
        "production": str(sent.production),
        "request": str(sent.request),
        "batch": None,
        "trigger": None,
        "title": "Tea",
        "subject": sent.subject,
        "text": "Your answer is needed. Please answer by Friday.",
        "link": sent.link,
        "at": "2026-01-02T03:04:00+00:00",
    }


@pytest.mark.parametrize("manner", ["hang", "drip"])
def test_a_webhook_that_never_ends_its_answer_is_cut(manner: str) -> None:
    with WebhookServer() as web:
        sender, address = WebhookSender(HERE, SHORT_S), Address("webhook", f"{web.url}/{manner}")

        def send() -> None:
            with pytest.raises(NotSent, match=r"no answer within 0.6 s") as refused:
                sender.send(address, message())
            assert refused.value.retryable

        assert SHORT_S * 0.9 <= seconds(send) < SHORT_S + 2


@pytest.mark.parametrize("manner", ["flood", "break"])
def test_an_answer_that_is_too_long_or_no_http_is_refused_and_not_quoted(manner: str) -> None:
    with WebhookServer() as web:
        address = Address("webhook", f"{web.url}/{manner}/s3cret")
        with pytest.raises(NotSent) as refused:
            WebhookSender(HERE, 5).send(address, message())
    assert "s3cret" not in str(refused.value)


def test_a_redirect_is_not_followed() -> None:
    with WebhookServer("redirect") as web:
        with pytest.raises(NotSent, match="redirects are not followed"):
            SlackSender(HERE).send(Address("slack", f"{web.url}/x"), message())
        assert web.counts() == {"/x": 1}


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]", "169.254.169.254"]
)
def test_a_users_webhook_reaches_nothing_private(host: str) -> None:
    with WebhookServer() as web:
        address = Address("webhook", f"http://{host}:{web.url.rpartition(':')[2]}/x")
        with pytest.raises(NotSent, match="no public address") as refused:
            WebhookSender().send(address, message())
        assert not refused.value.retryable
        assert web.arrived == []


def test_an_operators_webhook_may_be_private() -> None:
    with WebhookServer() as web:
        WebhookSender().send(Address("webhook", web.url, trusted=True), message())
        assert len(web.arrived) == 1
        assert "x-vidp-signature" not in web.arrived[0].headers


def test_addresses_and_links_are_in_no_log_and_no_repr(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with WebhookServer() as web:
        address = Address("slack", f"{web.url}/services/T0/s3cret", "k3y")
        SlackSender(HERE).send(address, message())
        with pytest.raises(NotSent) as refused:
            SlackSender(HERE).send(Address("slack", f"{web.url}/fail/s3cret"), message())
    told = caplog.text + repr(address) + repr(message()) + str(refused.value)
    assert not [secret for secret in ("s3cret", "k3y", "token=abc") if secret in told]


def test_slack_gets_no_markup_from_a_title() -> None:
    body = json.dumps(slack_body(message("<!channel> & *<http://evil.example|here>*")))
    assert "<" not in body
    assert ">" not in body
    assert "&lt;!channel&gt; &amp;" in body
    assert '"url": "http://127.0.0.1:8501/open?token=abc"' in body


def test_an_email_says_who_what_and_where() -> None:
    with MailServer() as server:
        sent = message()
        url = f"smtp://anna:p%40ss@{server.place}"
        MailSender(url, FROM).send(Address("email", "me@example.org"), sent)
        [mail] = server.received
    assert (mail["to"], mail["from"], mail["subject"]) == ("me@example.org", FROM, sent.subject)
    assert mail["message-id"] == f"<{sent.id}@example.org>"
    plain, rich = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert rich is not None
    assert sent.link in plain.get_content()
    assert "Please answer by Friday." in plain.get_content()
    assert 'href="http://127.0.0.1:8501/open?token=abc"' in rich.get_content()


def test_a_title_puts_no_html_into_an_email() -> None:
    mail = written(message("<img src=x onerror=alert(1)>"), sender=FROM, to="a@b.c")
    rich = mail.get_body(("html",))
    assert rich is not None
    assert "<img" not in rich.get_content()
    assert "&lt;img" in rich.get_content()


@pytest.mark.parametrize("to", ["a@b.c\r\nBcc: x@y.z", "a@b.c\nSubject: x"])
def test_line_breaks_in_an_address_are_refused(to: str) -> None:
    with pytest.raises(NotSent) as refused:
        written(message(), sender=FROM, to=to)
    assert not refused.value.retryable
    with pytest.raises(NotSent):
        written(message("a\r\nBcc: x@y.z"), sender=FROM, to="a@b.c")


@pytest.mark.parametrize("manner", ["silent", "dripping"])
def test_a_mail_server_that_never_ends_its_answer_is_cut(manner: Manner) -> None:
    with MailServer(manner) as server:

        def send() -> None:
            with pytest.raises(NotSent, match="took no mail"):
                MailSender(f"smtp://{server.place}", FROM, SHORT_S).send(
                    Address("email", "a@b.c"), message()
                )

        assert seconds(send) < SHORT_S + 2


def test_an_address_that_a_mail_server_refuses_for_good_is_not_tried_again() -> None:
    with MailServer("refusing") as server, pytest.raises(NotSent, match="550") as refused:
        MailSender(f"smtp://{server.place}", FROM).send(Address("email", "a@b.c"), message())
    assert not refused.value.retryable


def test_nothing_is_sent_unencrypted_where_encryption_is_asked_for() -> None:
    with MailServer() as server:
        sender = MailSender(f"starttls://anna:secret@{server.place}", FROM)
        with pytest.raises(NotSent, match="no encryption") as refused:
            sender.send(Address("email", "a@b.c"), message())
        assert not [command for command in server.commands if command.startswith("AUTH")]
    assert "secret" not in str(refused.value) + repr(sender)


@pytest.mark.parametrize("url", [None, "", "http://x", "smtp://", "smtp://host:99999"])
def test_without_a_mail_server_it_says_what_to_set(url: str | None) -> None:
    with pytest.raises(NotSent, match="VIDP_SMTP_URL"):
        MailSender(url, FROM).send(Address("email", "a@b.c"), message())


@pytest.mark.parametrize("scheme", ["starttls", "smtps", "https"])
def test_an_encrypted_connection_needs_a_certificate_that_is_trusted(
    scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls, trusted = loopback(tmp_path)
    with (
        MailServer(tls=tls, at_once=scheme == "smtps") as mail,
        WebhookServer(tls=tls) as web,
    ):
        sender: Sender = MailSender(f"{scheme}://anna:secret@{mail.place}", FROM)
        address = Address("email", "a@b.c")
        if scheme == "https":
            sender, address = WebhookSender(HERE), Address("webhook", web.url)
        with pytest.raises(NotSent, match="certificate verify failed"):
            sender.send(address, message())
        assert not [command for command in mail.commands if command.startswith("AUTH")]
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        sender.send(address, message())
        assert len(mail.received) + len(web.arrived) == 1
