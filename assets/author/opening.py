"""The opening line that a brief gives: said first, word for word."""

from assets.author.spoken import spoken
from vid_pipeline.artifacts import Line, Script

OPENING_S = 4.0
"""Kept free for it, however long it is, so that the lines after it are the same for any: ten words
take 3.8 s at our pace."""
OPENING = "opening"
"""The line's id; those of other lines stay as they are without it."""


def opened(script: Script, hook: str) -> Script:
    """The script with this line before all others, which stay; it has no place in a source."""
    first, *rest = script.lines
    after = first.model_copy(update={"role": "body" if rest else "closing"})
    opening = Line(id=OPENING, text=hook, spoken=spoken(hook, script.language), role="hook")
    return script.model_copy(update={"lines": (opening, after, *rest)})
