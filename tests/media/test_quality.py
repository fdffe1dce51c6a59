"""A sound production passes every check; each fault put into it fails the check of its name."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assets.quality import CheckParams, check_video
from tests.media.production_for_tests import CAPTIONS, STORYBOARD, WORDS, Made, make
from vid_pipeline.artifacts import Captions, Cue, Narration, QualityReport, Word
from vid_pipeline.testing.store import FakeStore

pytestmark = pytest.mark.media

HELD_TO = CheckParams()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> FakeStore:
    return FakeStore(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def made(store: FakeStore, tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(store, tmp_path_factory.mktemp("made"))


def _check(
    made: Made, store: FakeStore, *, captions: Captions = CAPTIONS, params: CheckParams = HELD_TO
) -> QualityReport:
    return check_video(params, made.video, STORYBOARD, made.narration, captions, store=store)


def _failed(report: QualityReport) -> set[str]:
    return {check.name for check in report.checks if not check.passed}


def test_a_sound_production_passes_every_check(made: Made, store: FakeStore) -> None:
    report = _check(made, store)
    assert not _failed(report), report.checks
    assert len(report.checks) == len({check.name for check in report.checks})


@pytest.mark.parametrize(
    ("fault", "failed"),
    [
        ({"pictures": "testsrc2=s=216x384:r=30:d=3"}, {"resolution"}),
        ({"pictures": "testsrc2=s=108x192:r=25:d=3"}, {"fps", "duration"}),
        ({"pictures": "testsrc2=s=108x192:r=30:d=2.5"}, {"duration", "streams_in_step"}),
        ({"pictures": "color=black:s=108x192:r=30:d=3"}, {"no_black"}),
        ({"sound_filter": "volume=-12dB"}, {"loudness"}),
        ({"sound_filter": "volume=13dB"}, {"loudness", "true_peak"}),
        ({"sound_filter": "aresample=44100"}, {"audio_rate"}),
        ({"heard_late_s": 0.12}, {"sound_in_step"}),
    ],
    ids=["size", "rate", "short", "black", "quiet", "loud", "sample rate", "late"],
)
def test_a_fault_in_the_file_fails_its_check(
    fault: dict[str, str | float], failed: set[str], store: FakeStore, tmp_path: Path
) -> None:
    assert _failed(_check(make(store, tmp_path, **fault), store)) == failed  # type: ignore[arg-type]


def test_silence_fails_what_it_must(store: FakeStore, tmp_path: Path) -> None:
    report = _check(make(store, tmp_path, sound_filter="volume=0"), store)
    assert {"loudness", "true_peak", "no_silence"} <= _failed(report)


def _moved(captions: Captions, by_s: float) -> Captions:
    def word(old: Word) -> Word:
        return Word(text=old.text, start_s=old.start_s + by_s, end_s=old.end_s + by_s)

    cues = tuple(
        Cue(
            scene_id=cue.scene_id,
            start_s=cue.start_s + by_s,
            end_s=cue.end_s + by_s,
            words=tuple(word(old) for old in cue.words),
        )
        for cue in captions.cues
    )
    return Captions(language="en", cues=cues)


def _overlapping(captions: Captions) -> Captions:
    first, second = captions.cues
    return Captions(language="en", cues=(first.model_copy(update={"end_s": 1.8}), second))


def _without_a_word(captions: Captions) -> Captions:
    first, second = captions.cues
    return Captions(language="en", cues=(first, second.model_copy(update={"words": WORDS[2:3]})))


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        (lambda c: _moved(c, 0.2), "words_in_step"),
        (lambda c: _moved(c, 0.6), "captions_inside"),
        (_overlapping, "captions_inside"),
        (_without_a_word, "captions_inside"),
        (lambda c: Captions(language="en", cues=()), "captions_inside"),
    ],
    ids=["late", "beyond the end", "overlapping", "a word missing", "none"],
)
def test_a_fault_in_the_captions_fails_its_check(
    change: Callable[[Captions], Captions], failed: str, made: Made, store: FakeStore
) -> None:
    assert failed in _failed(_check(made, store, captions=change(CAPTIONS)))


def test_too_few_layouts_fail(made: Made, store: FakeStore) -> None:
    assert _failed(_check(made, store, params=HELD_TO.model_copy(update={"layouts": 3}))) == {
        "layouts"
    }


def test_a_narration_longer_than_the_video_fails(made: Made, store: FakeStore) -> None:
    longer = Narration.model_validate(made.narration.model_dump() | {"frames": 120})
    assert "duration" in _failed(_check(Made(narration=longer, video=made.video), store))
