"""The contract of the `Outlets` port: each real destination and the one in memory behave alike."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.sending import s3
from tests.sending.desks import Desks, changed
from vid_pipeline.acts import destinations, remembering
from vid_pipeline.acts.remembering import Brain
from vid_pipeline.artifacts import Receipt
from vid_pipeline.errors import BadRequest, NotDelivered, NotFound
from vid_pipeline.memories import NewMemory
from vid_pipeline.packages import Package
from vid_pipeline.records import User
from vid_pipeline.settings import Settings
from vid_pipeline.store.database import Database
from vid_pipeline.testing.embeddings import FakeEmbeddings
from vid_pipeline.testing.outlets import FakeOutlets
from vid_pipeline.testing.webhook_server import WebhookServer

FEED = {"title": "Reefs", "base_url": "https://pod.example.org/reefs"}


class Outlet(Protocol):
    """The port with one destination `main`, and what can be done to it from outside."""

    def send(self, destination: str, package: Package) -> Receipt: ...
    def banned(self) -> tuple[str, ...]: ...
    def pause(self) -> None: ...
    def ban(self, rule: str) -> None: ...
    def arrivals(self) -> int:
        """How many packages have come; None of them half."""
        ...

    def break_off(self) -> None:
        """The next sending does not get through."""
        ...


class Faked:
    def __init__(self) -> None:
        self.fake = FakeOutlets()
        self.send = self.fake.send
        self.banned = self.fake.banned
        self.ban = self.fake.bans.append

    def pause(self) -> None:
        self.fake.paused.add("main")

    def arrivals(self) -> int:
        return len(self.fake.arrived)

    def break_off(self) -> None:
        self.fake.failing["main"] = 1


class _Real:
    def __init__(self, desks: Desks) -> None:
        self.desks = desks
        self.send = desks.desk.send
        self.banned = desks.desk.banned

    def ban(self, rule: str) -> None:
        brain = Brain(self.desks.db, self.desks.user.id, FakeEmbeddings())
        remembering.remember(brain, NewMemory(kind="banned", text=rule))

    def pause(self) -> None:
        destinations.enable(self.desks.db, self.desks.user.id, "main", enabled=False)


class InFolder(_Real):
    kind = "folder"

    def __init__(self, desks: Desks) -> None:
        super().__init__(desks)
        goes: dict[str, Any] = {"path": "shorts/sea"}
        if self.kind == "podcast":
            goes = {"place": {"kind": "folder", **goes}, "feed": FEED}
        desks.add(self.kind, **goes)
        self.top = desks.settings.published / str(desks.user.id)
        self._arrived: set[tuple[int, int]] = set()

    def arrivals(self) -> int:
        """Every new folder is one: a folder that is replaced is another one."""
        for one in (self.top / "shorts/sea").glob("*-*-*"):
            assert len(list(one.iterdir())) == 5
            self._arrived.add((one.stat().st_ino, one.stat().st_mtime_ns))
        return len(self._arrived)

    def break_off(self) -> None:
        self.top.mkdir(parents=True)
        (self.top / "shorts").write_bytes(b"in the way")
        send = self.send

        def once(destination: str, package: Package) -> Receipt:
            self.send = send
            try:
                return send(destination, package)
            finally:
                (self.top / "shorts").unlink()

        self.send = once


class InPodcast(InFolder):
    kind = "podcast"


class InBucket(_Real):
    def __init__(self, desks: Desks, server: s3.S3) -> None:
        super().__init__(desks)
        self.server, self.bucket = server, server.bucket()
        desks.add_bucket(self.bucket, server.url)
        self._arrived: set[str] = set()

    def arrivals(self) -> int:
        found = self.server.objects(self.bucket)
        s3.assert_whole(found)
        self._arrived |= {
            one.metadata["production"] + one.metadata["subject"]
            for key, one in found.items()
            if key.endswith("manifest.json")
        }
        return len(self._arrived)

    def break_off(self) -> None:
        settings = self.desks.settings
        self.desks.settings = settings.model_copy(update={"publish_private_hosts": ""})
        refusing, self.desks.settings = self.desks.desk, settings
        send = self.send

        def once(destination: str, package: Package) -> Receipt:
            self.send = send
            return refusing.send(destination, package)

        self.send = once


class ByWebhook(_Real):
    def __init__(self, desks: Desks, server: WebhookServer) -> None:
        super().__init__(desks)
        self.server, self._failed = server, 0
        desks.add_webhook(f"{server.url}/in")

    def arrivals(self) -> int:
        return len(self.server.arrived) - self._failed

    def break_off(self) -> None:
        self.server.manners.append("fail")
        self._failed += 1


@pytest.fixture(scope="module")
def server() -> Iterator[s3.S3]:
    with s3.served() as made:
        yield made


@pytest.fixture(params=["fake", "folder", "bucket", "podcast", "webhook"])
def outlet(
    request: pytest.FixtureRequest,
    settings: Settings,
    database: Database,
    user: User,
    tmp_path: Path,
    server: s3.S3,
) -> Iterator[Outlet]:
    desks = Desks(settings, database, user, tmp_path)
    with WebhookServer() as web:
        made: dict[str, Any] = {
            "fake": Faked,
            "folder": lambda: InFolder(desks),
            "bucket": lambda: InBucket(desks, server),
            "podcast": lambda: InPodcast(desks),
            "webhook": lambda: ByWebhook(desks, web),
        }
        yield made[request.param]()


@pytest.fixture
def package(settings: Settings, database: Database, user: User, tmp_path: Path) -> Package:
    return Desks(settings, database, user, tmp_path).package()


@pytest.fixture
def desks(settings: Settings, database: Database, user: User, tmp_path: Path) -> Desks:
    return Desks(settings, database, user, tmp_path)


def test_a_package_arrives_once_however_often_it_is_sent(outlet: Outlet, package: Package) -> None:
    receipt = outlet.send("main", package)
    assert (receipt.destination, receipt.sha256) == ("main", package.subject)
    assert receipt.where
    assert outlet.send("main", package) == receipt
    told = replace(package, elsewhere=(receipt,))
    assert outlet.send("main", told) == receipt
    assert outlet.arrivals() == 1


def test_another_video_of_the_same_production_arrives_too(
    outlet: Outlet, package: Package, desks: Desks
) -> None:
    outlet.send("main", package)
    assert outlet.arrivals() == 1
    other = changed(package, desks)
    assert outlet.send("main", other).sha256 == other.subject
    assert outlet.arrivals() == 2


def test_what_does_not_get_through_is_said_and_arrives_at_the_next_try(
    outlet: Outlet, package: Package
) -> None:
    outlet.break_off()
    with pytest.raises(NotDelivered, match="'main'"):
        outlet.send("main", package)
    assert outlet.arrivals() == 0
    outlet.send("main", package)
    assert outlet.arrivals() == 1


def test_a_destination_that_is_unknown_or_paused_gets_nothing(
    outlet: Outlet, package: Package
) -> None:
    with pytest.raises(NotFound, match="'elsewhere'"):
        outlet.send("elsewhere", package)
    outlet.pause()
    with pytest.raises(BadRequest, match="paused"):
        outlet.send("main", package)
    assert outlet.arrivals() == 0


def test_what_the_channel_bans_is_told_in_its_own_words(outlet: Outlet) -> None:
    assert outlet.banned() == ()
    outlet.ban("Never say “cheap”.")
    assert outlet.banned() == ("Never say “cheap”.",)
