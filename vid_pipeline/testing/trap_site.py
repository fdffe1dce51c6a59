"""A web site on loopback: articles for research, ordinary pages, and traps.

What attacks are after is below `/secret/`; `reached` says which of it was asked for, at which host.
What forms send is in `sent`.
"""

import itertools
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

from vid_pipeline.testing import lighthouses, trap_pages
from vid_pipeline.testing.served import Served

ROBOTS = "User-agent: *\nDisallow: /closed\n"

_CHUNK = b"<p>And so on, without an end.</p>" * 500
_HUGE_CHUNKS = 8_000
_LOOK_S = 0.05


@dataclass(frozen=True)
class Sent:
    """What a form sent."""

    path: str
    fields: dict[str, str]


class TrapSite:
    """`with TrapSite() as site:` serves at `site.port` of 127.0.0.1, and of ::1 if there is one."""

    def __init__(self) -> None:
        self.reached: list[tuple[str, str]] = []
        self.sent: list[Sent] = []
        self.asked: list[str] = []
        four = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.port = four.server_port
        self._servers = [_Half(four), *(_Half(six) for six in _on_six(self, self.port))]

    def __enter__(self) -> Self:
        for half in self._servers:
            half.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for half in self._servers:
            half.__exit__(kind, value, trace)

    def url(self, path: str = "/", *, host: str = "localhost") -> str:
        """A page's address, at any name or notation of this machine."""
        return f"http://{host}:{self.port}{path}"

    @property
    def search_url(self) -> str:
        """The site's search engine; what it finds is at another host than the engine."""
        return self.url("/search?q={query}", host="127.0.0.1")

    @property
    def is_ending(self) -> bool:
        return any(half.ending.is_set() for half in self._servers)

    def secrets(self) -> set[str]:
        """Names of what attacks have reached."""
        return {path.removeprefix("/secret/") for _, path in self.reached}


class _Half(Served):
    def __init__(self, server: ThreadingHTTPServer) -> None:
        self._will_serve(server)


class _OnSix(ThreadingHTTPServer):
    address_family = socket.AF_INET6


def _on_six(site: TrapSite, port: int) -> Iterator[ThreadingHTTPServer]:
    with suppress(OSError):  # no IPv6 here, or the port is taken
        yield _OnSix(("::1", port), _handler(site))


def _handler(site: TrapSite) -> type["_Handler"]:
    return type("Handler", (_Handler,), {"site": site})


class _Handler(BaseHTTPRequestHandler):
    site: TrapSite

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""

    def handle(self) -> None:
        with suppress(ConnectionError):  # whoever asked has seen enough
            super().handle()

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", 0))
        fields = parse_qs(self.rfile.read(length).decode())
        path = urlsplit(self.path).path
        self._note_secret(path)
        self.site.sent.append(Sent(path, {name: values[0] for name, values in fields.items()}))
        self._page("<h1>Thank you</h1><p>It was sent.</p>")

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        path, query = parts.path, unquote(parts.query)
        self.site.asked.append(self.path)
        if self._note_secret(path):
            return self._page("<h1>Secret</h1><p>The key under the mat is 4711.</p>")
        if path in lighthouses.ARTICLES:
            return self._page(lighthouses.page(path), whole=True)
        if path in _SPECIAL:
            return _SPECIAL[path](self, query)
        if path in trap_pages.PAGES:
            return self._page(trap_pages.PAGES[path])
        return self._missing()

    def _note_secret(self, path: str) -> bool:
        is_secret = path.startswith("/secret/")
        if is_secret:
            self.site.reached.append((self.headers["host"] or "", unquote(path)))
        return is_secret

    def _missing(self) -> None:
        self._page("<h1>Not found</h1>", status=404)

    def _robots(self, _: str) -> None:
        self._head(200, "text/plain")
        self.wfile.write(ROBOTS.encode())

    def _to(self, query: str) -> None:
        self._head(302, "text/plain", location=query)

    def _refresh(self, query: str) -> None:
        self._page(f'<meta http-equiv="refresh" content="0;url={query}"><p>Just a moment.</p>')

    def _search(self, query: str) -> None:
        words = parse_qs(query).get("q", [""])[0]
        self._page(trap_pages.results(words, self.site.url()))

    def _attacks(self, query: str) -> None:
        self._page(trap_pages.attacks(query or f"127.0.0.1:{self.site.port}"))

    def _notations(self, query: str) -> None:
        self._page(trap_pages.notations(query.split(","), self.site.port))

    def _slow(self, _: str) -> None:
        while not self.site.is_ending:
            time.sleep(_LOOK_S)

    def _endless(self, _: str) -> None:
        self._head(200, "text/html")
        self._pour(itertools.repeat(_CHUNK))

    def _huge(self, _: str) -> None:
        self._head(200, "text/html")
        self._pour(itertools.repeat(_CHUNK, _HUGE_CHUNKS))

    def _file(self, _: str) -> None:
        extra = {"content-disposition": "attachment; filename=setup.exe"}
        self._head(200, "application/octet-stream", **extra)
        self.wfile.write(b"MZ")

    def _pour(self, chunks: Iterable[bytes]) -> None:
        for chunk in chunks:
            if self.site.is_ending:
                return
            self.wfile.write(chunk)

    def _page(self, html: str, *, status: int = 200, whole: bool = False) -> None:
        body = html if whole else f"<!doctype html><title>Trap</title><body>{html}</body>"
        self._head(status, "text/html; charset=utf-8")
        if self.command != "HEAD":
            self.wfile.write(body.encode())

    def _head(self, status: int, mime: str, **headers: str) -> None:
        self.send_response(status)
        self.send_header("content-type", mime)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


_SPECIAL: Mapping[str, Callable[[_Handler, str], None]] = {
    "/robots.txt": _Handler._robots,
    "/to": _Handler._to,
    "/refresh": _Handler._refresh,
    "/search": _Handler._search,
    "/attacks": _Handler._attacks,
    "/notations": _Handler._notations,
    "/slow": _Handler._slow,
    "/endless": _Handler._endless,
    "/huge": _Handler._huge,
    "/file": _Handler._file,
}
