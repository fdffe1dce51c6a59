"""What every form of the port `Speech` keeps to."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resources.speech import MAX_CHARACTERS, EspeakSpeechResource
from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import BadRequest, Cancelled, SpeechError
from vid_pipeline.media import characters
from vid_pipeline.ports import Speech, Spoken
from vid_pipeline.testing.speech import FakeSpeech

SPEECHES: list[Speech] = [FakeSpeech(), EspeakSpeechResource()]
SENTENCE = "It used to be the end of a café — 10,000 people (or $3.5M), it said."
every_form = pytest.mark.parametrize("speech", SPEECHES, ids=["fake", "espeak"])


def assert_sound(text: str, spoken: Spoken) -> None:
    duration_s = len(spoken.samples) / spoken.rate_hz
    assert spoken.samples.dtype == np.float32
    assert spoken.samples.ndim == 1
    assert np.abs(spoken.samples).max(initial=0) <= 1
    for word in spoken.words:
        assert 0 <= word.start < word.end <= len(text)
        assert 0 <= word.start_s <= word.end_s <= duration_s + 1e-6
    for word, following in pairwise(spoken.words):
        assert word.end <= following.start
        assert word.end_s <= following.start_s + 1e-9


@every_form
def test_every_word_of_a_sentence_has_its_place_and_time(speech: Speech) -> None:
    spoken = speech.say(SENTENCE, voice="en")
    assert_sound(SENTENCE, spoken)
    said = [SENTENCE[word.start : word.end] for word in spoken.words]
    assert " ".join(said) == SENTENCE
    assert all(word.end_s > word.start_s for word in spoken.words)


@every_form
def test_the_same_text_sounds_the_same_twice(speech: Speech) -> None:
    first, second = (speech.say(SENTENCE, voice="en") for _ in range(2))
    assert np.array_equal(first.samples, second.samples)
    assert first.words == second.words


@every_form
def test_more_words_a_minute_take_less_time(speech: Speech) -> None:
    slow = speech.say(SENTENCE, voice="en", words_per_minute=150)
    fast = speech.say(SENTENCE, voice="en", words_per_minute=185)
    assert len(fast.samples) < len(slow.samples)


@every_form
@pytest.mark.parametrize("text", ["", " \n", "🎬", "…—!", "\x00"])
def test_a_text_without_words_is_no_sound(speech: Speech, text: str) -> None:
    spoken = speech.say(text, voice="en")
    assert len(spoken.samples) == 0
    assert spoken.words == ()


@every_form
def test_an_emoji_is_not_read_aloud(speech: Speech) -> None:
    plain, decorated = (speech.say(f"Stop{tail}", voice="en") for tail in ("  ", " 🎬"))
    assert np.array_equal(plain.samples, decorated.samples)


@every_form
def test_a_language_code_is_a_voice_for_every_listed_voice(speech: Speech) -> None:
    listed = speech.voices()
    assert listed
    for voice in listed:
        assert voice.name
        assert voice.description
    for code in ("en", "de", "es"):
        assert len(speech.say("2 5", voice=code).samples)


@every_form
@pytest.mark.parametrize("name", ["klingonese", "", "zz"])
def test_an_unknown_voice_is_the_callers_to_put_right(speech: Speech, name: str) -> None:
    with pytest.raises(BadRequest, match="Voice"):
        speech.say("Hello", voice=name)


@pytest.mark.parametrize("speech", SPEECHES, ids=["fake", "espeak"])
@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_is_refused_or_gives_its_words_in_order(speech: Speech, text: str) -> None:
    try:
        spoken = speech.say(text, voice="en")
    except BadRequest:  # letters that an English voice cannot read
        return
    assert_sound(text, spoken)
    expected = characters.pieces(characters.speakable(text))
    assert tuple((word.start, word.end) for word in spoken.words) == expected


def test_text_that_looks_like_markup_cannot_pause_for_a_minute() -> None:
    spoken = EspeakSpeechResource().say("<speak><break time='60s'/>Hi</speak>", voice="en")
    assert len(spoken.samples) / spoken.rate_hz < 15


def test_chinese_is_timed_character_by_character() -> None:
    text = "你好世界，今天天气很好。"
    spoken = EspeakSpeechResource().say(text, voice="zh")
    assert "".join(text[word.start : word.end] for word in spoken.words) == text
    assert len(spoken.words) == 10


@pytest.mark.parametrize("name", ["en-gb", "EN_US", "German", "fr-fr", "fr", "es-419", "en+F3"])
def test_voices_answer_to_the_names_people_type(name: str) -> None:
    assert len(EspeakSpeechResource().say("One two", voice=name).samples)


def test_a_variant_changes_the_timbre_and_a_wrong_one_is_named() -> None:
    speech = EspeakSpeechResource()
    plain, variant = (speech.say("One two", voice=name).samples for name in ("en", "en+f3"))
    assert not np.array_equal(plain, variant)
    with pytest.raises(BadRequest, match="f3"):
        speech.say("One two", voice="en+f33")


def test_a_misspelt_voice_is_told_what_comes_near() -> None:
    with pytest.raises(BadRequest, match=r"de \(German\)"):
        EspeakSpeechResource().say("Hello", voice="germann")


def test_a_text_too_long_for_one_call_is_refused() -> None:
    with pytest.raises(SpeechError, match="Cut it"):
        EspeakSpeechResource().say("word " * MAX_CHARACTERS, voice="en")


@pytest.mark.parametrize(
    ("voice", "text"), [("ja", "日本語の天気"), ("en", "你好世界"), ("de", "مرحبا")]
)
def test_letters_that_a_voice_would_spell_out_are_refused(voice: str, text: str) -> None:
    with pytest.raises(BadRequest, match="cannot read"):
        EspeakSpeechResource().say(text, voice=voice)


def test_a_foreign_name_in_passing_is_silent_but_has_its_time() -> None:
    text = "Tofu 豆腐 is old"
    plain, named = (EspeakSpeechResource().say(said, voice="en") for said in ("Tofu is old", text))
    assert len(named.samples) < 1.15 * len(plain.samples)
    assert "".join(text[word.start : word.end] for word in named.words) == "Tofu豆腐isold"


def test_after_a_stop_no_further_line_is_spoken() -> None:
    stop = CancelToken()
    speech = EspeakSpeechResource().stopped_by(stop)
    assert speech.say("One line.", voice="en").words
    stop.request()
    with pytest.raises(Cancelled):
        speech.say("Another line.", voice="en")
