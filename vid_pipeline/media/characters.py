"""What a run of characters is to a voice and to a caption: emoji, wide scripts, word pieces."""

import re

_EMOJI = "[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]"
_EMOJI_SEQUENCE = re.compile(
    rf"[0-9#*]\ufe0f?\u20e3|{_EMOJI}[\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
    rf"(?:\u200d{_EMOJI}[\ufe0f\U0001f3fb-\U0001f3ff]*)*"
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufe0f\u200b\u2028\u2029]")
_WIDE_RANGES = "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
_WIDE = re.compile(f"[{_WIDE_RANGES}]")
_OPENING = "「『（《〈【“‘("
_WIDE_PARTS = re.compile(rf"[{_WIDE_RANGES}][^\w{_OPENING}]*|[^{_WIDE_RANGES}]+")


def speakable(text: str) -> str:
    """The text with emoji and control characters as spaces; every position stays what it was."""
    return _CONTROL.sub(" ", _EMOJI_SEQUENCE.sub(lambda found: " " * len(found[0]), text))


def without_emoji(text: str) -> str:
    """The text without emoji and control characters, single-spaced."""
    return " ".join(speakable(text).split())


def has_sound(text: str) -> bool:
    """Whether there is a letter or a digit in it."""
    return any(character.isalnum() for character in text)


def is_wide(text: str) -> bool:
    """Whether it holds Chinese or Japanese characters, which are written without spaces."""
    return _WIDE.search(text) is not None


def pieces(text: str) -> tuple[tuple[int, int], ...]:
    """Where its words stand, `start:end`; scripts without spaces are cut at every character.

    Punctuation belongs to the word it touches, and alone to the word before it, so that joining
    the pieces gives the text again. Empty when nothing in the text has a sound.
    """
    found: list[tuple[int, int]] = []
    for token in re.finditer(r"\S+", text):
        for start, end in _parts(token[0], token.start()):
            if has_sound(text[start:end]) or not found:
                found.append((start, end))
            else:
                found[-1] = (found[-1][0], end)
    if len(found) > 1 and not has_sound(text[slice(*found[0])]):
        found[:2] = [(found[0][0], found[1][1])]
    return tuple(found) if has_sound(text) else ()


def _parts(token: str, offset: int) -> list[tuple[int, int]]:
    if not is_wide(token):
        return [(offset, offset + len(token))]
    return [(offset + part.start(), offset + part.end()) for part in _WIDE_PARTS.finditer(token)]
