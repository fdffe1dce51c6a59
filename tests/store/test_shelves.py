"""Channels with a brand and uploaded files: their rows, and who sees them."""

import json
import wave
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest

from assets.catalog import CATALOG
from tests.store.test_tables import produced
from vid_pipeline.acts import branding, library, making, publishing, uploading
from vid_pipeline.acts.branding import Draft
from vid_pipeline.acts.briefs import Upload, Wishes, brief_from
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import Colours
from vid_pipeline.brand_records import BrandKit
from vid_pipeline.errors import BadRequest, BadSource, NotFound, UserError
from vid_pipeline.media import png
from vid_pipeline.records import User
from vid_pipeline.settings import Settings
from vid_pipeline.store import brand_channels, media_files, productions, users
from vid_pipeline.store.database import Database

_KIT = BrandKit(colours=Colours(main="#0b3d91", accent="#ffd400"), intro="Part 2")


@pytest.fixture(scope="module")
def shop(settings: Settings, database: Database) -> Workshop:
    return Workshop.of(settings, database, CATALOG)


@pytest.fixture
def stranger(database: Database) -> User:
    with database.service() as conn:
        return users.add(conn, f"u{uuid4().hex}")


def test_a_channel_is_kept_changed_put_away_and_taken_back(database: Database, user: User) -> None:
    made = branding.add(database, user.id, Draft(" Münchner Küche ", kit=_KIT, voice="de"))
    assert (made.slug, made.name, made.kit) == ("munchner-kuche", "Münchner Küche", _KIT)
    twin = branding.add(database, user.id, Draft("Münchner Küche"))
    assert twin.slug == "munchner-kuche-2"
    branding.change(database, user.id, twin.slug, Draft("Garden", language="EN"))
    assert branding.get(database, user.id, twin.slug).language == "en"
    branding.archive(database, user.id, twin.slug)
    assert [one.channel.slug for one in branding.listed(database, user.id)] == [made.slug]
    with pytest.raises(NotFound):
        branding.get(database, user.id, "other")


@pytest.mark.parametrize(
    "draft",
    [
        Draft("  "),
        Draft("x" * 81),
        Draft("A", language="english"),
        Draft("A", month_usd=-1),
        Draft("A", kit=BrandKit(palette="mud")),
        Draft("A", workflow="no-such-one"),
    ],
)
def test_what_a_channel_cannot_have_is_refused(
    database: Database, user: User, draft: Draft
) -> None:
    with pytest.raises(UserError):
        branding.add(database, user.id, draft)
    assert branding.listed(database, user.id) == []


def test_a_channel_lends_what_is_not_wished_otherwise(shop: Workshop, user: User) -> None:
    channel = branding.add(shop.db, user.id, Draft("Ships", kit=_KIT, voice="en-gb", language="en"))
    lent = branding.lent(shop, user.id, channel.slug, Wishes(voice="de"))
    assert (lent.voice, lent.language, lent.brand) == ("de", "en", channel.brand)
    brief = brief_from(Upload("a.md", b"Tides turn twice a day."), lent, shop.store)
    assert brief.brand is not None
    assert brief.brand.channel == "ships"
    branding.archive(shop.db, user.id, channel.slug)
    with pytest.raises(BadRequest, match="archived"):
        branding.lent(shop, user.id, channel.slug, Wishes())


def test_a_channel_is_found_by_its_slug_or_by_what_people_call_it(
    database: Database, user: User
) -> None:
    with pytest.raises(NotFound, match="Add one in the studio"):
        branding.named(database, user.id, "Ships")
    ships = branding.add(database, user.id, Draft("Salt & Light"))
    for name in ("Night sea", "Night Sea"):
        branding.add(database, user.id, Draft(name))
    assert branding.named(database, user.id, " salt & LIGHT ") == ships
    assert branding.named(database, user.id, ships.slug) == ships
    with pytest.raises(BadRequest, match="Several are called so"):
        branding.named(database, user.id, "night sea")
    with pytest.raises(NotFound, match=r"There are: .*salt-light"):
        branding.named(database, user.id, "boats")


def test_a_channel_that_has_used_its_share_takes_no_more(shop: Workshop, user: User) -> None:
    branding.add(shop.db, user.id, Draft("Ships", month_usd=2))
    workflow = publishing.read(publishing.EXAMPLES / "article-to-short.json")
    publishing.publish(shop.db, user.id, workflow, CATALOG)
    wishes = branding.lent(shop, user.id, "ships", Wishes())
    brief = brief_from(Upload("a.md", b"Tides turn twice a day."), wishes, shop.store)
    made = making.begin(shop.db, user.id, brief, workflow=workflow.slug)
    with shop.db.acting(user.id) as conn:
        conn.execute(
            "insert into vidp.journal (owner_id, production_id, request_hash, step_key, provider, "
            "model, state, cost_usd, done_at) values (vidp.uid(), %s, 'h', 's', 'p', 'm', 'done', "
            "2.5, now())",
            [made.id],
        )
        assert brand_channels.spent_usd(conn, "ships") == 2.5
        assert brand_channels.made(conn) == {"ships": 1}
    with pytest.raises(BadRequest, match="used up"):
        branding.lent(shop, user.id, "ships", Wishes())


def test_a_file_is_what_its_bytes_are(shop: Workshop, user: User) -> None:
    picture = uploading.keep(shop, user.id, Upload("photo.txt", _picture()))
    assert (picture.kind, picture.mime, picture.width_px) == ("picture", "image/png", 64)
    assert picture.preview is not None
    sound = uploading.keep(shop, user.id, Upload("hum.mp4", _sound()))
    assert (sound.kind, sound.mime, sound.duration_s) == ("sound", "audio/wav", 0.5)
    text = uploading.keep(shop, user.id, Upload("note.md", b"# Tides"))
    assert (text.kind, text.mime) == ("text", "text/markdown")
    for wrong in (b"MZ\x00\x01\x02" * 40, b"", b"\x89PNG\r\n\x1a\n" + b"\x00" * 40):
        with pytest.raises(BadSource):
            uploading.keep(shop, user.id, Upload("photo.png", wrong))
    again = uploading.keep(shop, user.id, Upload("photo.png", _picture()))
    assert (again.id, again.name) == (picture.id, "photo.png")


def test_the_library_finds_uploads_by_name_and_tag(shop: Workshop, user: User) -> None:
    kept = uploading.keep(shop, user.id, Upload("beach.png", _picture()))
    uploading.tag(shop.db, user.id, kept.item.id, [" Summer ", "summer", "Sea"])
    with shop.db.acting(user.id) as conn:
        assert [item.id for item in library.search(conn, "summer")] == [kept.item.id]
        assert library.search(conn, "beach", kind="video") == ()
        assert library.find(conn, kept.item.id).file == kept.file
        assert library.entry(conn, kept.item.id).tags == ("summer", "sea")
        assert library.tags(conn) == ["sea", "summer"]
        assert library.used_by(conn, kept.item) == []
    with pytest.raises(BadRequest):
        uploading.tag(shop.db, user.id, kept.item.id, ["x" * 41])


def test_videos_that_failed_hide_none_that_were_finished(
    shop: Workshop, user: User, tmp_path: Path
) -> None:
    told = {
        "title": "Tides", "duration_s": 9, "source": {"name": "a"}, "scenes": [],
        "files": [{"name": "video.mp4", "mime": "video/mp4", "size_bytes": 1, "sha256": "a" * 64}],
    }  # fmt: skip
    (tmp_path / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    done = produced(shop.db, user)
    with shop.db.acting(user.id) as conn:
        productions.running(conn, done.id)
        productions.done(conn, done.id, folder=str(tmp_path))
    for _ in range(2):
        failed = produced(shop.db, user)
        with shop.db.acting(user.id) as conn:
            productions.failed(conn, failed.id, error="No.")
    with shop.db.acting(user.id) as conn:
        assert [one.item.title for one in library.entries(conn, most=1)] == ["Tides"]
        assert not library.goes_on(conn, 1)
    for name, level in (("a.png", 9), ("b.png", 99)):
        uploading.keep(shop, user.id, Upload(name, _picture(level)))
    with shop.db.acting(user.id) as conn:
        assert library.goes_on(conn, 1)
        assert not library.goes_on(conn, 2)


def test_a_deleted_file_comes_back_until_it_is_purged(shop: Workshop, user: User) -> None:
    kept = uploading.keep(shop, user.id, Upload("beach.png", _picture()))
    uploading.delete(shop.db, user.id, kept.id)
    with shop.db.acting(user.id) as conn:
        assert library.entries(conn) == []
        assert media_files.purge(conn, age_days=1) == []
    uploading.restore(shop.db, user.id, kept.id)
    with shop.db.acting(user.id) as conn:
        assert [one.item.id for one in library.entries(conn)] == [kept.item.id]
        media_files.delete(conn, kept.id)
    with shop.db.acting(user.id) as conn:
        assert media_files.purge(conn, age_days=0) == [kept.id]


def test_nobody_sees_or_changes_what_others_have(
    shop: Workshop, user: User, stranger: User
) -> None:
    channel = branding.add(shop.db, user.id, Draft("Ships"))
    kept = uploading.keep(shop, user.id, Upload("beach.png", _picture()))
    uploading.tag(shop.db, user.id, kept.item.id, ["sea"])
    assert branding.listed(shop.db, stranger.id, archived=True) == []
    with shop.db.acting(stranger.id) as conn:
        assert library.entries(conn) == []
        assert library.tags(conn) == []
    for act in (
        lambda: branding.archive(shop.db, stranger.id, channel.slug),
        lambda: branding.change(shop.db, stranger.id, channel.slug, Draft("Mine")),
        lambda: branding.lent(shop, stranger.id, channel.slug, Wishes()),
        lambda: uploading.delete(shop.db, stranger.id, kept.id),
    ):
        with pytest.raises(NotFound):
            act()
    uploading.restore(shop.db, stranger.id, kept.id)
    own = branding.add(shop.db, stranger.id, Draft("Ships"))
    assert own.slug == channel.slug


def _picture(red: int = 200) -> bytes:
    pixels = np.zeros((48, 64, 4), np.uint8)
    pixels[...] = (red, 120, 40, 255)
    return png.encode(pixels)


def _sound() -> bytes:
    target = BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\x00\x10" * 4000)
    return target.getvalue()
