"""The first and the last card of a video."""

import re

from assets.boards.condense import Limit, Short, shorten
from assets.boards.wording import count, sentence_case, tidy, unquoted
from vid_pipeline.artifacts import ClosingCard, Line, TitleCard

_TITLE = Limit(words=9, characters=52)
_TAKEAWAY = Limit(words=12, characters=72)
_LARGE, _SMALL = 62, 96
_HARMLESS = 1.6


def title_card(title: str, source: str | None, language: str) -> TitleCard:
    """The video's title, and above it where it comes from if that is a name people know."""
    short = shorten(title, language, _TITLE, clause=False)
    site = (
        source
        if source and len(source) <= 28 and not re.search(r"\.(?:md|txt|html?|pdf)$", source)
        else None
    )
    return TitleCard(kicker=site, title=short.text if len(short.text) <= 80 else tidy(title)[:80])


def closing_card(line: Line, title: str, source: str | None, language: str) -> ClosingCard:
    """What to take away from the last line, large if it is short, with the source's credit."""
    whole = tidy(unquoted(line.text))
    short = shorten(line.text, language, _TITLE)
    if len(whole) > _LARGE and (len(short.text) <= _LARGE and short.cost > _HARMLESS):
        short = Short(whole, 0.0)
    if len(short.text) <= _LARGE and count(short.text) >= 3:
        return ClosingCard(title=short.text, source=source)
    heading = shorten(title, language, _TITLE, clause=False).text
    takeaway = whole if len(whole) <= _SMALL else shorten(line.text, language, _TAKEAWAY).text
    return ClosingCard(
        title=sentence_case(heading),
        takeaway=takeaway if len(takeaway) <= _SMALL else None,
        source=source,
    )
