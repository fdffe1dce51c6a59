"""What every parser returns: a title and blocks of prose, each under its headings."""

from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["prose", "item", "quote"]

SKIPPED = "\ufffc"
"""Stands where something unreadable was (a URL, code); its sentence is dropped later."""


@dataclass(frozen=True)
class Block:
    """A paragraph; `path` holds the headings it stands under, outermost first."""

    text: str
    path: tuple[str, ...] = ()
    kind: BlockKind = "prose"


@dataclass(frozen=True)
class Reading:
    """A source as parsed, before it is cleaned."""

    blocks: tuple[Block, ...]
    title: str | None = None
    site: str | None = None
    byline: str | None = None
    language: str | None = None


class Outline:
    """Follows the headings of a document from top to bottom."""

    def __init__(self) -> None:
        self._stack: list[tuple[int, str]] = []

    def enter(self, level: int, heading: str) -> None:
        """A heading begins; deeper ones before it end."""
        self._stack = [pair for pair in self._stack if pair[0] < level]
        self._stack.append((level, heading))

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(heading for _, heading in self._stack)
