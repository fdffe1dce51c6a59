"""A PDF to blocks: lines put together again into paragraphs, running heads and hyphens undone."""

import re
from collections import Counter
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from statistics import median
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError

from assets.sources.blocks import Block, BlockKind, Outline, Reading
from vid_pipeline.errors import BadSource

MAX_PAGES = 500
_PAGE_NUMBER = re.compile(
    r"(?:[Pp]age|[Ss]eite|[Pp]ágina|p\.)?\s*\d{1,4}(?:\s*(?:/|of|von|de)\s*\d+)?"
)
_BULLET = re.compile(r"^[•·▪◦‣–*-]\s*|^\d{1,2}[.)]\s+")
_ENDS = re.compile(r"[.!?:…][\"”’)]*$")
HEADING_RATIO = 1.12
GAP_RATIO = 1.35
TITLE_RATIO = 1.35
MAX_HEAD_LINES = 5


@dataclass(frozen=True)
class _Line:
    text: str
    size: float
    y: float
    page: int
    bold: bool = False


def parse(data: bytes, name: str) -> Reading:
    """The prose of a PDF that has text in it.

    Raises:
        BadSource: damaged, encrypted, scanned (no text), or longer than `MAX_PAGES`.
    """
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            remedy = "Save a copy without a password and give that one."
            raise BadSource(name, "the PDF is encrypted and asks for a password", remedy)
        if len(reader.pages) > MAX_PAGES:
            reason = f"the PDF has {len(reader.pages)} pages; at most {MAX_PAGES} are read"
            raise BadSource(name, reason, "Give the chapter that the video is about.")
        lines = [line for n, page in enumerate(reader.pages) for line in _lines(page, n)]
        title = reader.metadata.title if reader.metadata else None
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        remedy = "Open it in a viewer, print it to a new PDF and give that one, or give its text."
        raise BadSource(name, f"the PDF is damaged ({error})", remedy) from error
    if sum(len(line.text.split()) for line in lines) == 0:
        remedy = "Run it through text recognition (OCR) first, or give the text itself."
        raise BadSource(name, "the PDF holds pictures of pages and no text", remedy)
    body = _without_small_head(_without_running_heads(lines))
    return _reading(body, str(title) if title else None)


def _lines(page: PageObject, number: int) -> list[_Line]:
    """The page's lines in reading order, each with its font size and height on the page."""
    lines, parts, place, bold = list[_Line](), list[str](), (0.0, 0.0), list[bool]()

    def close() -> None:
        if text := re.sub(r"\s+", " ", "".join(parts)).strip():
            lines.append(_Line(text, place[1], place[0], number, all(bold)))
        parts.clear()
        bold.clear()

    def visit(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        nonlocal place
        height = cm[3] * tm[5] + cm[5]
        scale = abs(size * (tm[3] or 1.0) * (cm[3] or 1.0))
        for index, piece in enumerate(re.split(r"(\n)", text)):
            if piece == "\n":
                close()
            elif piece.strip():
                if parts and index == 0 and abs(height - place[0]) > scale * 0.6:
                    close()
                if not "".join(parts).strip():
                    place = (height, scale)
                parts.append(piece)
                bold.append("bold" in str((font or {}).get("/BaseFont", "")).lower())
            elif parts:
                parts.append(piece)

    page.extract_text(visitor_text=visit)
    close()
    return lines


def _without_running_heads(lines: list[_Line]) -> list[_Line]:
    """Lines that are no page number and no head or foot repeated over the pages."""
    pages = {line.page for line in lines}
    edges = Counter[str]()
    for page in pages:
        own = [line for line in lines if line.page == page]
        edges.update({_key(line.text) for line in own[:2] + own[-2:]})
    repeated = {key for key, times in edges.items() if times >= max(3, len(pages) // 2)}
    if len(pages) == 2:
        repeated = {key for key, times in edges.items() if times == 2}
    return [
        line
        for line in lines
        if not _PAGE_NUMBER.fullmatch(line.text) and _key(line.text) not in repeated
    ]


def _without_small_head(lines: list[_Line]) -> list[_Line]:
    """Without what stands in small type over the title: a journal's name, a date."""
    size = _body_size(lines)
    for place, line in enumerate(lines[:MAX_HEAD_LINES]):
        if line.size > size * TITLE_RATIO and all(x.size < size * 0.97 for x in lines[:place]):
            return lines[place:]
    return lines


def _body_size(lines: list[_Line]) -> float:
    return median([line.size for line in lines for _ in line.text.split()] or [1.0])


def _key(text: str) -> str:
    return re.sub(r"\d+", "#", text).casefold()


def _reading(lines: list[_Line], title: str | None) -> Reading:
    body = _body_size(lines)
    gaps = [a.y - b.y for a, b in pairwise(lines) if a.page == b.page and a.y > b.y]
    step = median(gaps or [body * 1.2])
    outline, blocks, held = Outline(), list[Block](), list[_Line]()
    largest = max((line.size for line in lines), default=body)
    first_heading: str | None = None

    def close() -> None:
        if held:
            text = _joined([line.text for line in held])
            kind: BlockKind = "item" if _BULLET.match(text) else "prose"
            blocks.append(Block(_BULLET.sub("", text), outline.path, kind))
        held.clear()

    for line in lines:
        if _is_heading(line, body):
            close()
            if line.size >= largest * 0.99 and not blocks:
                first_heading = f"{first_heading} {line.text}" if first_heading else line.text
            else:
                outline.enter(2 if line.size > body * 1.35 else 3, line.text)
            continue
        if held and _breaks(held[-1], line, step):
            close()
        held.append(line)
    close()
    return Reading(tuple(blocks), first_heading or title)


def _is_heading(line: _Line, body: float) -> bool:
    few = len(line.text.split()) <= 14
    marked = line.size > body * HEADING_RATIO or (line.bold and line.size > body * 0.97)
    return few and marked and not line.text.endswith((".", ",", ":", ";"))


def _breaks(before: _Line, line: _Line, step: float) -> bool:
    """Whether a paragraph ends between two lines."""
    if _BULLET.match(line.text):
        return True
    if before.page != line.page or line.y > before.y + step:  # the next page or column
        return bool(_ENDS.search(before.text)) and line.text[:1].isupper()
    return abs(before.y - line.y) > step * GAP_RATIO


def _joined(lines: list[str]) -> str:
    """One paragraph; a word that was cut at a line's end is whole again."""
    text = lines[0]
    for line in lines[1:]:
        if re.search(r"[a-zà-ÿ]-$", text) and line[:1].islower():
            text = text[:-1] + line
        else:
            text = f"{text} {line}"
    return text
