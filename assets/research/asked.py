"""What a brief wants to be found out, and where it says to look."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assets.sources.article import parse
from assets.sources.decode import text_of
from vid_pipeline.artifacts import Brief
from vid_pipeline.errors import BadSource
from vid_pipeline.ports import Store, Turn

LONGEST_IDEA = 4_000
_ADDRESS = re.compile(r"https?://[^\s<>\"'`\])}|]+")
_TRAILING = ".,;:!?…*_"
_PLAIN = frozenset({"text/plain", "text/markdown"})
"""Texts whose links are meant: those of a page or a PDF lead anywhere."""


@dataclass(frozen=True)
class Asked:
    """The topic in a few words ("" until a page gives it), all that is said of it, addresses."""

    topic: str
    idea: str
    urls: tuple[str, ...]


def asked(brief: Brief, wanted: Sequence[str], turns: Sequence[Turn], store: Store) -> Asked:
    """What is to be found out: the brief, the addresses in it, and what was said since.

    `wanted` are addresses to be read first.

    Raises:
        BadSource: the brief's document is of no kind that is read.
    """
    said = [turn.feedback for turn in turns]
    if brief.document is None:
        topic, prose, text = brief.title or "", "", ""
    else:
        topic, prose, text = _told(brief, store.path(brief.document).read_bytes())
    found = [*wanted, *([brief.url] if brief.url else []), *addresses([text, *said])]
    idea = " ".join([topic, _ADDRESS.sub(" ", prose), *said])
    return Asked(topic, " ".join(idea.split())[:LONGEST_IDEA], tuple(dict.fromkeys(found)))


def addresses(texts: Iterable[str]) -> list[str]:
    """The web addresses in some texts, in order."""
    return [found.rstrip(_TRAILING) for text in texts for found in _ADDRESS.findall(text)]


def _told(brief: Brief, data: bytes) -> tuple[str, str, str]:
    """A document's topic, its prose, and the text that addresses are looked for in."""
    mime = brief.document.mime if brief.document else ""
    reading = parse(data, brief.name, mime=mime)
    prose = " ".join(block.text for block in reading.blocks)
    text = text_of(data, brief.name) if mime in _PLAIN else prose
    topic = brief.title or reading.title or _first_words(prose or text)
    if not topic:
        raise BadSource(brief.name, "it says no topic", "Write what the video shall be about.")
    return topic, prose, text


def _first_words(text: str) -> str:
    """The first sentence, at most twelve words of it."""
    words = _ADDRESS.sub(" ", text).split()
    first = re.split(r"(?<=[.!?])\s", " ".join(words), maxsplit=1)[0]
    return " ".join(first.split()[:12]).strip("#*-: ").rstrip(".")
