from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vid_pipeline.artifacts import Word
from vid_pipeline.media import characters
from vid_pipeline.media.alignment import align
from vid_pipeline.ports import SpokenWord

WORDS = st.sampled_from(["a", "the", "Café,", "$3.5M", "3.5", "million", "90%", "—", "🎬", "你好"])
TEXTS = st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=40)


def said(text: str, *, second_a_word: float = 0.5) -> list[SpokenWord]:
    return [
        SpokenWord(start, end, n * second_a_word, (n + 1) * second_a_word)
        for n, (start, end) in enumerate(characters.pieces(text))
    ]


def aligned(text: str, spoken: str) -> tuple[Word, ...]:
    return align(text, spoken, said(spoken), duration_s=0.5 * len(said(spoken)))


@given(text=TEXTS, spoken=TEXTS)
def test_words_are_in_order_and_inside_the_line(text: str, spoken: str) -> None:
    words = aligned(text, spoken)
    for word, following in pairwise(words):
        assert word.start_s <= word.end_s <= following.start_s
    assert all(0 <= word.start_s <= word.end_s <= 0.5 * len(said(spoken)) for word in words)


@given(text=TEXTS, spoken=TEXTS)
def test_no_word_of_the_caption_is_lost(text: str, spoken: str) -> None:
    clean = characters.without_emoji(text)
    joined = "".join(word.text + " " * word.spaced for word in aligned(text, spoken)).strip()
    assert joined == (clean if characters.has_sound(clean) else "")


@given(text=TEXTS)
def test_a_text_said_as_it_is_written_keeps_its_times(text: str) -> None:
    clean = characters.without_emoji(text)
    times = [(word.start_s, word.end_s) for word in aligned(clean, clean)]
    assert times == [(word.start_s, word.end_s) for word in said(clean)]


def test_an_amount_takes_the_time_of_the_words_that_say_it() -> None:
    words = aligned("It cost $3.5M then.", "It cost 3.5 million dollars then.")
    assert [(word.text, word.start_s, word.end_s) for word in words] == [
        ("It", 0.0, 0.5),
        ("cost", 0.5, 1.0),
        ("$3.5M", 1.0, 2.5),
        ("then.", 2.5, 3.0),
    ]


def test_a_word_that_is_not_said_shares_the_time_of_the_one_before() -> None:
    words = aligned("The agency (NASA) flew", "The agency flew")
    assert [word.text for word in words] == ["The", "agency", "(NASA)", "flew"]
    assert all(word.end_s > word.start_s for word in words)
    assert words[3].start_s == pytest.approx(1.0)


def test_chinese_words_join_without_spaces() -> None:
    assert [word.spaced for word in aligned("你好 GPT", "你好 GPT")] == [False, True, True]
