"""The web: public pages only, read once, within limits."""

import ssl
import time
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx
from pydantic import Field, PrivateAttr

from resources.lines import Lines
from resources.public_addresses import WEB_PORTS, PublicOnly, Reach, names
from resources.robots import Robots
from resources.stoppable import StoppableResource
from vid_pipeline.cancel import interruptible
from vid_pipeline.errors import BadSource
from vid_pipeline.ports import Page
from vid_pipeline.settings import Settings

_AGENT = "vid_pipeline/0.1 (reads one page for a video)"
_PUBLIC = "Give the address of a public page, or save the page and give the file."
_CHUNK_BYTES = 65_536


class WebResource(StoppableResource):
    """Reads public http and https pages; private addresses are refused in every notation."""

    max_bytes: int = Field(default=20_000_000, gt=0, description="A larger answer is refused.")
    timeout_s: float = Field(default=20, gt=0, description="For the whole fetch, redirects too.")
    max_redirects: int = Field(default=5, ge=0)
    private_hosts: list[str] = Field(
        default=[], description="Host names or addresses that may be private: `localhost`."
    )
    ports: list[int] = Field(
        default=sorted(WEB_PORTS), description="Of public hosts; a private host may use any."
    )
    robots_ignored: list[str] = Field(
        default=[], description="Hosts whose robots.txt is not asked; `*` is every host."
    )

    _robots: Robots = PrivateAttr(default_factory=Robots)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The web as the installation's settings allow it."""
        return cls(
            private_hosts=names(settings.web_private_hosts),
            robots_ignored=names(settings.web_robots_ignored),
        )

    @property
    def reach(self) -> Reach:
        """What may be connected to."""
        return Reach.of(self.private_hosts, ports=self.ports)

    def allows(self, url: str) -> bool:
        """Whether the site's robots.txt lets programs read a page; asked once an hour a site.

        Raises:
            Cancelled: a stop was requested.
        """
        ignored = set(self.robots_ignored)
        if ignored & {"*", urlsplit(url).hostname}:
            return True
        return self._robots.allow(url, self.fetch)

    def fetch(self, url: str) -> Page:
        """What a URL gives, after redirects.

        Raises:
            BadSource: not http(s), not public, not reachable, too large, or an error status.
            Cancelled: a stop was requested.
        """
        lines = Lines()
        return interruptible(lambda: self._fetched(url, lines), self._stop, cut=lines.cut)

    def _fetched(self, url: str, lines: Lines) -> Page:
        deadline = time.monotonic() + self.timeout_s
        with self._client(lines) as client:
            place = url
            for _ in range(self.max_redirects + 1):
                _refuse_scheme(place, url)
                found = self._read(client, place, url, deadline)
                if isinstance(found, Page):
                    return found
                place = urljoin(place, found)
        raise BadSource(url, f"it redirects more than {self.max_redirects} times", _PUBLIC)

    def _client(self, lines: Lines) -> httpx.Client:
        transport = public_transport(self.reach)
        headers = {"user-agent": _AGENT, "accept": "text/html,text/*,application/pdf;q=0.9"}
        return httpx.Client(
            transport=transport, trust_env=False, headers=headers, event_hooks=lines.hooks
        )

    def _read(self, client: httpx.Client, place: str, url: str, deadline: float) -> Page | str:
        """The page, or the address it redirects to."""
        try:
            left_s = max(deadline - time.monotonic(), 0.1)
            with client.stream("GET", place, timeout=left_s) as answer:
                if answer.is_redirect:
                    return answer.headers["location"]
                _refuse_status(answer, url)
                body = self._body(answer, url, deadline)
                mime = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
                return Page(url=str(answer.url), mime=mime, body=body)
        except httpx.TimeoutException as error:
            raise self._too_slow(url) from error
        except (httpx.InvalidURL, UnicodeError) as error:
            raise BadSource(url, f"it is no valid address ({error})", _PUBLIC) from error
        except httpx.HTTPError as error:
            reason = f"{urlsplit(place).hostname or place} cannot be reached ({error})"
            raise BadSource(url, reason, f"Check the address and the network. {_PUBLIC}") from error

    def _body(self, answer: httpx.Response, url: str, deadline: float) -> bytes:
        body = bytearray()
        for chunk in answer.iter_bytes(_CHUNK_BYTES):
            body += chunk
            if len(body) > self.max_bytes:
                reason = f"it is larger than {self.max_bytes / 1e6:.0f} MB"
                raise BadSource(url, reason, "Save the part that matters and give the file.")
            if time.monotonic() > deadline:
                raise self._too_slow(url)
        return bytes(body)

    def _too_slow(self, url: str) -> BadSource:
        reason = f"no whole answer within {self.timeout_s:.0f} s"
        return BadSource(url, reason, "Try again later, or save the page and give the file.")


def public_transport(reach: Reach) -> httpx.HTTPTransport:
    """Connections to what is in reach alone."""
    transport = httpx.HTTPTransport(retries=0)
    transport._pool = httpcore.ConnectionPool(
        network_backend=PublicOnly(reach), ssl_context=ssl.create_default_context()
    )
    return transport


def _refuse_scheme(place: str, url: str) -> None:
    try:
        parts = urlsplit(place)
    except ValueError as error:
        raise BadSource(url, f"it is no valid address ({error})", _PUBLIC) from error
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
        raise BadSource(url, "only http and https addresses are read", _PUBLIC)


def _refuse_status(answer: httpx.Response, url: str) -> None:
    if answer.status_code >= 400:
        reason = f"the server answered {answer.status_code} {answer.reason_phrase}".strip()
        remedy = "Open it in a browser; if it asks for a login, save it first."
        raise BadSource(url, reason, remedy, status=answer.status_code)
