"""Blocks to paragraphs: boilerplate sections and lines left out, each paragraph tidied."""

import json
import re
from functools import cache
from importlib.resources import files

from assets.sources.blocks import Block, Reading
from assets.sources.inline import sentences, tidy
from vid_pipeline.artifacts import Paragraph

MIN_PROSE_WORDS = 4


def paragraphs(reading: Reading) -> tuple[Paragraph, ...]:
    """The paragraphs worth reading, in order, none twice."""
    kept, seen = list[Paragraph](), set[str]()
    for block in reading.blocks:
        if any(_is_boilerplate_heading(heading) for heading in block.path):
            continue
        paragraph = _paragraph(block)
        if paragraph is None or paragraph.text.casefold() in seen:
            continue
        seen.add(paragraph.text.casefold())
        kept.append(paragraph)
    return tuple(kept)


def _paragraph(block: Block) -> Paragraph | None:
    kept = (part for part in sentences(tidy(block.text)) if not _lines().search(part))
    text = " ".join(kept)
    words = text.split()
    if not words:
        return None
    if block.kind == "prose" and len(words) < MIN_PROSE_WORDS:
        return None
    if sum(character.isalpha() for character in text) < 0.55 * len(text):
        return None
    heading = tidy(block.path[-1]).rstrip(":") if block.path else None
    return Paragraph(text=text, heading=heading or None, kind=block.kind)


def _is_boilerplate_heading(heading: str) -> bool:
    return bool(_sections().fullmatch(re.sub(r"^[\W\d]+|[\W]+$", "", heading)))


@cache
def _lists() -> dict[str, list[str]]:
    found = json.loads(files(__package__).joinpath("boilerplate.json").read_text("utf-8"))
    return {name: list(patterns) for name, patterns in found.items()}


@cache
def _sections() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in _lists()["sections"]), re.IGNORECASE)


@cache
def _lines() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in _lists()["lines"]), re.IGNORECASE)
