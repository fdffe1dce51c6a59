"""A web of pages that a test wrote."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from vid_pipeline.errors import BadSource
from vid_pipeline.ports import Page


class FakeWeb:
    """Knows the pages it was given, by URL; `fetched` holds what was asked for."""

    def __init__(self, pages: Mapping[str, Page] | None = None) -> None:
        self._pages = dict(pages or {})
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
            raise BadSource(url, "the server answered 404 Not Found", "Check the address.")
        return self._pages[url]
