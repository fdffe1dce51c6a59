"""Contracts of `Library` and `Stock`: fakes, and real forms on a database and a server."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr

from resources.pexels import PexelsResource
from vid_pipeline.acts import library
from vid_pipeline.artifacts import Brief, MediaRef
from vid_pipeline.errors import BadRequest, NotFound, ToolFailed, ToolMissing
from vid_pipeline.ports import LibraryItem, Stock, StockItem
from vid_pipeline.records import User
from vid_pipeline.store import productions, users, workflows
from vid_pipeline.store.database import Database
from vid_pipeline.testing.media_sources import FakeLibrary, FakeStock
from vid_pipeline.workflow import Workflow

KEY = "a key that nobody else may see"
VIDEO = MediaRef(sha256="a" * 64, mime="video/mp4", size_bytes=9)
_PHOTO = {
    "id": 7, "width": 4000, "height": 3000, "url": "https://www.pexels.com/photo/reef-7/",
    "photographer": "Ana", "alt": "A coral reef", "src": {"large2x": "https://images/7.jpeg"},
    "avg_color": "#112233",
}  # fmt: skip
_VIDEO = {
    "id": 9, "width": 3840, "height": 2160, "duration": 12, "user": {"name": "Bo"},
    "url": "https://www.pexels.com/video/fish-on-a-reef-9/", "video_files": [
        {"file_type": "video/mp4", "width": 3840, "height": 2160, "link": "https://v/4k.mp4"},
        {"file_type": "video/mp4", "width": 1280, "height": 720, "link": "https://v/720.mp4"},
        {"file_type": "video/mp4", "width": 640, "height": 360, "link": "https://v/360.mp4"},
        {"file_type": "application/x-mpegURL", "width": None, "height": None, "link": "https://v/x"},
    ],
}  # fmt: skip
_ANSWERS: dict[str, Any] = {
    "/v1/search": {"photos": [_PHOTO], "page": 1},
    "/v1/photos/7": _PHOTO,
    "/videos/search": {"videos": [_VIDEO]},
    "/videos/videos/9": _VIDEO,
}
_ITEMS = (
    StockItem("picture-7", "A coral reef", "picture", 4000, 3000, None, "Ana on Pexels",
              "https://www.pexels.com/photo/reef-7/", "https://images/7.jpeg"),
    StockItem("video-9", "fish on a reef", "video", 1280, 720, 12, "Bo on Pexels",
              "https://www.pexels.com/video/fish-on-a-reef-9/", "https://v/720.mp4"),
)  # fmt: skip


class _Pexels(BaseHTTPRequestHandler):
    asked: list[tuple[str, str]]

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        self.asked.append((self.path, self.headers["authorization"] or ""))
        if "busy" in query:
            self.send_error(429)
        elif "moved" in query:
            self.send_response(302)
            self.send_header("location", "/v1/photos/7")
            self.end_headers()
        elif self.headers["authorization"] != KEY:
            self.send_error(401)
        elif path not in _ANSWERS:
            self.send_error(404)
        else:
            body = b"{" if "broken" in query else json.dumps(_ANSWERS[path]).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    asked: list[tuple[str, str]] = []
    handler = type("Handler", (_Pexels,), {"asked": asked})
    served = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}", asked
    served.shutdown()
    served.server_close()
    thread.join()


@pytest.fixture
def pexels(server: tuple[str, list[tuple[str, str]]]) -> PexelsResource:
    made = PexelsResource(url=server[0], private_hosts=["127.0.0.1"], timeout_s=5)
    return made.asked_with(SecretStr(KEY))


@pytest.fixture(params=["fake", "http"])
def stock(request: pytest.FixtureRequest, pexels: PexelsResource) -> Stock:
    return FakeStock(_ITEMS) if request.param == "fake" else pexels


def test_pictures_and_videos_are_found_again_by_their_id(stock: Stock) -> None:
    assert stock.available
    for item in _ITEMS:
        assert stock.search("reef", kind=item.kind) == (item,)
        assert stock.find(item.id) == item


def test_an_unknown_id_is_not_found(stock: Stock) -> None:
    for key in ("picture-8", "video-8", "../v1/search", "picture-7?x", "https://evil.example"):
        with pytest.raises(NotFound):
            stock.find(key)


@pytest.mark.parametrize(
    ("words", "said"),
    [("busy", "limit of questions"), ("broken", "not as documented"), ("moved", "answered 302")],
)
def test_faults_are_typed_and_never_name_the_key(
    pexels: PexelsResource, words: str, said: str
) -> None:
    with pytest.raises(ToolFailed, match=said) as failed:
        pexels.search(words, kind="picture")
    assert KEY not in str(failed.value)


def test_the_key_goes_to_the_collection_alone(
    pexels: PexelsResource, server: tuple[str, list[tuple[str, str]]]
) -> None:
    address, asked = server
    pexels.search("reef & fish?page=9", kind="picture", most=3)
    assert asked[-1] == ("/v1/search?query=reef+%26+fish%3Fpage%3D9&per_page=3", KEY)
    wrong = PexelsResource(url=address, private_hosts=["127.0.0.1"]).asked_with(SecretStr("no"))
    with pytest.raises(ToolFailed, match="refused the key"):
        wrong.find("picture-7")
    before = len(asked)
    with pytest.raises(ToolFailed, match="cannot be reached"):
        PexelsResource(url=address).asked_with(SecretStr(KEY)).find("picture-7")  # private
    assert len(asked) == before


def test_without_a_key_nothing_is_asked() -> None:
    assert not PexelsResource().available
    with pytest.raises(ToolMissing, match="VIDP_PEXELS_API_KEY"):
        PexelsResource().search("reef", kind="video")


def _finished(database: Database, user: User, folder: Path, title: str) -> str:
    """A production that is done, with its manifest; its id."""
    workflow = Workflow.model_validate(
        {"slug": f"w{uuid4().hex[:8]}", "title": "W", "steps": [{"id": "a", "kind": "take_brief"}]}
    )
    with database.acting(user.id) as conn:
        version = workflows.publish(conn, workflow)
        made = productions.create(conn, version, Brief(name="x", document=VIDEO))
        place = folder / str(made.id)
        productions.attach_run(conn, made.id, str(uuid4()))
        productions.running(conn, made.id)
        productions.done(conn, made.id, folder=str(place))
    place.mkdir()
    manifest = {
        "title": title, "duration_s": 3, "source": {"name": "reef.org"}, "voice": "en",
        "scenes": [{"id": "s1", "texts": ["Ninety per cent"]}],
        "files": [{"name": "video.mp4", **VIDEO.model_dump()},
                  {"name": "captions.srt", "mime": "application/x-subrip", "size_bytes": 1,
                   "sha256": "b" * 64}],
    }  # fmt: skip
    (place / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return str(made.id)


def test_finished_productions_are_searched_by_their_words(
    database: Database, user: User, tmp_path: Path
) -> None:
    solar = _finished(database, user, tmp_path, "Why solar power is cheap")
    reefs = _finished(database, user, tmp_path, "Coral reefs")
    with database.acting(user.id) as conn:
        assert [item.title for item in library.search(conn, "reefs", kind="video")] == [
            "Coral reefs"
        ]
        cards = library.search(conn, "ninety solar", kind="video")
        assert [item.id for item in cards] == [f"{solar}/video.mp4", f"{reefs}/video.mp4"]
        newest = library.search(conn, "")
        assert [item.kind for item in newest] == ["video", "text", "video", "text"]
        assert library.search(conn, "volcano") == ()
        assert library.find(conn, newest[0].id) == newest[0]
        for wrong in (f"{reefs}/other.mp4", f"{uuid4()}/video.mp4", f"{reefs}/../x"):
            with pytest.raises((NotFound, BadRequest)):
                library.find(conn, wrong)


def test_nobody_finds_what_others_have_made(database: Database, user: User, tmp_path: Path) -> None:
    theirs = _finished(database, user, tmp_path, "Coral reefs")
    with database.service() as conn:
        other = users.add(conn, f"u{uuid4().hex}")
    with database.acting(other.id) as conn:
        assert library.search(conn, "coral") == ()
        with pytest.raises(NotFound):
            library.find(conn, f"{theirs}/video.mp4")


def test_the_fake_library_keeps_the_same_contract() -> None:
    item = LibraryItem("p/video.mp4", "Coral reefs", "video", VIDEO, "short", 3)
    fake = FakeLibrary([item])
    assert fake.search("reefs", kind="video") == (item,)
    assert fake.search("volcano") == fake.search("reefs", kind="sound") == ()
    assert fake.find(item.id) == item
    with pytest.raises(NotFound):
        fake.find("p/other.mp4")
