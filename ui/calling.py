"""What a request says about where it comes from, as far as it can be believed. Pure."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from vid_pipeline.account_records import Caller
from vid_pipeline.settings import Settings

_HERE = ("localhost", "127.0.0.1", "::1")
WILD = ("0.0.0.0", "::")  # noqa: S104  (compared with, not bound to)
"""Addresses that stand for every one of this machine."""

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Call:
    """A request or the beginning of a socket."""

    settings: Settings
    scope: Scope

    @property
    def headers(self) -> Headers:
        return Headers(scope=self.scope)

    @property
    def path(self) -> str:
        return str(self.scope["path"])

    @property
    def is_socket(self) -> bool:
        return bool(self.scope["type"] == "websocket")

    @property
    def changes(self) -> bool:
        """Whether it may change something: only our own pages may ask for that."""
        return self.is_socket or self.scope["method"] not in _SAFE

    @property
    def client(self) -> str:
        """The address it comes from; forwarded ones are believed of our own proxies alone."""
        peer = (self.scope.get("client") or ("", 0))[0]
        trusted = networks(self.settings.trusted_proxies)
        told = ",".join(self.headers.getlist("x-forwarded-for")).split(",")
        for forwarded in reversed([one.strip() for one in told if one.strip()]):
            if not _within(peer, trusted):
                break
            peer = forwarded
        return peer[:64]

    @property
    def unknown_proxy(self) -> str:
        """Who has passed it on without being one of our proxies; empty if nobody has."""
        peer = str((self.scope.get("client") or ("", 0))[0])
        told = "x-forwarded-for" in self.headers
        return peer if told and not _within(peer, networks(self.settings.trusted_proxies)) else ""

    @property
    def caller(self) -> Caller:
        """Who it is, for the records."""
        return Caller(client=self.client, user_agent=self.headers.get("user-agent", "")[:400])

    @property
    def is_secure(self) -> bool:
        """Whether the browser speaks https, to us or to our proxy."""
        if (self.settings.studio_url or "").startswith("https:"):
            return True
        if self.scope.get("scheme") in {"https", "wss"}:
            return True
        peer = (self.scope.get("client") or ("", 0))[0]
        told = self.headers.get("x-forwarded-proto", "").split(",")[-1].strip()
        return told == "https" and _within(peer, networks(self.settings.trusted_proxies))

    @property
    def is_direct_and_local(self) -> bool:
        """Whether it comes from this machine, and nobody has passed it on."""
        peer = (self.scope.get("client") or ("", 0))[0]
        passed_on = {"x-forwarded-for", "x-forwarded-host", "forwarded", "x-real-ip"}
        return is_loopback(peer) and not passed_on & set(self.headers)

    @property
    def names_us(self) -> bool:
        """Whether the Host header is one of our names; else somebody's DNS leads here."""
        return host_allowed(self.settings, self.headers.get("host", ""))

    @property
    def is_our_own(self) -> bool:
        """Whether one of our own pages asks; a browser says so, and cannot be told otherwise."""
        origin = self.headers.get("origin")
        if origin is None:
            return not self.is_socket and self.headers.get("sec-fetch-site") == "same-origin"
        return self._is_ours(origin)

    def cookie(self, name: str) -> str | None:
        """A cookie; None if there is none, or if two of its name were sent."""
        found = [
            value
            for header in self.headers.getlist("cookie")
            for key, value in _cookies(header)
            if key == name
        ]
        return found[0] if len(found) == 1 else None

    def _is_ours(self, origin: str) -> bool:
        parts = split(origin)
        if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
            return False
        if self.settings.studio_url and _origin(self.settings.studio_url) == _origin(origin):
            return True
        schemes = {"https"} if self.is_secure else {"http", "https"}
        return parts.scheme in schemes and parts.netloc == self.headers.get("host", "")


def starts_open(settings: Settings) -> bool:
    """Whether only this machine can come in, so that the first start needs no account."""
    outside = settings.studio_url and not is_loopback(host_of(settings.studio_url))
    return is_loopback(settings.studio_host) and not outside and not settings.trusted_proxies


def host_allowed(settings: Settings, header: str) -> bool:
    """Whether a Host header is one of the studio's names."""
    parts = split(f"//{header}")
    if parts is None or not parts.hostname or parts.path or parts.username is not None:
        return False
    name = parts.hostname.rstrip(".")
    ours = {*_HERE, settings.studio_host.lower(), *_names(settings.allowed_hosts)}
    if settings.studio_url:
        ours.add(host_of(settings.studio_url))
    wild = settings.studio_host in WILD and _is_address(name)  # no DNS leads to a number
    return name in ours or "*" in ours or wild


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def host_of(url: str) -> str:
    """The host of a URL, in small letters; empty if there is none."""
    parts = split(url)
    return (parts.hostname or "") if parts else ""


def split(url: str) -> SplitResult | None:
    """The parts of a URL; None if it is none."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def networks(told: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """The networks of a setting such as `10.0.0.0/8,::1`.

    Raises:
        ValueError: one is none.
    """
    return [ipaddress.ip_network(one, strict=False) for one in _names(told)]


def _names(told: str) -> list[str]:
    return [name.strip().lower() for name in told.split(",") if name.strip()]


def _within(host: str, trusted: Iterable[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in trusted)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = split(url)
    if parts is None:
        return ("", "", None)
    standard = {"http": 80, "https": 443}.get(parts.scheme)
    return (parts.scheme, parts.hostname or "", parts.port or standard)


def _cookies(header: str) -> list[tuple[str, str]]:
    found = []
    for part in header.split(";"):
        name, sign, value = part.strip().partition("=")
        if sign:
            found.append((name, value.strip('"')))
    return found
