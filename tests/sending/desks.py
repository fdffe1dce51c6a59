"""What tests of sending share: a desk on the real database, packages, destinations."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

from pydantic import SecretStr

from resources.dispatch import OutletDesk, Outside
from tests.sending.s3 import PART_BYTES
from tests.store.test_tables import produced
from vid_pipeline.acts import destinations
from vid_pipeline.acts.destinations import Added
from vid_pipeline.cancel import CancelToken
from vid_pipeline.packages import Package
from vid_pipeline.records import User
from vid_pipeline.research import Chapter
from vid_pipeline.settings import Settings
from vid_pipeline.store import sendings
from vid_pipeline.store.database import Database
from vid_pipeline.testing.store import FakeStore

KEY_ID, KEY = "AKIDsecretid0001", "s3cr3tkey-of-the-owner"
FILES = {
    "video.mp4": ("video/mp4", 220_000),
    "captions.srt": ("application/x-subrip", 40),
    "captions.vtt": ("text/vtt", 41),
    "thumbnail.jpg": ("image/jpeg", 5_000),
    "manifest.json": ("application/json", 300),
}


class Desks:
    """One user's desk; requests of buckets are not tried again by themselves."""

    def __init__(self, settings: Settings, db: Database, user: User, folder: Path) -> None:
        self.settings = settings.model_copy(
            update={"publish_private_hosts": "127.0.0.1", "publish_folder": folder / "published"}
        )
        self.db, self.user = db, user
        self.store = FakeStore(folder / "store")

    @property
    def outside(self) -> Outside:
        return Outside(self.settings, self.db, self.user.id, retries=0, chunk_bytes=PART_BYTES)

    @property
    def desk(self) -> OutletDesk:
        return OutletDesk(self.outside, self.store, CancelToken())

    def package(self, title: str = "Café, réefs & <all>", *, salt: int = 1) -> Package:
        """A package of a new production; `salt` makes its bytes others."""
        files = {
            name: self.store.put_bytes(bytes((i * salt + len(name)) % 251 for i in range(n)), mime)
            for name, (mime, n) in FILES.items()
        }
        return Package(
            production=self.production(),
            title=title,
            description="How reefs live.\n\nAnd why.",
            language="en",
            duration_s=62.4,
            files=files,
            tags=("reef", "sea"),
            chapters=(Chapter(start_s=0, title="Start"),),
        )

    def production(self) -> str:
        """The id of a new production."""
        return str(produced(self.db, self.user).id)

    def add(
        self, kind: str, *, name: str = "main", secret: SecretStr | None = None, **goes: object
    ) -> Added:
        new = destinations.checked({"name": name, "goes": {"kind": kind, **goes}})
        return destinations.add(self.db, self.user.id, new, secret)

    def add_bucket(self, bucket: str, endpoint: str, *, name: str = "main") -> Added:
        keys = destinations.bucket_keys(KEY_ID, KEY)
        url = f"s3://{bucket}/shorts"
        return self.add("bucket", name=name, secret=keys, url=url, endpoint=endpoint)

    def add_webhook(self, url: str, *, name: str = "main") -> Added:
        new = destinations.webhook(name, SecretStr(url))
        return destinations.add(self.db, self.user.id, new, SecretStr(url))

    def states(self, production: str) -> list[tuple[str, int]]:
        """How the sendings of a production stand, and how often each was tried."""
        with self.db.acting(self.user.id) as conn:
            found = sendings.of_production(conn, UUID(production))
        return [(one.state, one.tries) for one in found]


def changed(package: Package, desks: Desks) -> Package:
    """The same production's package with another video."""
    files = {**package.files, "video.mp4": desks.store.put_bytes(b"v" * 210_000, "video/mp4")}
    return replace(package, files=files)
