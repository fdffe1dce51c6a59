"""Research for tests: a page's sentences as notes."""

from datetime import UTC, datetime
from typing import Any

from vid_pipeline.artifacts import Line, MediaRef, Script
from vid_pipeline.research import Note, Research, Source

READ_AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SNAPSHOT = MediaRef(sha256="b" * 64, mime="text/plain", size_bytes=9)
PAGE = Source(
    url="https://ferries.example/report", title="Night ferries", retrieved_at=READ_AT,
    snapshot=SNAPSHOT,
)  # fmt: skip


def note(number: int, quote: str, claim: str = "") -> Note:
    return Note(
        **PAGE.model_dump(), id=f"n{number}", claim=claim or quote, quote=quote, start=0, end=1
    )


def research(*quotes: str, **facts: Any) -> Research:
    notes = tuple(note(number, quote) for number, quote in enumerate(quotes, start=1))
    about = {"topic": "Night ferries of Port Ellery", "language": "en", "author": "extractive"}
    return Research.model_validate(about | {"notes": notes, "sources": (PAGE,)} | facts)


def line(number: int, text: str, *cites: str, **facts: Any) -> Line:
    return Line(id=f"l{number}", text=text, spoken=text, cites=cites, **facts)


def script(*lines: Line) -> Script:
    return Script(title="Ferries", language="en", lines=lines, author="llm", model="fake/model")
