"""Tools that read the web: `fetch` for a page's bytes, `browser_…` for what people would see.

Reading tools send nothing but addresses: what a page would post is held back. `browser_submit`
alone lets a page send what was filled in, so it acts, and a person approves it first.
"""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from assets.sources import article
from assets.sources.blocks import Reading
from vid_pipeline.artifacts import Aspect, Canvas, MediaRef
from vid_pipeline.errors import BadSource
from vid_pipeline.ports import Browsing, Link, Store, View, Web
from vid_pipeline.tools import Tool, ToolInput, ToolOutput

_MOST_CHARACTERS = 20_000
_MOST_LINKS = 100

Url = Annotated[str, Field(min_length=8, max_length=2000, pattern=r"^https?://\S+$")]
Label = Annotated[str, Field(min_length=1, max_length=120)]
Start = Annotated[int, Field(ge=0, le=2_000_000, description="Character to read on from.")]


class Fetch(ToolInput):
    url: Url
    start: Start = 0


class Fetched(ToolOutput):
    """`next_start` is where the text goes on; None at its end."""

    url: str
    title: str
    text: str = Field(max_length=_MOST_CHARACTERS)
    next_start: int | None
    retrieved_at: AwareDatetime
    snapshot: MediaRef


class Search(ToolInput):
    query: str = Field(min_length=1, max_length=300)


class Numbered(ToolOutput):
    number: int
    text: str
    url: str


class Found(ToolOutput):
    results: tuple[Numbered, ...] = Field(max_length=20)


class Open(ToolInput):
    url: Url


class Follow(ToolInput):
    number: int = Field(ge=1, le=1000, description="Of a link of the last page or search.")


class Read(ToolInput):
    start: Start = 0


class Fill(ToolInput):
    label: Label = Field(description="One of the page's `fields`.")
    text: str = Field(max_length=2000)


class Click(ToolInput):
    label: Label = Field(description="One of the page's `buttons`, or a link's text.")


class Screenshot(ToolInput):
    pass


class Capture(ToolInput):
    aspect: Aspect = Field(default=Aspect.PORTRAIT)
    at: str = Field(default="", max_length=200, description="Words of the page to show.")


class Visited(ToolOutput):
    """A page; `[3]` in its text is link 3. `snapshot` holds the whole text as it was read."""

    url: str
    title: str
    text: str = Field(max_length=_MOST_CHARACTERS)
    next_start: int | None
    links: tuple[Numbered, ...] = Field(max_length=_MOST_LINKS)
    fields: tuple[str, ...]
    buttons: tuple[str, ...]
    retrieved_at: AwareDatetime
    snapshot: MediaRef


class Pictured(ToolOutput):
    picture: MediaRef


def fetch(ask: Fetch, *, web: Web, store: Store) -> Fetched:
    """Read a public web page as clean text, without opening a browser."""
    if not web.allows(ask.url):
        raise BadSource(ask.url, "its robots.txt asks programs not to read it", "Read another.")
    page = web.fetch(ask.url)
    snapshot = store.put_bytes(page.body, page.mime or "application/octet-stream")
    reading = article.parse(page.body, page.url, mime=page.mime, url=page.url)
    text, next_start = _part(_as_text(reading), ask.start)
    return Fetched(
        url=page.url,
        title=(reading.title or "")[:300],
        text=text,
        next_start=next_start,
        retrieved_at=datetime.now(UTC),
        snapshot=snapshot,
    )


def browser_search(ask: Search, *, browsing: Browsing) -> Found:
    """Search the web. Open a result with browser_follow and its number."""
    return Found(results=_numbered(browsing.search(ask.query)))


def browser_open(ask: Open, *, browsing: Browsing, store: Store) -> Visited:
    """Open a web page in the browser and read it."""
    return _visited(browsing.open(ask.url), store)


def browser_follow(ask: Follow, *, browsing: Browsing, store: Store) -> Visited:
    """Open a link by its number, of the page that was read last or of the last search."""
    return _visited(browsing.follow(ask.number), store)


def browser_read(ask: Read, *, browsing: Browsing, store: Store) -> Visited:
    """Read the open page again, or read on from `start`."""
    return _visited(browsing.read(), store, start=ask.start)


def browser_fill(ask: Fill, *, browsing: Browsing, store: Store) -> Visited:
    """Write into a field of the open page. Nothing is sent."""
    return _visited(browsing.fill(ask.label, ask.text), store)


def browser_click(ask: Click, *, browsing: Browsing, store: Store) -> Visited:
    """Click a button or link of the open page. What would send data is held back."""
    return _visited(browsing.click(ask.label), store)


def browser_submit(ask: Click, *, browsing: Browsing, store: Store) -> Visited:
    """Click a button of the open page and let it send what was filled in."""
    return _visited(browsing.submit(ask.label), store)


def browser_screenshot(ask: Screenshot, *, browsing: Browsing, store: Store) -> Pictured:
    """Take a picture of the whole open page."""
    return Pictured(picture=store.put_bytes(browsing.screenshot(), "image/png"))


def browser_capture(ask: Capture, *, browsing: Browsing, store: Store) -> Pictured:
    """Take a picture of the open page in the video's shape, to be shown in a scene."""
    canvas = Canvas.of(ask.aspect)
    return Pictured(picture=store.put_bytes(browsing.capture(canvas, at=ask.at), "image/png"))


def _visited(view: View, store: Store, *, start: int = 0) -> Visited:
    text, next_start = _part(view.text, start)
    return Visited(
        url=view.url,
        title=view.title,
        text=text,
        next_start=next_start,
        links=_numbered(view.links[:_MOST_LINKS]),
        fields=view.fields,
        buttons=view.buttons,
        retrieved_at=datetime.now(UTC),
        snapshot=store.put_bytes(view.text.encode(), "text/plain"),
    )


def _numbered(links: tuple[Link, ...]) -> tuple[Numbered, ...]:
    return tuple(Numbered(number=link.number, text=link.text, url=link.url) for link in links)


def _part(text: str, start: int) -> tuple[str, int | None]:
    """A part of a text, cut at a line's end if there is one, and where the next part starts."""
    part = text[start : start + _MOST_CHARACTERS]
    if start + len(part) >= len(text):
        return part, None
    part = part[: part.rfind("\n") + 1] or part
    return part, start + len(part)


def _as_text(reading: Reading) -> str:
    lines, above = list[str](), tuple[str, ...]()
    for block in reading.blocks:
        if block.path != above:
            above = block.path
            lines += [f"{'#' * min(len(above) + 1, 6)} {above[-1]}"] if above else []
        lines.append(f"- {block.text}" if block.kind == "item" else block.text)
    return "\n".join(lines)


FETCH = Tool.of(fetch, outside=True, most_calls=40)
BROWSER_SEARCH = Tool.of(browser_search, outside=True)
BROWSER_OPEN = Tool.of(browser_open, outside=True, most_calls=40)
BROWSER_FOLLOW = Tool.of(browser_follow, outside=True, most_calls=40)
BROWSER_READ = Tool.of(browser_read, outside=True, most_calls=40)
BROWSER_FILL = Tool.of(browser_fill, outside=True, most_calls=40)
BROWSER_CLICK = Tool.of(browser_click, outside=True, most_calls=40)
BROWSER_SUBMIT = Tool.of(browser_submit, effect="acts", outside=True, most_calls=5)
BROWSER_SCREENSHOT = Tool.of(browser_screenshot, outside=True)
BROWSER_CAPTURE = Tool.of(browser_capture, outside=True)

WEB = (
    FETCH,
    BROWSER_SEARCH,
    BROWSER_OPEN,
    BROWSER_FOLLOW,
    BROWSER_READ,
    BROWSER_FILL,
    BROWSER_CLICK,
    BROWSER_SUBMIT,
    BROWSER_SCREENSHOT,
    BROWSER_CAPTURE,
)
