"""When words on a card are spoken."""

import pytest

from vid_pipeline.artifacts import LineTiming, Word
from vid_pipeline.media.moments import moment_s


def spoken(text: str) -> LineTiming:
    words = tuple(
        Word(text=word, start_s=place, end_s=place + 0.9) for place, word in enumerate(text.split())
    )
    return LineTiming(line_id="l1", scene_id="s1", start_s=0, end_s=len(words), words=words)


@pytest.mark.parametrize(
    ("said", "second"),
    [
        ("790%", 5),
        ("free Trade", 0),
        ("agreements, raised", 2),
        ("trade raised", None),
        ("", None),
        ("…", None),
    ],
)
def test_words_are_found_whatever_their_case_and_marks(said: str, second: float | None) -> None:
    lines = [spoken("Free trade agreements raised it “790%”, in all.")]
    assert moment_s(said, [spoken("x"), *lines]) == (second if second is None else float(second))


def test_words_may_go_over_the_end_of_a_line() -> None:
    assert moment_s("by sea", [spoken("They came by"), spoken("sea")]) == 2
