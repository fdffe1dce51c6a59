"""Pages read for a topic, each kept as the text that it had."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from assets.sources.article import read
from vid_pipeline.artifacts import Article
from vid_pipeline.errors import BadSource
from vid_pipeline.ports import Store, Web
from vid_pipeline.research import Note, Source

SNAPSHOT = "text/plain; charset=utf-8"
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Characters that a terminal would obey."""
Told = Callable[[float, str], object]


@dataclass(frozen=True)
class ReadPage:
    """A page: what somebody wrote in it, its whole clean text, and what it is known by."""

    article: Article
    text: str
    source: Source


@dataclass(frozen=True)
class Gathered:
    """The pages that could be read, and why the others could not."""

    pages: tuple[ReadPage, ...]
    remarks: tuple[str, ...]


def gathered(urls: Iterable[str], most: int, *, web: Web, store: Store, told: Told) -> Gathered:
    """The first pages that can be read, at most so many; the same page under two names once."""
    pages, remarks, wanted = list[ReadPage](), list[str](), list(urls)
    for number, url in enumerate(wanted):
        if len(pages) == most:
            remarks.append(f"Not read, {most} sources are enough: {', '.join(wanted[number:])}")
            break
        told(number / len(wanted), f"reading {url}")
        try:
            page = _page(url, web, store)
        except BadSource as unread:
            remarks.append(f"Not read: {unread}")
            continue
        if all(page.source.snapshot != known.source.snapshot for known in pages):
            pages.append(page)
    return Gathered(tuple(pages), tuple(remarks))


def _page(url: str, web: Web, store: Store) -> ReadPage:
    if not web.allows(url):
        remedy = "Save the page and give the file, or name another one."
        raise BadSource(url, "its robots.txt asks programs not to read it", remedy)
    page = web.fetch(url)
    retrieved_at = datetime.now(UTC).replace(microsecond=0)
    article = read(page.body, page.url, mime=page.mime, url=page.url)
    title = _CONTROLS.sub("", article.title)
    parts = (_CONTROLS.sub("", part.text) for part in article.paragraphs)
    text = "\n\n".join([title, *parts])
    source = Source(
        url=page.url,
        title=title,
        retrieved_at=retrieved_at,
        snapshot=store.put_bytes(text.encode(), SNAPSHOT),
    )
    return ReadPage(article, text, source)


def note(page: ReadPage, claim: str, quote: str, *, number: int = 1) -> Note | None:
    """A note of a page; None if its quote does not stand there, spaces and line breaks aside."""
    pattern = r"\s+".join(re.escape(word) for word in quote.split())
    found = re.search(pattern, page.text) if pattern else None
    if found is None:
        return None
    return Note(
        **page.source.model_dump(),
        id=f"n{number}",
        claim=" ".join(claim.split()),
        quote=found[0],
        start=found.start(),
        end=found.end(),
    )
