"""How long a text takes to say, measured on the default voices at 165 words a minute.

Letters and figures tell more than words do: over 86 English sentences of one article they leave an
error of 6 %, the count of words 15 %. German and Spanish have the same pace a letter.
"""

import re
from collections.abc import Iterable

SECONDS_PER_LETTER = 0.068
SECONDS_PER_DIGIT = 0.32
PAUSE_S = 0.44
"""After a line: 0.28 s within a scene, 0.55 s between two, of which there are more than lines."""
ENDS_S = 1.1
"""Silence before the first line and after the last, less the pause that no line follows."""


def line_s(spoken: str) -> float:
    """Seconds that a line takes, with the pause after it."""
    digits = len(re.findall(r"\d", spoken))
    letters = len(re.findall(r"[^\W\d_]", spoken))
    return letters * SECONDS_PER_LETTER + digits * SECONDS_PER_DIGIT + PAUSE_S


def video_s(lines: Iterable[str]) -> float:
    """Seconds of a video in which these lines are said."""
    return ENDS_S + sum(line_s(spoken) for spoken in lines)
