"""A browser over pages that a test wrote; no Chromium, no network."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

import numpy as np

from vid_pipeline.artifacts import Canvas
from vid_pipeline.errors import BadRequest, BadSource
from vid_pipeline.media import png
from vid_pipeline.ports import Link, View

_PAPER = (255, 255, 255, 255)
_SHOT = Canvas(width_px=1280, height_px=900)
_BLOCKS = {"p", "h1", "h2", "h3", "li", "label"}
_UNSEEN = {"script", "style", "title", "nav", "footer", "button", "select"}


class FakeBrowsing:
    """Knows the pages it was given, by URL; `search` finds those that hold one of the words.

    `opened` holds what was opened, `sent` what forms have sent: the address, and its fields.
    """

    def __init__(self, pages: Mapping[str, str], *, closed: Collection[str] = ()) -> None:
        self._pages, self._closed = dict(pages), frozenset(closed)
        self._page: _Page | None = None
        self._links: tuple[Link, ...] = ()
        self.opened: list[str] = []
        self.sent: list[tuple[str, dict[str, str]]] = []

    def search(self, query: str) -> tuple[Link, ...]:
        words = query.casefold().split()
        found = [
            (url, html)
            for url, html in self._pages.items()
            if any(word in html.casefold() for word in words) and url not in self._closed
        ]
        self._links = tuple(
            Link(number, _Page.of(url, html).title or url, url)
            for number, (url, html) in enumerate(found, start=1)
        )
        return self._links

    def open(self, url: str) -> View:
        self.opened.append(url)
        if urlsplit(url).scheme not in {"http", "https"}:
            reason = "only http and https addresses are opened"
            raise BadSource(url, reason, "Give a web address.")
        if url in self._closed:
            reason = "its robots.txt asks programs not to read it"
            raise BadSource(url, reason, "Read another page.")
        html = self._pages.get(url, self._pages.get(url.partition("?")[0]))
        if html is None:
            reason = "the server answered 404 Not Found"
            raise BadSource(url, reason, "Read another page.", status=404)
        self._page = _Page.of(url, html)
        return self._view()

    def read(self) -> View:
        return self._view()

    def follow(self, number: int) -> View:
        if not 1 <= number <= len(self._links):
            raise BadRequest("Link", number, "Take a number of the page that was read last.")
        return self.open(self._links[number - 1].url)

    def fill(self, label: str, text: str) -> View:
        page = self._open_page(label)
        if label not in page.fields:
            raise BadRequest("On the open page", label, f"It has no field {label!r}.")
        page.filled[label] = text
        return self._view()

    def click(self, label: str) -> View:
        return self._click(label, sends=False)

    def submit(self, label: str) -> View:
        return self._click(label, sends=True)

    def screenshot(self) -> bytes:
        return self.capture(_SHOT)

    def capture(self, canvas: Canvas, *, at: str = "") -> bytes:
        if at not in self._view().text:
            raise BadRequest("On the open page", at, "It does not hold these words.")
        return png.encode(np.full((canvas.height_px, canvas.width_px, 4), _PAPER, np.uint8))

    def _open_page(self, of: str) -> "_Page":
        if self._page is None:
            raise BadRequest("On the open page", of, "No page is open. Open one first.")
        return self._page

    def _view(self) -> View:
        page = self._open_page("(nothing)")
        self._links = tuple(page.links)
        fields, buttons = tuple(page.fields), tuple(page.buttons)
        return View(page.url, page.title, page.text, self._links, fields, buttons)

    def _click(self, label: str, *, sends: bool) -> View:
        page = self._open_page(label)
        for link in page.links:
            if link.text == label:
                return self.open(link.url)
        if label not in page.buttons:
            raise BadRequest("On the open page", label, f"It has no button or link {label!r}.")
        form = page.buttons[label]
        said = {
            form.names[field]: text for field, text in page.filled.items() if field in form.names
        }
        if form.method != "post":
            return self.open(f"{form.action}?{urlencode(said)}")
        if not sends:
            reason = f"the page wanted to send data (POST {form.action}), which was held back"
            raise BadSource(label, reason, "Submit it, if it is meant to be sent.")
        self.sent.append((form.action, said))
        self._page = _Page.of(form.action, self._pages.get(form.action, "<h1>Sent</h1>"))
        return self._view()


@dataclass
class _Form:
    action: str
    method: str
    names: dict[str, str] = field(default_factory=dict)


class _Page(HTMLParser):
    """A plain page: headings, paragraphs, items, links, and forms with their labels."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url, self.title, self.text = url, "", ""
        self.links = list[Link]()
        self.fields, self.filled = dict[str, str](), dict[str, str]()
        self.buttons = dict[str, _Form]()
        self._form = _Form(url, "get")
        self._within, self._said = list[str](), ""
        self._link = self._name = ""
        self._labels = dict[str, str]()

    @classmethod
    def of(cls, url: str, html: str) -> "_Page":
        """The page read."""
        page = cls(url)
        page.feed(re.sub(r'(?s)<(\w+)[^>]*style="display:none".*?</\1>', "", html))
        return page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urljoin(self.url, given.get("action", ""))
            self._form = _Form(action, given.get("method", "get"))
        elif tag == "select" or (tag == "input" and given.get("type") != "password"):
            self._field(given)
        elif tag == "a":
            self._link = urljoin(self.url, given.get("href", ""))
        elif tag == "label":
            self._name = given.get("for", "")
        if tag not in {"input", "br", "meta", "img"}:
            self._within.append(tag)
        if tag in _BLOCKS | {"a", "button", "title"}:
            self._said = "" if tag != "a" else self._said

    def _field(self, given: dict[str, str]) -> None:
        label = given.get("aria-label") or self._labels.get(given.get("id", "")) or self._said
        self.fields[label.strip()] = given["name"]
        self._form.names[label.strip()] = given["name"]

    def handle_data(self, data: str) -> None:
        self._said += data
        if self._within and self._within[-1] == "a":
            self._start = data

    def handle_endtag(self, tag: str) -> None:
        if tag in self._within:
            while self._within.pop() != tag:
                pass
        said = " ".join(self._said.split())
        if tag == "title":
            self.title = said
        elif tag == "a" and self._link.startswith("http"):
            self._linked(self._start)
        elif tag == "button":
            self.buttons[said] = self._form
        elif tag == "label" and self._name:
            self._labels[self._name] = said
        if tag in _BLOCKS and said and not _UNSEEN & set(self._within):
            mark = {"h1": "# ", "h2": "## ", "h3": "### ", "li": "- "}.get(tag, "")
            self.text += f"{mark}{said}\n"
        if tag in _BLOCKS | {"button", "title"}:
            self._said = ""
        if tag == "form":
            self._form = _Form(self.url, "get")

    def _linked(self, text: str) -> None:
        known = {link.url: link.number for link in self.links}
        number = known.get(self._link, len(self.links) + 1)
        if self._link not in known:
            self.links.append(Link(number, " ".join(text.split()), self._link))
        self._said += f" [{number}]"
