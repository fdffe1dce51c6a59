"""A web of pages that a test wrote."""

from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from vid_pipeline.errors import BadSource
from vid_pipeline.ports import Page


class FakeWeb:
    """Knows the pages it was given, by URL; `fetched` holds what was asked for.

    `closed` are addresses that the site's robots.txt asks programs not to read.
    """

    def __init__(
        self, pages: Mapping[str, Page] | None = None, *, closed: Collection[str] = ()
    ) -> None:
        self._pages, self._closed = dict(pages or {}), frozenset(closed)
        self.fetched: list[str] = []

    def fetch(self, url: str) -> Page:
        """The page at a URL.

        Raises:
            BadSource: not http(s), or none of the pages given.
        """
        self.fetched.append(url)
        if urlsplit(url).scheme not in {"http", "https"}:
            raise BadSource(url, "only http and https addresses are read", "Give a public page.")
        if url not in self._pages:
            reason = "the server answered 404 Not Found"
            raise BadSource(url, reason, "Check the address.", status=404)
        return self._pages[url]

    def allows(self, url: str) -> bool:
        return url not in self._closed
