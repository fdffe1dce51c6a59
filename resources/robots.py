"""What sites let programs read, by their robots.txt."""

import threading
import time
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from vid_pipeline.errors import BadSource
from vid_pipeline.ports import Page

AGENT = "vid_pipeline"

_KEPT_S = 3600.0
_KEPT_SITES = 500
_MOST_BYTES = 500 * 1024
_SERVER_ERROR = 500


class Robots:
    """Rules of the sites that were asked for, each read once an hour; safe between threads.

    Source: RFC 9309 on what is read of a file (500 KiB) and on errors: a site without one lets all
    read, one that fails to give it lets nobody.
    """

    def __init__(self) -> None:
        self._sites: dict[str, tuple[float, RobotFileParser]] = {}
        self._turn = threading.Lock()

    def allow(self, url: str, fetch: Callable[[str], Page]) -> bool:
        """Whether a page may be read."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        return self._rules(site, fetch).can_fetch(AGENT, url)

    def _rules(self, site: str, fetch: Callable[[str], Page]) -> RobotFileParser:
        with self._turn:
            read_s, known = self._sites.get(site, (0.0, None))
        if known is not None and time.monotonic() - read_s < _KEPT_S:
            return known
        rules = _read(site, fetch)
        with self._turn:
            if len(self._sites) >= _KEPT_SITES:
                self._sites.pop(next(iter(self._sites)))
            self._sites[site] = (time.monotonic(), rules)
        return rules


def _read(site: str, fetch: Callable[[str], Page]) -> RobotFileParser:
    rules = RobotFileParser()
    try:
        text = fetch(urljoin(site, "/robots.txt")).body[:_MOST_BYTES]
        rules.parse(text.decode(errors="replace").splitlines())
    except BadSource as error:
        # Whoever cannot be reached at all will say so when the page is asked for.
        refused = (error.status or 0) >= _SERVER_ERROR
        rules.parse(["User-agent: *", "Disallow: /" if refused else "Allow: /"])
    return rules
