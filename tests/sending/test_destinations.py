"""Destinations: each owner's own, their secrets nowhere, and as people use them by commands."""

import json
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner, Result

from tests.sending.desks import KEY, KEY_ID, Desks
from tests.sending.s3 import S3
from ui.cli.app import app
from vid_pipeline.acts import destinations as acts
from vid_pipeline.destination_records import Destination
from vid_pipeline.destinations import ToFolder
from vid_pipeline.errors import BadRequest, NotDelivered, NotFound, StoreError
from vid_pipeline.records import User
from vid_pipeline.settings import Settings
from vid_pipeline.store import destinations, sendings, users
from vid_pipeline.store.database import Database
from vid_pipeline.testing.webhook_server import WebhookServer


@pytest.fixture
def other(settings: Settings, database: Database, tmp_path: Path) -> Desks:
    """Somebody else's desk."""
    with database.service() as conn:
        stranger = users.add(conn, f"u{uuid4().hex}")
    return Desks(settings, database, stranger, tmp_path / "other")


def test_nobody_sees_or_fills_anothers_destination(desks: Desks, other: Desks) -> None:
    made = desks.add("folder", path="mine").destination
    package = desks.package()
    desks.desk.send("main", package)
    with other.db.acting(other.user.id) as conn:
        assert destinations.listed(conn) == []
        assert sendings.of_production(conn, UUID(package.production)) == []
        with pytest.raises(NotFound):
            destinations.get(conn, made.id)
        destinations.remove(conn, made.id)
        changed = conn.execute("update vidp.destinations set enabled = false")
        assert changed.rowcount == 0
    with pytest.raises(NotFound, match="'main'"):
        other.desk.send("main", other.package())
    other.add("folder", path="mine")
    other.desk.send("main", other.package())
    tops = {one.name for one in (desks.settings.published).iterdir()}
    assert tops == {str(desks.user.id)}, "the stranger's lies elsewhere"
    with pytest.raises(psycopg.errors.ForeignKeyViolation), other.db.acting(other.user.id) as conn:
        sendings.begin(conn, UUID(package.production), made.id, package.subject)


def test_a_secret_is_sealed_for_its_own_row_and_shown_nowhere(
    desks: Desks, user: User, caplog: pytest.LogCaptureFixture
) -> None:
    bucket = desks.add_bucket("bucket", "http://127.0.0.1:1")
    with WebhookServer("fail") as server:
        hook = desks.add_webhook(f"{server.url}/t0ken", name="hook")
        package = desks.package()
        faults = []
        for name in ("main", "hook"):
            with pytest.raises(NotDelivered) as caught:
                desks.desk.send(name, package)
            faults.append(caught.value)
    with desks.db.acting(user.id) as conn:
        rows = conn.execute("select d::text, s::text from vidp.destinations d, vidp.sendings s")
        told = [str(rows.fetchall()), *(repr(one) for one in destinations.listed(conn))]
    for fault in faults:
        told += [str(fault), repr(vars(fault)), repr(fault.__cause__)]
    told += [repr(bucket), repr(hook), caplog.text]
    for secret in (KEY, KEY_ID, "t0ken", str(hook.signing_key)):
        assert secret not in " ".join(told)
    with desks.db.acting(user.id) as conn:
        moved = "update vidp.destinations set secret = (select secret from vidp.destinations where "
        conn.execute(f"{moved} name = 'hook') where name = 'main'")
        with pytest.raises(StoreError, match="sealed"):
            destinations.secret(conn, desks.db.keys, bucket.destination.id)


@pytest.mark.parametrize(
    ("goes", "why"),
    [
        ({"kind": "folder", "path": "../out"}, "below"),
        ({"kind": "folder", "path": "/etc"}, "below"),
        ({"kind": "folder", "path": "a/.hidden"}, "below"),
        ({"kind": "bucket", "url": "https://bucket"}, "url"),
        ({"kind": "bucket", "url": "s3://bucket/a/../x"}, "url"),
        ({"kind": "bucket", "url": "s3://bucket/a"}, "keys"),
        ({"kind": "bucket", "url": "s3://bucket", "endpoint": "https://me:pw@host"}, "endpoint"),
        ({"kind": "bucket", "url": "s3://bucket", "region": "a.evil.org/"}, "region"),
        ({"kind": "webhook", "shown": "x"}, "address"),
        ({"kind": "ftp"}, "ftp"),
    ],
)
def test_settings_that_cannot_be_used_are_refused_by_name(
    desks: Desks, goes: dict[str, object], why: str
) -> None:
    with pytest.raises(BadRequest, match=why):
        acts.add(desks.db, desks.user.id, acts.checked({"name": "main", "goes": goes}))


def test_two_destinations_of_one_owner_have_two_names(desks: Desks) -> None:
    desks.add("folder", path="a")
    with pytest.raises(BadRequest, match="Another destination has it"):
        desks.add("folder", path="b")


def test_a_secret_that_cannot_be_one_is_refused_without_being_shown(desks: Desks) -> None:
    for url in ("ftp://x/s3cret", "https://me:s3cret@x", "s3cret"):
        with pytest.raises(BadRequest) as caught:
            desks.add_webhook(url)
        assert "s3cret" not in str(caught.value)
    with pytest.raises(BadRequest, match="hidden"):
        acts.bucket_keys("id", "s3c\nret")
    with pytest.raises(BadRequest, match="takes none"):
        desks.add("folder", path="a", secret=SecretStr("s3cret"))


def test_a_link_in_a_published_folder_leads_nowhere(desks: Desks, tmp_path: Path) -> None:
    made = desks.add("folder", path="a/b").destination
    top = desks.settings.published / str(desks.user.id)
    top.mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (top / "a").symlink_to(tmp_path / "outside")
    with pytest.raises(NotDelivered, match="link"):
        desks.desk.send(made.name, desks.package())
    assert list((tmp_path / "outside").iterdir()) == []


def test_a_destination_leads_elsewhere_and_keeps_its_secret_unless_it_gets_another(
    desks: Desks,
) -> None:
    db, user = desks.db, desks.user.id
    made = desks.add_bucket("bucket", "http://127.0.0.1:1").destination
    goes = made.goes.model_copy(update={"url": "s3://other/x"})
    edited = acts.edit(db, user, "main", goes)
    assert (edited.id, edited.shown) == (made.id, "s3://other/x at http://127.0.0.1:1")
    assert secret_of(desks, edited) == acts.bucket_keys(KEY_ID, KEY).get_secret_value()
    new = acts.bucket_keys("AKIDother", "0ther")
    assert secret_of(desks, acts.edit(db, user, "main", goes, new)) == new.get_secret_value()
    operators = goes.model_copy(update={"own_keys": False})
    assert not acts.edit(db, user, "main", operators).sealed
    with pytest.raises(BadRequest, match="the bucket's keys"):
        acts.edit(db, user, "main", goes)
    with pytest.raises(BadRequest, match="'main' is a bucket"):
        acts.edit(db, user, "main", ToFolder(path="a"))


def test_a_webhook_gets_a_new_address_and_keeps_its_signing_key(desks: Desks) -> None:
    made = desks.add_webhook("https://a.example.org/t0ken")
    url = SecretStr("https://b.example.org/0ther")
    goes = acts.webhook("main", url).goes
    edited = acts.edit(desks.db, desks.user.id, "main", goes, url)
    assert edited.shown == "https://b.example.org/…"
    assert secret_of(desks, edited) == url.get_secret_value()
    assert destinations.signing_key(desks.db.keys, edited.id) == made.signing_key


def test_nobody_leads_anothers_destination_elsewhere(desks: Desks, other: Desks) -> None:
    made = desks.add("folder", path="mine").destination
    with pytest.raises(NotFound):
        acts.edit(other.db, other.user.id, str(made.id), ToFolder(path="theirs"))
    with pytest.raises(NotFound), other.db.acting(other.user.id) as conn:
        destinations.edit(conn, other.db.keys, made.id, ToFolder(path="b"), None, keeps=True)
    assert acts.standing(other.db, other.user.id) == []
    with pytest.raises(NotFound):
        acts.stands(other.db, other.user.id, str(made.id))


def test_each_destination_is_listed_with_what_was_sent_there_last(desks: Desks) -> None:
    desks.add("folder", name="never", path="a")
    desks.add("folder", name="shorts", path="b")
    package = desks.package()
    desks.desk.send("shorts", package)
    with WebhookServer("fail") as server:
        desks.add_webhook(server.url, name="cms")
        with pytest.raises(NotDelivered):
            desks.desk.send("cms", package)
    cms, never, shorts = acts.standing(desks.db, desks.user.id)
    assert never.last is None
    assert shorts.last is not None
    assert (shorts.last.state, str(shorts.last.production_id)) == ("sent", package.production)
    assert shorts.last.about
    assert cms.last is not None
    assert cms.last.state == "failed"
    assert "503" in str(cms.last.error)
    newer = desks.package(salt=2)
    desks.desk.send("shorts", newer)
    last = acts.stands(desks.db, desks.user.id, "shorts").last
    assert last is not None
    assert str(last.production_id) == newer.production


def secret_of(desks: Desks, one: Destination) -> str | None:
    with desks.db.acting(desks.user.id) as conn:
        return destinations.secret(conn, desks.db.keys, one.id)


def vidp(*words: str, typed: str = "") -> Result:
    """A command in this process, with what is piped into it."""
    return CliRunner().invoke(app, ["destination", *words], input=typed)


def test_a_bucket_and_a_webhook_are_added_tested_listed_and_removed(
    home: Path, database: Database, bucket_server: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIDP_HOME", str(home))
    monkeypatch.setenv("VIDP_PUBLISH_PRIVATE_HOSTS", "127.0.0.1")
    bucket = bucket_server.bucket()
    words = ("bucket", "cli-bucket", "--bucket", f"s3://{bucket}/x")
    added = vidp("add", *words, "--endpoint", bucket_server.url, typed=f"{KEY_ID}\n{KEY}\n")
    assert added.exit_code == 0, added.output
    tested = vidp("test", "cli-bucket")
    assert "can be sent to" in tested.output
    assert bucket_server.objects(bucket) == {}
    with WebhookServer("fail") as server:
        hook = vidp("add", "webhook", "cli-hook", "--json", typed=f"{server.url}/t0ken\n")
        key = json.loads(hook.stdout)["signing_key"]
        failed = vidp("test", "cli-hook", "--json")
        [arrived] = server.arrived
    assert b"test" in arrived.body
    assert failed.exit_code == 1
    assert "answered 503" in json.loads(failed.stdout)["reason"]
    listed = vidp("list")
    every = "".join(one.output for one in (added, tested, failed, listed))
    assert "cli-bucket" in listed.output
    assert "cli-hook" in listed.output
    for secret in (KEY, KEY_ID, "t0ken", key):
        assert secret not in every
    assert "paused" in vidp("disable", "cli-bucket").output
    assert "paused" in vidp("list").output
    assert "enabled" in vidp("enable", "cli-bucket").output
    moved = vidp("edit", "cli-bucket", "--bucket", "s3://elsewhere/y")
    assert f"s3://elsewhere/y at {bucket_server.url}" in moved.output
    readdressed = vidp("edit", "cli-hook", "--secret", typed="https://b.example.org/t0ken2\n")
    assert "https://b.example.org/…" in readdressed.output
    assert "--secret" in str(vidp("edit", "cli-hook", "--path", "a").exception)
    for name in ("cli-bucket", "cli-hook"):
        assert "removed" in vidp("remove", name).output
    assert acts.listed(database, database.local_user) == []
    assert "--path" in str(vidp("add", "folder", "x").exception)
