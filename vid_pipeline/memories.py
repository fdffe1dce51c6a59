"""What a channel has learned, as steps and people hand it around: plain models, no store."""

import hashlib
import unicodedata
from datetime import datetime
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from vid_pipeline.artifacts import Artifact

MemoryKind = Literal[
    "fact",
    "style",
    "pronunciation",
    "banned",
    "script",
    "title",
    "visual",
    "correction",
    "document",
]
KINDS: tuple[MemoryKind, ...] = get_args(MemoryKind)
RULES: tuple[MemoryKind, ...] = ("banned", "style")
"""Kinds that hold for every text of a channel, whatever it is about."""

MAIN = "main"
LONGEST_TEXT = 20_000
LONGEST_QUERY = 2_000
ALIKE = 0.9
"""Cosine from which two memories may say the same. They may as well say the opposite: "likes" and
"does not like" have .923. So it is only ever pointed out."""


def _is_text(words: str) -> str:
    if any(one == "\0" or "\ud800" <= one <= "\udfff" for one in words):
        raise ValueError("It holds a character that is no text: leave it out.")
    return words


def _says_something(words: str) -> str:
    if not words.strip():
        raise ValueError("It is empty: say what is to be remembered.")
    return words.strip()


Words = Annotated[str, AfterValidator(_is_text)]
Channel = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,62}$")]
Slot = Annotated[Words, Field(min_length=1, max_length=200)]


class Source(Artifact):
    """Where a memory comes from."""

    production: str | None = Field(default=None, max_length=64)
    step: str | None = Field(default=None, max_length=200)
    url: Words | None = Field(default=None, max_length=2_000)
    document: Words | None = Field(default=None, max_length=300)
    part: int | None = Field(default=None, ge=1, description="Which part of the document.")
    who: Words | None = Field(default=None, max_length=200)


class NewMemory(BaseModel):
    """Something to remember. A memory with a slot takes the place of the one that had it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: MemoryKind
    text: Annotated[Words, Field(max_length=LONGEST_TEXT), AfterValidator(_says_something)]
    heading: Words = Field(default="", max_length=500)
    slot: Slot | None = Field(default=None, description="What it is the one answer to.")
    pinned: bool = False
    importance: float = Field(default=0.5, ge=0, le=1)
    expires_at: AwareDatetime | None = None
    source: Source = Source()


class Recalled(Artifact):
    """A memory that fits a question; `score` is 0 to 1, and 0 where it was included as a rule."""

    id: str
    kind: MemoryKind
    text: str
    heading: str = ""
    slot: str | None = None
    pinned: bool = False
    source: Source = Source()
    score: float = Field(default=0.0, ge=0, le=1)


class Memories(Artifact):
    """What a channel remembers of a question: its rules first, then the best matches first."""

    query: str
    channel: str
    items: tuple[Recalled, ...]


class Alike(Artifact):
    """A memory whose meaning is close to another's; whether it is the same, people must say."""

    id: str
    text: str
    cosine: float


class Kept(Artifact):
    """What became of a text: its memory, whether it is new, whose place it took, what is alike."""

    id: str
    new: bool
    superseded: str | None = None
    alike: tuple[Alike, ...] = ()


class KeptMemories(Artifact):
    """What a step has put into a brain."""

    channel: str
    items: tuple[Kept, ...]


class Feedback(Artifact):
    """What a reviewer said of something that a step gave."""

    step: str
    text: str
    who: str
    at: datetime


def digest(text: str) -> bytes:
    """SHA-256 of a text, the same however it is spaced, composed and capitalised."""
    plain = " ".join(unicodedata.normalize("NFC", text).split()).casefold()
    return hashlib.sha256(plain.encode()).digest()


def embedded_text(heading: str, text: str) -> str:
    """What a memory's vector is made of."""
    return f"{heading}\n{text}" if heading else text
