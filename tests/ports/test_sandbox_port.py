"""The contract of the `Sandbox` port: its fake, and the real form by both ways to look names up."""

import sys
from pathlib import Path
from uuid import uuid4

import pytest

from resources.sandbox import SandboxResource
from vid_pipeline.errors import BadRequest, NotFound, OverLimit
from vid_pipeline.ports import Sandbox, SandboxFile
from vid_pipeline.sandbox import beneath
from vid_pipeline.sandbox.publishing import fetch, publish
from vid_pipeline.settings import Settings
from vid_pipeline.testing.sandbox import FakeSandbox
from vid_pipeline.testing.store import FakeStore

_MB = 1_000_000
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.fixture(params=["fake", "real"])
def sandbox(request: pytest.FixtureRequest, tmp_path: Path) -> Sandbox:
    if request.param == "fake":
        return FakeSandbox(tmp_path, most_bytes=_MB)
    settings = Settings(home=tmp_path, sandbox_mb=1)
    return SandboxResource().placed(settings, "run", str(uuid4()))


def test_what_is_written_is_listed_and_read(sandbox: Sandbox) -> None:
    assert sandbox.write("notes/one.txt", b"hello") == SandboxFile("notes/one.txt", 5)
    sandbox.write("two.md", [b"# T", b"wo"])
    assert [file.name for file in sandbox.files()] == ["notes/one.txt", "two.md"]
    assert sandbox.files("notes") == (SandboxFile("notes/one.txt", 5),)
    assert sandbox.read("two.md", most_bytes=5) == b"# Two"


def test_a_later_write_replaces_an_earlier_one(sandbox: Sandbox) -> None:
    sandbox.write("one.txt", bytes(b"a" * 700_000))
    sandbox.write("one.txt", bytes(b"b" * 800_000))
    assert sandbox.files() == (SandboxFile("one.txt", 800_000),)


def test_a_read_says_when_there_is_more(sandbox: Sandbox) -> None:
    sandbox.write("one.txt", b"hello")
    with pytest.raises(OverLimit, match="more than the 4 bytes"):
        sandbox.read("one.txt", most_bytes=4)


def test_the_quota_stops_a_stream_and_keeps_what_was_there(sandbox: Sandbox) -> None:
    sandbox.write("one.txt", b"a" * 600_000)
    with pytest.raises(OverLimit, match="may hold 1000000 bytes"):
        sandbox.write("two.txt", (b"b" * 100_000 for _ in range(6)))
    assert sandbox.files() == (SandboxFile("one.txt", 600_000),)
    sandbox.write("three.txt", b"c" * 400_000)


def test_moving_needs_a_free_name(sandbox: Sandbox) -> None:
    sandbox.write("one.txt", b"1")
    sandbox.write("two.txt", b"2")
    with pytest.raises(BadRequest, match="taken"):
        sandbox.move("one.txt", "two.txt")
    assert sandbox.move("one.txt", "old/one.md") == SandboxFile("old/one.md", 1)
    assert [file.name for file in sandbox.files()] == ["old/one.md", "two.txt"]


def test_a_deleted_file_is_gone(sandbox: Sandbox) -> None:
    sandbox.write("one.txt", b"1")
    sandbox.delete("one.txt")
    for act in (sandbox.delete, lambda name: sandbox.read(name, most_bytes=1)):
        with pytest.raises(NotFound):
            act("one.txt")


@pytest.mark.parametrize(
    "name",
    ["", "/etc/passwd.txt", "../one.txt", "a/../../one.txt", "a//one.txt", "./one.txt", "a/.x.txt",
     "one\0.txt", "one\n.txt", "\u202etxt.one.txt", "one\\two.txt", " one.txt", "a" * 250 + ".txt",
     "a/" * 9 + "one.txt", "\ud800.txt"],
)  # fmt: skip
def test_names_that_lead_elsewhere_or_cannot_be_read_are_refused(
    sandbox: Sandbox, name: str
) -> None:
    with pytest.raises(BadRequest):
        sandbox.write(name, b"x")
    with pytest.raises(BadRequest):
        sandbox.read(name, most_bytes=1)


@pytest.mark.parametrize(
    ("name", "data"),
    [("one.m3u8", b"#EXTM3U"), ("run.sh", b"#!/bin/sh"), ("page.html", b"<html>"), ("none", b"x"),
     ("art.png", b"#EXTM3U\nfile:///etc/passwd"), ("one.txt", b"\x7fELF\x02\x01"),
     ("clip.mp4", b"#EXTM3U\n")],
)  # fmt: skip
def test_a_name_must_say_what_the_bytes_are(sandbox: Sandbox, name: str, data: bytes) -> None:
    with pytest.raises(BadRequest):
        sandbox.write(name, data)
    assert sandbox.files() == ()


def test_a_move_cannot_change_what_a_file_is(sandbox: Sandbox) -> None:
    sandbox.write("one.txt", b"#EXTM3U")
    with pytest.raises(BadRequest, match="not video/mp4"):
        sandbox.move("one.txt", "one.mp4")


def test_a_tools_file_is_taken_and_lent_by_content(sandbox: Sandbox, tmp_path: Path) -> None:
    made = tmp_path / "made.png"
    made.write_bytes(PNG)
    sandbox.take(made, "stills/one.png")
    lent = sandbox.lend("stills/one.png", tmp_path)
    assert lent.read_bytes() == PNG
    assert (len(lent.stem), lent.suffix) == (64, ".png")
    made.unlink()
    made.symlink_to("/etc/passwd")
    with pytest.raises(BadRequest):
        sandbox.take(made, "two.txt")


def test_artifacts_go_in_and_out_by_content(sandbox: Sandbox, tmp_path: Path) -> None:
    store = FakeStore(tmp_path / "store")
    sandbox.write("one.png", PNG)
    ref = publish(sandbox, "one.png", store)
    assert (ref.mime, store.path(ref).read_bytes()) == ("image/png", PNG)
    fetch(sandbox, ref, "two.png", store)
    assert sandbox.read("two.png", most_bytes=100) == PNG


def test_work_space_is_apart_from_the_files(sandbox: Sandbox) -> None:
    sandbox.path("draft.txt").write_text("ours", encoding="utf-8")
    assert sandbox.files() == ()
    with pytest.raises(BadRequest):
        sandbox.path("../other")


def test_a_run_without_a_production_has_no_files(tmp_path: Path) -> None:
    alone = SandboxResource().placed(Settings(home=tmp_path), "run", None)
    with pytest.raises(BadRequest, match="no production"):
        alone.files()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="openat2 is Linux's")
def test_linux_looks_names_up_in_one_call() -> None:
    assert beneath.has_openat2()
