"""The delivered folder: whole, the same each time, and described by its manifest."""

import hashlib
from pathlib import Path

import pytest

from assets import leaving
from assets.delivery import DeliverParams, deliver
from assets.manifest import Manifest
from tests.findings import research
from tests.media.production_for_tests import (
    BRIEF,
    CAPTIONS,
    SCRIPT,
    STORYBOARD,
    WORDS,
    Made,
    make,
)
from vid_pipeline.artifacts import Check, Delivery, MediaRef, QualityReport, Script
from vid_pipeline.errors import BadRequest, NotDelivered
from vid_pipeline.research import Chapter, FactCheck, LineCheck, Metadata, Research
from vid_pipeline.testing.outlets import FakeOutlets
from vid_pipeline.testing.production import FakeProduction
from vid_pipeline.testing.store import FakeStore

pytestmark = pytest.mark.media

PASSED = Check(name="fps", passed=True, measured="30/1", expected="30/1")
FAILED = Check(name="loudness", passed=False, measured="-20.0 LUFS", expected="-14 ± 1 LUFS")
NAMES = {"video.mp4", "captions.srt", "captions.vtt", "thumbnail.jpg", "manifest.json"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> FakeStore:
    return FakeStore(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def made(store: FakeStore, tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(store, tmp_path_factory.mktemp("made"))


def _deliver(
    made: Made,
    store: FakeStore,
    folder: Path,
    *,
    script: Script = SCRIPT,
    checks: tuple[Check, ...] = (PASSED,),
    facts: dict[str, str] | None = None,
    found: Research | None = None,
    checked: FactCheck | None = None,
    outlets: FakeOutlets | None = None,
    targets: tuple[str, ...] = (),
) -> Delivery:
    return deliver(
        DeliverParams(targets=targets),
        BRIEF,
        script,
        STORYBOARD,
        made.narration,
        CAPTIONS,
        made.video,
        QualityReport(checks=checks),
        found,
        checked,
        store=store,
        production=FakeProduction(BRIEF, folder, facts),
        outlets=outlets or FakeOutlets(),
    )


def _manifest(folder: Path) -> Manifest:
    return Manifest.model_validate_json((folder / "manifest.json").read_text(encoding="utf-8"))


def test_the_folder_holds_the_five_files(made: Made, store: FakeStore, tmp_path: Path) -> None:
    delivery = _deliver(made, store, tmp_path / "out")
    assert {file.name for file in (tmp_path / "out").iterdir()} == NAMES
    assert {file.name for file in delivery.files} == NAMES
    assert delivery.folder == str(tmp_path / "out")


def test_every_file_is_as_the_manifest_says(made: Made, store: FakeStore, tmp_path: Path) -> None:
    _deliver(made, store, tmp_path / "out")
    listed = _manifest(tmp_path / "out").files
    assert {file.name for file in listed} == NAMES - {"manifest.json"}
    for file in listed:
        data = (tmp_path / "out" / file.name).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file.size_bytes, file.sha256)


def test_scenes_and_sentences_lie_on_the_timeline(
    made: Made, store: FakeStore, tmp_path: Path
) -> None:
    _deliver(made, store, tmp_path / "out")
    manifest = _manifest(tmp_path / "out")
    assert [(s.id, s.layout, s.start_s, s.end_s) for s in manifest.scenes] == [
        ("s1", "title", 0, pytest.approx(40 / 30)),
        ("s2", "closing", pytest.approx(40 / 30), 3),
    ]
    assert manifest.scenes[0].texts == ("Sea", "Reefs")
    first, last = manifest.sentences
    assert (first.paragraph, first.source_sentence) == (2, "Reefs breathe, slowly.")
    assert first.words == WORDS[:2]
    assert (last.paragraph, last.source_sentence) == (None, None)
    assert manifest.duration_s == 3


def test_an_extractive_script_is_called_a_draft(
    made: Made, store: FakeStore, tmp_path: Path
) -> None:
    _deliver(made, store, tmp_path / "one")
    assert _manifest(tmp_path / "one").author == "extractive draft"
    written = Script.model_validate(
        SCRIPT.model_dump() | {"author": "llm", "model": "anthropic/some-model"}
    )
    _deliver(made, store, tmp_path / "two", script=written)
    assert _manifest(tmp_path / "two").author == "anthropic/some-model"


def test_a_failed_check_is_delivered_and_said(made: Made, store: FakeStore, tmp_path: Path) -> None:
    _deliver(made, store, tmp_path / "out", checks=(PASSED, FAILED))
    manifest = _manifest(tmp_path / "out")
    assert not manifest.checks_passed
    assert manifest.checks == (PASSED, FAILED)


def test_what_was_spent_is_unknown_unless_counted(
    made: Made, store: FakeStore, tmp_path: Path
) -> None:
    _deliver(made, store, tmp_path / "one")
    assert _manifest(tmp_path / "one").spent.cost_usd is None
    counted = {"input_tokens": "1200", "output_tokens": "300", "cost_usd": "0.0081"}
    _deliver(made, store, tmp_path / "two", facts=counted)
    assert _manifest(tmp_path / "two").spent.model_dump() == {
        "input_tokens": 1200,
        "output_tokens": 300,
        "cost_usd": 0.0081,
    }


def test_each_sentence_has_its_citations_and_its_mark(
    made: Made, store: FakeStore, tmp_path: Path
) -> None:
    first, last = SCRIPT.lines
    cited = first.model_copy(update={"cites": ("n1",)})
    found = research("Reefs breathe all night.")
    checks = tuple(
        LineCheck(line_id=key, text=text, support="unsupported", why="It rests on no source.")
        for key, text in ((first.id, "What it said before."), (last.id, last.text))
    )
    warned = ("No support: “What it said before.”", f"No support: “{last.text}”")
    _deliver(
        made,
        store,
        tmp_path / "out",
        script=SCRIPT.model_copy(update={"lines": (cited, last)}),
        found=found,
        checked=FactCheck(lines=checks, by="rules", warnings=warned),
    )
    manifest = _manifest(tmp_path / "out")
    (citation,) = manifest.sentences[0].citations
    note = found.notes[0]
    assert (citation.note, citation.quote, citation.url) == ("n1", note.quote, note.url)
    assert citation.retrieved_at == note.retrieved_at
    assert citation.snapshot_sha256 == note.snapshot.sha256
    assert [one.support for one in manifest.sentences] == [None, "unsupported"]
    assert manifest.warnings == (warned[1], f"Not checked, written since: “{first.text}”")


def test_delivering_twice_gives_the_same_bytes(
    made: Made, store: FakeStore, tmp_path: Path
) -> None:
    once = _deliver(made, store, tmp_path / "out")
    again = _deliver(made, store, tmp_path / "out")
    assert once == again
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]


def test_the_thumbnail_is_a_picture_of_the_whole_frame(
    made: Made, store: FakeStore, tmp_path: Path
) -> None:
    _deliver(made, store, tmp_path / "out")
    data = (tmp_path / "out" / "thumbnail.jpg").read_bytes()
    start = next(data.index(marker) for marker in (b"\xff\xc0", b"\xff\xc2") if marker in data)
    height_px, width_px = (int.from_bytes(data[start + at : start + at + 2]) for at in (5, 7))
    assert (width_px, height_px) == (108, 192)


def test_it_is_sent_to_each_target_in_turn_with_the_metadata_and_says_where(
    made: Made, store: FakeStore, tmp_path: Path
) -> None:
    outlets = FakeOutlets(["pod", "hook"])
    delivery = _deliver(made, store, tmp_path / "out", outlets=outlets, targets=("pod", "hook"))
    assert [one.destination for one in delivery.sent] == ["pod", "hook"]
    (_, first), (_, second) = outlets.arrived
    assert first.files.keys() == NAMES
    assert (first.title, first.duration_s) == (SCRIPT.title, 3)
    assert second.elsewhere == delivery.sent[:1]
    again = _deliver(made, store, tmp_path / "out", outlets=outlets, targets=("pod", "hook"))
    assert again.sent == delivery.sent
    assert len(outlets.arrived) == 2


def test_after_a_failure_those_that_have_it_are_not_sent_it_again(
    made: Made, store: FakeStore, tmp_path: Path
) -> None:
    outlets = FakeOutlets(["pod", "hook"])
    outlets.failing["hook"] = 1
    with pytest.raises(NotDelivered, match="'hook'"):
        _deliver(made, store, tmp_path / "out", outlets=outlets, targets=("pod", "hook"))
    facts = {"run": "a later one"}
    _deliver(made, store, tmp_path / "out", outlets=outlets, targets=("pod", "hook"), facts=facts)
    assert [name for name, _ in outlets.arrived] == ["pod", "hook"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "A Revolution at sea"),
        ("description", "The sea,\nrevolution. Twice: revolution."),
        ("tags", ("sea", "revolution")),
        ("chapters", (Chapter(start_s=0, title="Start of the revolution"),)),
    ],
)
def test_a_word_that_the_channel_bans_is_sent_nowhere_whatever_field_it_is_in(
    made: Made, store: FakeStore, tmp_path: Path, field: str, value: object
) -> None:
    outlets = FakeOutlets(["pod", "hook"])
    outlets.bans += ["Never call it “revolution”.", "miracle cure"]
    _deliver(made, store, tmp_path / "out")
    manifest = _manifest(tmp_path / "out")
    files = {one.name: MediaRef(**one.model_dump(exclude={"name"})) for one in manifest.files}
    files["manifest.json"] = store.put_bytes(b"{}", "application/json")
    fit = Metadata(
        title="Reefs", description="Evolution.", tags=("sea", "miracle", "cure"), by="rules"
    )
    said = manifest.model_copy(update={"metadata": fit.model_copy(update={field: value})})
    with pytest.raises(BadRequest) as caught:
        leaving.sent(said, files, ("pod", "hook"), store, outlets)
    assert f"'revolution' is in its {field}, and the channel bans that" in str(caught.value)
    assert str(caught.value).count("the channel bans that") == 1
    assert outlets.arrived == []
    said = manifest.model_copy(update={"metadata": fit})
    assert len(leaving.sent(said, files, ("pod", "hook"), store, outlets)) == 2


def test_what_is_not_fit_to_be_seen_is_sent_nowhere_and_every_fault_is_named(
    made: Made, store: FakeStore, tmp_path: Path
) -> None:
    outlets = FakeOutlets()
    long = SCRIPT.model_copy(update={"title": "x" * 101})
    with pytest.raises(BadRequest, match="title has 101 characters, 100 are allowed"):
        _deliver(made, store, tmp_path / "out", script=long, outlets=outlets, targets=("main",))
    _deliver(made, store, tmp_path / "out")
    manifest = _manifest(tmp_path / "out").model_copy(
        update={"title": " ", "duration_s": 9.0, "width_px": 1080}
    )
    files = {one.name: MediaRef(**one.model_dump(exclude={"name"})) for one in manifest.files}
    with pytest.raises(BadRequest) as caught:
        leaving.sent(manifest, {"video.mp4": files["video.mp4"]}, ("main",), store, outlets)
    for words in (
        "it has no title",
        "captions.srt is missing",
        "captions.vtt is missing",
        "thumbnail.jpg is missing",
        "manifest.json is missing",
        "video.mp4 lasts 3.0 s, the manifest says 9.0 s",
        "video.mp4 is 108×192, the manifest says 1080×192",
    ):
        assert words in str(caught.value)
    broken = files | {"video.mp4": store.put_bytes(b"no video", "video/mp4")}
    with pytest.raises(BadRequest, match=r"video\.mp4 cannot be read as media"):
        leaving.sent(manifest, broken, ("main",), store, outlets)
    assert outlets.arrived == []
