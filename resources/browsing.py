"""Browsing: the web read by a Chromium whose only network is our filtering proxy."""

import threading
from pathlib import Path
from typing import Self
from urllib.parse import quote_plus, urlsplit

from pydantic import Field, PrivateAttr

from resources import search_results
from resources.browsing_session import Caps, Session
from resources.public_addresses import names
from resources.stoppable import StoppableResource
from resources.web import WebResource
from resources.window.orders import Click, Fill, Picture, Read
from vid_pipeline.artifacts import Canvas
from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import BadRequest, BadSource
from vid_pipeline.media import chromium
from vid_pipeline.ports import Link, View
from vid_pipeline.running import AT_WORK
from vid_pipeline.settings import Settings

_OUTSIDE_A_STEP = 0
_NUMBERS = "Take a number of the page that was read last, or of the last search."


class _Sessions:
    """The sessions of a resource, one for each step that browses."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.open: dict[int, Session] = {}

    def end(self, key: int) -> None:
        """Close a step's session; harmless when there is none."""
        with self.turn:
            session = self.open.pop(key, None)
        if session is not None:
            session.close()


class BrowsingResource(StoppableResource):
    """A browser for each step that asks for one; closed when the step ends, or is stopped."""

    executable: str = Field(default="", description="Path of Chromium; found when empty.")
    search_url: str = Field(description="A search engine's results, with `{query}` in it.")
    private_hosts: list[str] = Field(default=[], description="Hosts that may be private.")
    robots_ignored: list[str] = Field(
        default=[], description="Hosts whose robots.txt is not asked."
    )
    pages: int = Field(default=60, gt=0, description="A step may open.")
    page_s: float = Field(default=20, gt=0, description="Seconds that a page has to answer.")
    work_s: float = Field(default=600, gt=0, description="Seconds that a step may browse.")
    page_bytes: int = Field(default=30_000_000, gt=0, description="Of one page, all its parts.")
    step_bytes: int = Field(default=300_000_000, gt=0, description="Of all that a step reads.")

    _sessions: _Sessions = PrivateAttr(default_factory=_Sessions)
    _pages: WebResource | None = PrivateAttr(default=None)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Browsing as the installation's settings allow it."""
        return cls(
            executable=str(settings.chromium or ""),
            search_url=settings.search_url,
            private_hosts=names(settings.web_private_hosts),
            robots_ignored=names(settings.web_robots_ignored),
        )

    def stopped_by(self, stop: CancelToken) -> Self:
        self._pages = None
        return super().stopped_by(stop)

    def search(self, query: str) -> tuple[Link, ...]:
        """What the engine finds, at most 20. Its own page is the operator's choice: not robots'."""
        url = self.search_url.replace("{query}", quote_plus(query))
        session = self._session()
        session.links = search_results.outside(session.open(url, checked=False).links, url)
        return session.links

    def open(self, url: str) -> View:
        return self._session().open(_web_address(url))

    def read(self) -> View:
        return self._session().look(Read())

    def follow(self, number: int) -> View:
        session = self._session()
        if not 1 <= number <= len(session.links):
            raise BadRequest("Link", number, _NUMBERS)
        return session.open(session.links[number - 1].url)

    def fill(self, label: str, text: str) -> View:
        return self._session().look(Fill(label=label, text=text), label=label)

    def click(self, label: str) -> View:
        return self._session().look(Click(label=label), label=label)

    def submit(self, label: str) -> View:
        return self._session().look(Click(label=label, sends=True), label=label)

    def screenshot(self) -> bytes:
        return self._session().picture(Picture())

    def capture(self, canvas: Canvas, *, at: str = "") -> bytes:
        size = {"width_px": canvas.width_px, "height_px": canvas.height_px}
        return self._session().picture(Picture(at=at, **size))

    def close(self) -> None:
        """End the session of a caller that is no step; harmless when there is none."""
        self._sessions.end(_OUTSIDE_A_STEP)

    def _session(self) -> Session:
        """The calling step's session, made on first use."""
        self._stop.check()
        step = AT_WORK.get()
        key = id(step) if step else _OUTSIDE_A_STEP
        with self._sessions.turn:
            if key not in self._sessions.open:
                self._sessions.open[key] = self._made()
                if step is not None:
                    step.ends.callback(self._sessions.end, key)
            return self._sessions.open[key]

    def _made(self) -> Session:
        explicit = Path(self.executable) if self.executable else None
        web = self._web()
        caps = Caps(self.pages, self.page_s, self.work_s, self.page_bytes, self.step_bytes)
        return Session(chromium.find(explicit), web.reach, caps, allows=web.allows, stop=self._stop)

    def _web(self) -> WebResource:
        """The same rules for what is read beside the browser; it keeps what robots.txt said."""
        if self._pages is None:
            self._pages = WebResource(
                private_hosts=self.private_hosts, robots_ignored=self.robots_ignored
            ).stopped_by(self._stop)
        return self._pages


def _web_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        known = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        known = False
    if not known:
        raise BadSource(url, "only http and https addresses are opened", "Give a web address.")
    return url
