"""`vidp channels` as people use it: a real mail server, a real webhook, one real process."""

import hashlib
import hmac
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import told, vidp
from tests.store.notices_for_tests import post
from vid_pipeline import sending_process
from vid_pipeline.errors import NotFound
from vid_pipeline.records import User
from vid_pipeline.settings import child_environment
from vid_pipeline.store import channels
from vid_pipeline.store.database import Database
from vid_pipeline.testing.mail_server import MailServer
from vid_pipeline.testing.webhook_server import WebhookServer


def test_a_webhook_is_added_tested_listed_and_removed(
    database: Database, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIDP_NOTICE_PRIVATE_HOSTS", "127.0.0.1")
    with WebhookServer() as web:
        url = f"{web.url}/hook/s3cret"
        done = told(
            "channels", "add", "webhook", url, "--events", "failed,asked", "--json", home=home
        )
        added = json.loads(done.stdout)
        assert added["events"] == ["asked", "failed"]
        assert added["shown"] == f"{web.url}/…"
        tested = vidp("channels", "test", added["id"], home=home)
        assert (tested.returncode, tested.stderr) == (0, "")
        assert "has taken a test notice" in tested.stdout
        [arrived] = web.arrived
    stamp, mac = (part.partition("=")[2] for part in arrived.headers["x-vidp-signature"].split(","))
    key = added["signing_key"].encode()
    signed = hmac.new(key, stamp.encode() + b"." + arrived.body, hashlib.sha256)
    assert signed.hexdigest() == mac
    listed = told("channels", "list", home=home)
    assert added["id"][-8:] in listed.stdout
    said = listed.stdout + listed.stderr + tested.stdout + done.stdout
    assert "s3cret" not in said
    removed = told("channels", "remove", added["id"][-8:], home=home)
    assert removed.returncode == 0
    with database.acting(database.local_user) as conn, pytest.raises(NotFound):
        channels.get(conn, added["id"])


def test_a_test_by_mail_says_what_went_wrong(
    database: Database, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = told("channels", "add", "email", "me@example.org", "--json", home=home)
    added = json.loads(done.stdout)
    unset = told("channels", "test", added["id"], home=home)
    assert unset.returncode == 1
    assert "set VIDP_SMTP_URL" in unset.stderr
    monkeypatch.setenv("VIDP_SMTP_FROM", "videos@example.org")
    with MailServer("refusing") as mail:
        monkeypatch.setenv("VIDP_SMTP_URL", f"smtp://{mail.place}")
        refused = told("channels", "test", added["id"], "--json", home=home)
    error = json.loads(refused.stdout)["error"]
    assert (error["kind"], "550" in error["message"]) == ("NotSent", True)
    with MailServer() as mail:
        monkeypatch.setenv("VIDP_SMTP_URL", f"smtp://{mail.place}")
        assert told("channels", "test", added["id"], home=home).returncode == 0
        assert len(mail.received) == 1


def test_a_process_of_its_own_sends_what_is_due_to_the_operators_channels(
    database: Database, home: Path, user: User
) -> None:
    post(database, user, [user.id])
    with WebhookServer() as web:
        extra = {"VIDP_HOME": str(home), "VIDP_NOTICE_SLACK": f"{web.url}/slack"}
        command = [sys.executable, "-m", sending_process.MODULE]
        done = subprocess.run(command, env=child_environment(extra), capture_output=True)
        assert json.loads(done.stdout)["sent"] >= 1
        texts = [json.loads(arrived.body)["text"] for arrived in web.arrived]
    assert any("waits for you" in text for text in texts)


def test_a_wrong_kind_or_event_is_the_callers(database: Database, home: Path) -> None:
    for arguments in (("pigeon", "x"), ("email", "a@b.c", "--events", "sung")):
        done = told("channels", "add", *arguments, home=home)
        assert done.returncode == 2
        assert "Choose" in done.stderr
