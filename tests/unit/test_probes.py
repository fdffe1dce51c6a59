"""Trying a part leaves the process as it was."""

from resources import espeak
from resources.espeak import Prosody
from vid_pipeline import probes


def test_trying_the_speech_library_does_not_tint_what_is_said_later() -> None:
    before = _said()
    probes.speech()
    assert [_said(), _said()] == [before, before]


def _said() -> bytes:
    prosody = Prosody(words_per_minute=165, pitch=42, pitch_range=58)
    return espeak.speak("Solar power was costly.", "gmw/en", prosody).samples.tobytes()
