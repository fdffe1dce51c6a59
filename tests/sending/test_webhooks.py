"""Webhooks: signed, told of what went before, and with one delivery id however often they come."""

import hashlib
import hmac
import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.sending.desks import Desks
from vid_pipeline.dagster_env import PROJECT
from vid_pipeline.errors import NotDelivered
from vid_pipeline.settings import child_environment
from vid_pipeline.testing.webhook_server import Arrived, WebhookServer

_CHILD = """
import sys
from pathlib import Path
from tests.sending.desks import Desks
from vid_pipeline.settings import Settings
from vid_pipeline.store.database import opened
from vid_pipeline.store import users
import pickle
settings = Settings.read()
with opened(settings) as db:
    user, folder, package = pickle.loads(sys.stdin.buffer.read())
    Desks(settings, db, user, Path(folder)).desk.send("main", package)
"""


def body(one: Arrived) -> dict[str, object]:
    read: dict[str, object] = json.loads(one.body)
    return read


def test_a_post_is_signed_and_says_what_was_made_and_where_else_it_is(desks: Desks) -> None:
    desks.add("folder", name="files", path="files")
    with WebhookServer() as server:
        key = desks.add_webhook(f"{server.url}/in/s3cret").signing_key
        package = desks.package()
        first = desks.desk.send("files", package)
        receipt = desks.desk.send("main", replace(package, elsewhere=(first,)))
    [arrived] = server.arrived
    assert arrived.path == "/in/s3cret"
    assert receipt.where == f"{server.url}/…"
    stamp, mac = (part.partition("=")[2] for part in arrived.headers["x-vidp-signature"].split(","))
    assert key is not None
    signed = hmac.new(key.encode(), stamp.encode() + b"." + arrived.body, hashlib.sha256)
    assert signed.hexdigest() == mac
    told = body(arrived)
    assert told["title"] == package.title
    assert told["id"] == arrived.headers["x-vidp-delivery"]
    assert told["elsewhere"] == [{"destination": "files", "kind": "folder", "where": first.where}]
    assert package.production in str(told["link"])


def test_repeats_keep_their_delivery_id_and_another_package_has_its_own(desks: Desks) -> None:
    with WebhookServer("fail", "break", "redirect") as server:
        desks.add_webhook(f"{server.url}/in")
        package = desks.package()
        for _ in range(3):
            with pytest.raises(NotDelivered):
                desks.desk.send("main", package)
        desks.desk.send("main", package)
        desks.desk.send("main", package)
        assert len(server.arrived) == 4
        assert len({one.body for one in server.arrived}) == 1
        assert len({one.headers["x-vidp-delivery"] for one in server.arrived}) == 1
        desks.desk.send("main", desks.package("Another"))
        assert len({one.headers["x-vidp-delivery"] for one in server.arrived}) == 2
    assert desks.states(package.production) == [("sent", 4)]


def test_a_process_killed_while_it_posts_is_followed_by_the_same_delivery(
    desks: Desks, home: Path, tmp_path: Path
) -> None:
    import pickle  # noqa: PLC0415

    with WebhookServer("hang") as server:
        desks.add_webhook(f"{server.url}/in")
        package = desks.package()
        extra = {"VIDP_HOME": str(home), "VIDP_PUBLISH_PRIVATE_HOSTS": "127.0.0.1"}
        child = subprocess.Popen(
            [sys.executable, "-c", _CHILD],
            cwd=PROJECT,
            env=child_environment(extra),
            stdin=subprocess.PIPE,
        )
        assert child.stdin is not None
        child.stdin.write(pickle.dumps((desks.user, str(tmp_path), package)))
        child.stdin.close()
        deadline = time.monotonic() + 60
        while not server.arrived and time.monotonic() < deadline:
            time.sleep(0.02)
        child.kill()
        child.wait()
        assert desks.states(package.production) == [("begun", 1)]
        desks.desk.send("main", package)
        killed, after = server.arrived
    assert killed.headers["x-vidp-delivery"] == after.headers["x-vidp-delivery"]
    assert desks.states(package.production) == [("sent", 2)]


def test_a_private_address_is_not_posted_to(desks: Desks) -> None:
    desks.settings = desks.settings.model_copy(update={"publish_private_hosts": ""})
    with WebhookServer() as server:
        desks.add_webhook(f"{server.url}/in")
        with pytest.raises(NotDelivered, match="no public address"):
            desks.desk.send("main", desks.package())
        assert server.arrived == []
