"""Bytes, and what they are called, to an article."""

import re
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from assets.sources import language, markdown, text
from assets.sources.blocks import Reading
from assets.sources.clean import paragraphs
from assets.sources.decode import text_of
from assets.sources.inline import tidy
from vid_pipeline.artifacts import Article
from vid_pipeline.errors import BadSource

MIN_WORDS = 40
MAX_BYTES = 20_000_000
MAX_CHARACTERS = 2_000_000

_SAYING_NOTHING = {"readme", "index", "main", "document", "untitled", "metadata", "article"}
_BINARY = re.compile(
    rb"\A(?:\x89PNG|\xff\xd8\xff|GIF8|RIFF|PK\x03\x04|\x7fELF|\x1f\x8b|MZ|ID3|\x00\x00\x00.ftyp)"
)


def read(
    data: bytes,
    name: str,
    *,
    mime: str = "",
    url: str | None = None,
    title: str | None = None,
    wanted_language: str | None = None,
) -> Article:
    """The article in a file or page: its title, language and clean paragraphs.

    Raises:
        BadSource: empty, binary, too long, too little prose, or in a language without a voice.
    """
    _refuse_size(data, name)
    reading = parse(data, name, mime=mime, url=url)
    found = paragraphs(reading)
    words = sum(len(paragraph.text.split()) for paragraph in found)
    if words < MIN_WORDS:
        language.refuse_foreign_script(" ".join(block.text for block in reading.blocks), name)
        raise _too_little(name, words, page=url is not None)
    prose = " ".join(paragraph.text for paragraph in found)
    return Article(
        title=tidy(title or reading.title or "") or _title_from(name, prose),
        language=wanted_language or language.detect(prose, name),
        paragraphs=found,
        url=url,
        site=reading.site,
        byline=reading.byline,
    )


def parse(data: bytes, name: str, *, mime: str = "", url: str | None = None) -> Reading:
    """The source's blocks, by the parser that its bytes, MIME type or suffix ask for.

    Raises:
        BadSource: the bytes are of no kind that is read.
    """
    if data[:1024].lstrip().startswith(b"%PDF"):
        from assets.sources import pdf  # noqa: PLC0415  (pypdf: half a second to load)

        return pdf.parse(data, name)
    if _BINARY.match(data):
        remedy = "Give a text file (md, txt, html) or a PDF."
        raise BadSource(name, "it holds binary data, not text", remedy)
    content = text_of(data, name)
    if len(content) > MAX_CHARACTERS:
        reason = f"it has {len(content):,} characters; at most {MAX_CHARACTERS:,} are read"
        raise BadSource(name, reason, "Give the chapter that the video is about.")
    suffix = PurePosixPath(name.lower()).suffix
    if _is_html(content, mime, suffix):
        from assets.sources import html  # noqa: PLC0415  (trafilatura: a second to load)

        return html.parse(content, url)
    if mime == "text/markdown" or suffix in {".md", ".markdown"} or markdown.looks_like(content):
        return markdown.parse(content)
    return text.parse(content)


def _is_html(content: str, mime: str, suffix: str) -> bool:
    start = content[:2_000].lstrip().lower()
    named = "html" in mime or suffix in {".html", ".htm", ".xhtml"}
    return start.startswith(("<!doctype html", "<html")) or (named and "<" in start)


def _refuse_size(data: bytes, name: str) -> None:
    if not data.strip():
        raise BadSource(name, "it is empty", f"Give a text of at least {MIN_WORDS} words.")
    if len(data) > MAX_BYTES:
        reason = f"it has {len(data) / 1e6:.0f} MB; at most {MAX_BYTES / 1e6:.0f} MB are read"
        raise BadSource(name, reason, "Give the chapter that the video is about.")


def _too_little(name: str, words: int, *, page: bool) -> BadSource:
    found = "no prose" if words == 0 else f"only {words} word{'s'[: words > 1]} of prose"
    where = "the page has" if page else "it has"
    rest = "; the rest is navigation, links or code" if page else ""
    remedy = f"A video needs at least {MIN_WORDS} words: give the article itself, or a longer text."
    return BadSource(name, f"{where} {found}{rest}", remedy)


def _title_from(name: str, prose: str) -> str:
    """A title for a text without one: its file's name, or what a README says it is about."""
    path = unquote(urlsplit(name).path) if "://" in name else name
    stem = PurePosixPath(path.rstrip("/")).stem or name
    defined = re.match(r"(?:The )?([A-ZÄÖÜ][\w.’-]*(?: [\w.’-]+){0,2}?),? (?:is|ist|es) ", prose)
    if defined and stem.casefold() in _SAYING_NOTHING:
        return defined[1]
    return re.sub(r"[-_]+", " ", stem).strip().capitalize() or "Untitled"
