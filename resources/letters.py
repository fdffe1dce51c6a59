"""Letters that a voice cannot read: espeak-ng would spell them out, "Chinese letter, Chinese …"."""

import re

from vid_pipeline.errors import BadRequest

_MOSTLY = 0.5
_SCRIPTS = (
    ("Chinese characters", re.compile("[\u3400-\u4dbf\u4e00-\u9fff]"), ("cmn", "yue", "hak")),
    ("kana", re.compile("[\u3040-\u30fa\u30fd-\u30ff]"), ("ja",)),
    (
        "Arabic letters",
        re.compile("[\u0620-\u06d3\u0750-\u077f]"),
        ("ar", "fa", "ur", "sd", "ug", "ku"),
    ),
    ("Hebrew letters", re.compile("[\u05d0-\u05ea]"), ("he",)),
)


def readable(text: str, *, voice: str, language: str) -> str:
    """The text with such letters as spaces: a foreign name in passing is silent.

    Raises:
        BadRequest: half of the text or more is in letters that the voice cannot read.
    """
    letters = sum(character.isalpha() for character in text)
    for script, pattern, languages in _SCRIPTS:
        unread = 0 if language in languages else len(pattern.findall(text))
        if unread and unread >= _MOSTLY * letters:
            raise BadRequest("Voice", voice, f"It cannot read {script}. {_remedy(script)}")
        if unread:
            text = pattern.sub(" ", text)
    return text


def _remedy(script: str) -> str:
    if script == "Chinese characters":
        return "Choose the voice cmn or yue for Chinese; Japanese can be read in kana only."
    return "Choose a voice of the text's language."
