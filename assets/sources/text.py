"""Plain text to blocks: paragraphs between blank lines, short lines alone as headings."""

import re

from assets.sources.blocks import Block, Outline, Reading

_BULLET = re.compile(r"^\s*(?:[-*•·–]|\d{1,3}[.)])\s+")
_SENTENCE_END = re.compile(r"[.!?…:;,][\"”’)»]*$")
_BYLINE = re.compile(
    r"(?i:by|von|por|par|di|door|da)\s[A-ZÁÉÍÓÚÄÖÜ][\w.’-]+(?:\s[A-ZÁÉÍÓÚÄÖÜ][\w.’-]+){0,3}(?:,.*)?"
    r"|[\d/.:,\s-]+|\w+ \d{1,2},? \d{4}|\d{1,2}\.? \w+ \d{4}"
)
MAX_HEADING_WORDS = 10
MAX_TITLE_WORDS = 16


def parse(text: str) -> Reading:
    """A text's paragraphs. The title is its first line, if that stands alone and is no sentence."""
    outline, title, blocks = Outline(), None, list[Block]()
    for number, part in enumerate(re.split(r"\n\s*\n", text.strip())):
        lines = [line.strip() for line in part.split("\n") if line.strip()]
        if not lines or (len(lines) == 1 and _is_byline(lines[0])):
            continue
        if number == 0 and len(lines) == 1 and _is_heading(lines[0], MAX_TITLE_WORDS):
            title = lines[0]
        elif len(lines) == 1 and _is_heading(lines[0]):
            outline.enter(2, lines[0].strip("=*# "))
        elif _BULLET.match(lines[0]):
            items = re.split(r"\n(?=\s*(?:[-*•·–]|\d{1,3}[.)])\s+)", part.strip())
            blocks += [Block(_BULLET.sub("", item), outline.path, "item") for item in items]
        elif all(_is_heading(line) for line in lines):
            blocks += [Block(line, outline.path) for line in lines]
        else:
            blocks.append(Block(" ".join(lines), outline.path))
    return Reading(tuple(blocks), title)


def _is_byline(line: str) -> bool:
    return len(line.split()) <= MAX_HEADING_WORDS and bool(_BYLINE.fullmatch(line))


def _is_heading(line: str, most_words: int = MAX_HEADING_WORDS) -> bool:
    return len(line.split()) <= most_words and not _SENTENCE_END.search(line)
