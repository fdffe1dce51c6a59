"""Tools for files, edits and finding media: typed in and out, on the production's files."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from assets.tools import ffmpeg as edits
from assets.tools import files
from assets.tools.media import MEDIA, MediaSearch, MediaTake, media_search, media_take
from tests.media import clips_for_tests as clips
from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import BadRequest, NotFound, ToolMissing
from vid_pipeline.ports import LibraryItem, Page, StockItem
from vid_pipeline.testing.media_sources import FakeLibrary, FakeStock
from vid_pipeline.testing.sandbox import FakeSandbox
from vid_pipeline.testing.store import FakeStore
from vid_pipeline.testing.web import FakeWeb
from vid_pipeline.tools import Toolbox


@pytest.fixture
def sandbox(tmp_path: Path) -> FakeSandbox:
    filled = FakeSandbox(tmp_path / "work")
    for name in ("talk.mp4", "mute.mp4", "tone.wav", "logo.png"):
        filled.write(name, clips.data(name))
    return filled


def test_an_agent_writes_lists_reads_and_moves(sandbox: FakeSandbox) -> None:
    text = "Grüße\n" * 100
    files.files_write(files.FilesWrite(file="notes/a.md", text=text), sandbox=sandbox)
    files.files_move(files.FilesMove(file="notes/a.md", to="notes/b.md"), sandbox=sandbox)
    listed = files.files_list(files.FilesList(folder="notes"), sandbox=sandbox)
    assert [file.name for file in listed.files] == ["notes/b.md"]
    ask = files.FilesRead(file="notes/b.md", first=6, characters=5)
    assert files.files_read(ask, sandbox=sandbox) == files.FileText(
        text="Grüße", characters_left=len(text) - 11
    )
    files.files_delete(files.FilesDelete(file="notes/b.md"), sandbox=sandbox)
    with pytest.raises(NotFound):
        files.files_read(ask, sandbox=sandbox)


def test_an_agent_writes_texts_only(sandbox: FakeSandbox) -> None:
    for name in ("run.sh", "list.m3u8", "page.html", "clip.mp4"):
        with pytest.raises(BadRequest, match="Texts end in"):
            files.files_write(files.FilesWrite(file=name, text="#EXTM3U"), sandbox=sandbox)
    with pytest.raises(BadRequest, match="no text"):
        files.files_read(files.FilesRead(file="talk.mp4"), sandbox=sandbox)
    with pytest.raises(ValidationError):
        files.FilesWrite(file="a.txt", text="x" * 200_001)


@pytest.mark.media
@pytest.mark.parametrize(
    ("tool", "ask", "length_s"),
    [
        ("edit_probe", {}, 2),
        ("edit_trim", {"to": "out.mp4", "end_s": 1}, 1),
        ("edit_join", {"to": "out.mp4", "files": ["talk.mp4", "mute.mp4"]}, 3),
        ("edit_overlay", {"to": "out.mp4", "top": "logo.png"}, 2),
        ("edit_burn_subtitles", {"to": "out.mp4", "subtitles": "sub.srt"}, 2),
        ("edit_thumbnail", {"to": "out.jpg", "width_px": 64}, 0),
        ("edit_waveform", {"to": "out.png"}, 0),
        ("edit_mix", {"to": "out.mp4", "added": "talk.mp4"}, 2),
    ],
)
def test_an_edit_is_a_new_file(
    sandbox: FakeSandbox, tool: str, ask: dict[str, Any], length_s: float
) -> None:
    sandbox.write("sub.srt", b"1\n00:00:00,000 --> 00:00:01,000\nHello\n")
    chosen = Toolbox(edits.FFMPEG)[tool]
    file = {} if "files" in ask else {"file": "talk.mp4"}
    told = chosen.run(chosen.takes.model_validate(file | ask), sandbox=sandbox, cancel=_NOBODY)
    assert isinstance(told, edits.MediaFile)
    assert told.duration_s == pytest.approx(length_s, abs=0.2)
    assert told.name == ask.get("to", "talk.mp4")
    assert told.size_bytes == len(sandbox.read(told.name, most_bytes=10_000_000))
    assert list(sandbox.path(".").iterdir()) == []


@pytest.mark.media
def test_frames_go_into_a_folder(sandbox: FakeSandbox) -> None:
    ask = edits.FramesEdit(file="mute.mp4", to="stills", count=3, width_px=64)
    told = edits.edit_frames(ask, sandbox=sandbox, cancel=_NOBODY)
    assert [file.name for file in told.files] == ["stills/01.jpg", "stills/02.jpg", "stills/03.jpg"]


@pytest.mark.media
def test_a_result_needs_a_fitting_name(sandbox: FakeSandbox) -> None:
    ask = edits.ThumbnailEdit(file="talk.mp4", to="out.mp4")
    with pytest.raises(BadRequest, match=r"result is a \.jpg"):
        edits.edit_thumbnail(ask, sandbox=sandbox, cancel=_NOBODY)


def test_own_media_is_found_and_taken(tmp_path: Path) -> None:
    store, sandbox = FakeStore(tmp_path), FakeSandbox(tmp_path / "work")
    file = store.put_bytes(clips.data("talk.mp4"), "video/mp4")
    library = FakeLibrary([LibraryItem("p1/video.mp4", "Coral reefs", "video", file, "short", 2)])
    ask = MediaSearch(words="reefs")
    found = media_search(ask, library=library, stock=FakeStock()).found
    assert [(one.id, one.duration_s) for one in found] == [("own:p1/video.mp4", 2)]
    kept = media_take(
        MediaTake(id=found[0].id, to="old.mp4"),
        library=library,
        stock=FakeStock(),
        store=store,
        sandbox=sandbox,
        web=FakeWeb(),
    )
    assert sandbox.read("old.mp4", most_bytes=kept.size_bytes) == clips.data("talk.mp4")


def test_stock_media_is_found_and_taken_by_its_id_alone(tmp_path: Path) -> None:
    link = "https://images.example/1.png"
    item = StockItem("picture-1", "A reef", "picture", 64, 64, None, "Ana", "https://p", link)
    web = FakeWeb({link: Page(link, "image/png", clips.data("logo.png"))})
    sandbox, stock = FakeSandbox(tmp_path), FakeStock([item])
    ask = MediaSearch(words="reef", kind="picture", where="stock")
    found = media_search(ask, library=FakeLibrary(), stock=stock).found
    assert (found[0].id, found[0].credit) == ("stock:picture-1", "Ana")
    ports: dict[str, Any] = {
        "library": FakeLibrary(), "stock": stock, "store": FakeStore(tmp_path), "sandbox": sandbox,
        "web": web,
    }  # fmt: skip
    media_take(MediaTake(id=found[0].id, to="reef.png"), **ports)
    assert sandbox.read("reef.png", most_bytes=1_000_000) == clips.data("logo.png")
    for wrong in (link, "stock:https://evil.example/", "own:p9/video.mp4"):
        with pytest.raises((BadRequest, NotFound)):
            media_take(MediaTake(id=wrong, to="x.png"), **ports)
    assert web.fetched == [link]


def test_a_stock_collection_without_a_key_says_so() -> None:
    ask = MediaSearch(words="reef", kind="video", where="stock")
    with pytest.raises(ToolMissing):
        media_search(ask, library=FakeLibrary(), stock=FakeStock(available=False))


def test_every_tool_has_limits_on_what_it_takes() -> None:
    for tool in (*files.FILES, *edits.FFMPEG, *MEDIA):
        for name, field in tool.takes.model_json_schema()["properties"].items():
            assert _is_bounded(field), (tool.name, name)


def _is_bounded(field: dict[str, Any]) -> bool:
    kinds = field.get("anyOf", [field])
    return all(
        kind.get("type") in {"boolean", "null"}
        or {"maxLength", "maximum", "maxItems", "enum", "pattern", "const"} & set(kind)
        for kind in kinds
    )


_NOBODY = CancelToken()
