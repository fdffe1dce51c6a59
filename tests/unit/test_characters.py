from hypothesis import given
from hypothesis import strategies as st

from vid_pipeline.media import characters


@given(st.text())
def test_what_is_spoken_keeps_every_position(text: str) -> None:
    assert len(characters.speakable(text)) == len(text)


@given(st.text())
def test_pieces_hold_every_sound_in_order_without_overlap(text: str) -> None:
    last = 0
    for start, end in characters.pieces(text):
        assert last <= start < end <= len(text)
        assert not characters.has_sound(text[last:start])
        last = end
    assert not characters.has_sound(text[last:])


def test_a_lone_dash_belongs_to_the_word_before_it() -> None:
    text = "one — two"
    assert [text[a:b] for a, b in characters.pieces(text)] == ["one —", "two"]


def test_emoji_leave_with_their_joiners_and_skin_tones() -> None:
    assert characters.without_emoji("Go 👩🏽‍🚀 now 1️⃣ 🇩🇪!") == "Go now !"


def test_signs_that_are_read_aloud_stay() -> None:
    assert characters.without_emoji("25 °C, 5 €, a™") == "25 °C, 5 €, a™"
