"""Files that come into a watched folder: whole ones, once."""

import os
import time
import tracemalloc
from pathlib import Path

import pytest

from vid_pipeline.acts.triggers import files
from vid_pipeline.acts.triggers.files import Seen, look
from vid_pipeline.acts.triggers.spool import Spool
from vid_pipeline.errors import BadRequest, BadSource, NotFound, UserError


def put(path: Path, text: str, *, age_s: float = 60) -> Path:
    path.write_text(text, encoding="utf-8")
    os.utime(path, (time.time() - age_s,) * 2)
    return path


def twice(root: Path, path: str = ".", pattern: str = "*") -> Seen:
    first = look(root, path, pattern, {}, now_s=time.time())
    return look(root, path, pattern, first.marks, now_s=time.time())


def test_a_file_counts_at_the_second_look_and_not_again(tmp_path: Path) -> None:
    put(tmp_path / "my_article.md", "words")
    first = look(tmp_path, ".", "*", {}, now_s=time.time())
    second = look(tmp_path, ".", "*", first.marks, now_s=time.time())
    third = look(tmp_path, ".", "*", second.marks, now_s=time.time())
    assert (len(first.found), len(second.found), len(third.found)) == (0, 1, 0)
    assert second.found[0].title == "my article"


def test_a_file_that_is_still_written_waits_until_it_is_whole(tmp_path: Path) -> None:
    path = put(tmp_path / "a.md", "half", age_s=60)
    first = look(tmp_path, ".", "*", {}, now_s=time.time())
    put(path, "half and more", age_s=0)
    second = look(tmp_path, ".", "*", first.marks, now_s=time.time())
    third = look(tmp_path, ".", "*", second.marks, now_s=time.time())
    assert not second.found
    assert not third.found  # it was written to a moment ago
    settled = look(tmp_path, ".", "*", third.marks, now_s=time.time() + files.SETTLED_S + 1)
    assert settled.found[0].document is not None
    assert settled.found[0].document.data == b"half and more"


def test_a_copy_or_a_new_name_is_the_same_find_and_new_words_are_another(tmp_path: Path) -> None:
    put(tmp_path / "a.md", "words")
    put(tmp_path / "b.md", "words")
    put(tmp_path / "c.md", "other words")
    names = [one.names for one in twice(tmp_path).found]
    assert names[0] == names[1] != names[2]


@pytest.mark.parametrize(
    "name", [".hidden", "a.md.part", "b.crdownload", "c.tmp", "d.md~", "e.png"]
)
def test_what_is_unfinished_hidden_or_not_wanted_is_left_alone(tmp_path: Path, name: str) -> None:
    put(tmp_path / name, "words")
    assert twice(tmp_path, pattern="*.md").found == ()


def test_no_link_leads_out_of_the_folder(tmp_path: Path) -> None:
    secret = put(tmp_path / "secret.md", "secret")
    root = tmp_path / "root"
    (root / "in").mkdir(parents=True)
    (root / "in" / "link.md").symlink_to(secret)
    os.link(secret, root / "in" / "second.md")
    (root / "out").symlink_to(tmp_path)
    with pytest.raises(BadRequest, match="another name"):
        twice(root, "in")
    (root / "in" / "second.md").unlink()
    assert twice(root, "in").found == ()
    for path in ("out", "../", "in/../.."):
        with pytest.raises(UserError):
            twice(root, path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        twice(tmp_path, "nowhere")


def test_a_file_that_is_too_large_is_refused_once_with_its_size(tmp_path: Path) -> None:
    with (tmp_path / "big.md").open("wb") as file:
        file.truncate(25_000_000)
    os.utime(tmp_path / "big.md", (time.time() - 60,) * 2)
    seen = twice(tmp_path)
    assert not seen.found
    assert "25 MB" in seen.refused["big.md"]
    assert not look(tmp_path, ".", "*", seen.marks, now_s=time.time()).refused


def test_however_much_is_new_memory_holds_a_file_at_a_time(tmp_path: Path) -> None:
    for number in range(40):
        put(tmp_path / f"{number:02d}.md", f"{number:02d}" + "x" * 1_000_000)
    first = look(tmp_path, ".", "*", {}, now_s=time.time())
    tracemalloc.start()
    try:
        seen = look(tmp_path, ".", "*", first.marks, now_s=time.time())
        _, most_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(seen.found) == 40
    assert most_bytes < 10_000_000
    assert [one.upload.data[:2] for one in seen.found if one.upload] == [
        f"{number:02d}".encode() for number in range(40)
    ]


def test_more_than_a_look_takes_is_refused_with_what_to_do(tmp_path: Path) -> None:
    for name in "ab":
        put(tmp_path / name, "words" * 100)
    first = look(tmp_path, ".", "*", {}, now_s=time.time())
    small = Spool(tmp_path / "spool", most_bytes=600)
    with pytest.raises(BadSource, match="Move some of it away"):
        look(tmp_path, ".", "*", first.marks, now_s=time.time(), spool=small)
