"""Briefs from what people give, and the early refusals."""

from pathlib import Path

import pytest

from vid_pipeline.acts.briefs import Upload, Wishes, brief_from, pasted
from vid_pipeline.artifacts import Aspect
from vid_pipeline.errors import BadRequest, BadSource
from vid_pipeline.testing.store import FakeStore


@pytest.fixture
def store(tmp_path: Path) -> FakeStore:
    return FakeStore(tmp_path / "store")


def test_a_path_becomes_a_document_of_its_kind(tmp_path: Path, store: FakeStore) -> None:
    source = tmp_path / "article.md"
    source.write_text("# Reefs\n\nCorals build them.", encoding="utf-8")
    brief = brief_from(str(source), Wishes(aspect="1:1", voice=" de "), store)
    assert brief.document is not None
    assert store.path(brief.document).read_bytes() == source.read_bytes()
    assert (brief.document.mime, brief.name) == ("text/markdown", "article.md")
    assert (brief.aspect, brief.voice, brief.title) == (Aspect.SQUARE, "de", None)


def test_an_address_is_kept_and_not_read(store: FakeStore) -> None:
    brief = brief_from("https://example.org/a", Wishes(), store)
    assert (brief.url, brief.document) == ("https://example.org/a", None)


def test_a_pdf_is_known_by_its_bytes(store: FakeStore) -> None:
    brief = brief_from(Upload("paper", b"%PDF-1.7 ..."), Wishes(), store)
    assert brief.document is not None
    assert brief.document.mime == "application/pdf"


def test_a_pasted_text_is_named_by_its_first_words() -> None:
    assert pasted("One two three four five six seven eight nine").name.endswith("seven eight")
    assert pasted("\n# A heading\n\nAnd more.").name == "A heading"


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.txt", b"", "it is empty"),
        ("a.txt", b" \n\t ", "it is empty"),
        ("a.png", b"\x89PNG\x00\x00", "image/png"),
        ("a.txt", b"x" * 20_000_001, "at most 20 MB"),
    ],
)
def test_documents_that_cannot_be_read_are_refused_early(
    name: str, data: bytes, says: str, store: FakeStore
) -> None:
    with pytest.raises(BadSource, match=says):
        brief_from(Upload(name, data), Wishes(), store)


def test_paths_that_lead_nowhere_are_named(tmp_path: Path, store: FakeStore) -> None:
    for source, says in (
        ("nowhere.md", "no such file"),
        (str(tmp_path), "folder"),
        ("a\0b", "cannot be read"),
    ):
        with pytest.raises(BadSource, match=says):
            brief_from(source, Wishes(), store)


@pytest.mark.parametrize(
    ("wishes", "says"),
    [
        (Wishes(aspect="4:3"), "9:16, 16:9, 1:1"),
        (Wishes(seconds=5), "15 to 600"),
        (Wishes(seconds=601), "15 to 600"),
        (Wishes(language="german"), "ISO 639-1"),
    ],
)
def test_wishes_that_cannot_be_met_say_what_can(
    wishes: Wishes, says: str, store: FakeStore
) -> None:
    with pytest.raises(BadRequest, match=says):
        brief_from(Upload("a.txt", b"text"), wishes, store)


def test_an_opening_line_is_cleaned_and_nothing_in_a_brief_without_one(store: FakeStore) -> None:
    told = " A box\x00\x1b[2J\u202e  changed\nall\u200d. "
    brief = brief_from("https://example.org/a", Wishes(hook=told), store)
    assert brief.hook == "A box [2J changed all\u200d."
    plain = brief_from("https://example.org/a", Wishes(hook=" \n"), store)
    assert plain.hook is None
    assert "hook" not in plain.model_dump_json()


@pytest.mark.parametrize(("hook", "says"), [("x" * 161, "161 characters"), ("?! …", "Write words")])
def test_an_opening_line_that_cannot_be_said_is_refused(
    hook: str, says: str, store: FakeStore
) -> None:
    with pytest.raises(BadRequest, match=says):
        brief_from("https://example.org/a", Wishes(hook=hook), store)
