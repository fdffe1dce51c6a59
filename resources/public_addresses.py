"""Connections to public addresses only.

A name is resolved once; every address it has must be public, and the connection goes to the
address that was checked, so a second answer of the name server changes nothing. The check sits
where connections are made: it holds for redirects and for every way to write an address.
"""

import ipaddress
import queue
import socket
import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Self

import httpcore

WEB_PORTS = frozenset({80, 443})

_UNICAST = ipaddress.ip_network("2000::/3")
_RESOLVE_S = 10.0

Resolve = Callable[[str, int], list[str]]
"""Every address of a host, as text; an `OSError` or `UnicodeError` if there is none."""


class NotPublic(httpcore.ConnectError):
    """The address may not be connected to; the message says why."""


def _system(host: str, port: int) -> list[str]:
    infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(info[4][0]) for info in infos]


@dataclass(frozen=True)
class Reach:
    """What may be connected to: public addresses at some ports, and hosts named as exceptions.

    A named host may have any address and any port; `ports` None means every port.
    """

    private_hosts: frozenset[str] = frozenset()
    ports: frozenset[int] | None = None
    resolve: Resolve = _system

    @classmethod
    def of(
        cls,
        private_hosts: Iterable[str] = (),
        *,
        ports: Collection[int] | None = None,
        resolve: Resolve = _system,
    ) -> Self:
        """Public addresses, and the hosts named; `ports` are those of public addresses."""
        return cls(
            frozenset(map(plain, private_hosts)),
            None if ports is None else frozenset(ports),
            resolve,
        )

    def address(self, host: str, port: int, *, timeout_s: float | None = _RESOLVE_S) -> str:
        """The address to connect to, resolved once and checked.

        Raises:
            NotPublic: an address of the host is not public, or the port is not one of `ports`.
            httpcore.ConnectError: there is no such host.
            httpcore.ConnectTimeout: the name server does not answer.
        """
        addresses = self._resolved(plain(host), port, timeout_s)
        if plain(host) not in self.private_hosts:
            for address in addresses:
                if not is_public(address):
                    raise NotPublic(f"{address} is not a public address")
            if self.ports is not None and port not in self.ports:
                raise NotPublic(f"port {port} is not one of the web's")
        return addresses[0]

    def _resolved(self, host: str, port: int, timeout_s: float | None) -> list[str]:
        """In a thread, because the system's resolver knows no time limit."""
        answer = queue.SimpleQueue[list[str] | None]()

        def ask() -> None:
            try:
                answer.put(self.resolve(host, port))
            except (OSError, UnicodeError):
                answer.put(None)

        threading.Thread(target=ask, daemon=True).start()
        try:
            found = answer.get(timeout=timeout_s)
        except queue.Empty as error:
            raise httpcore.ConnectTimeout("no answer of the name server") from error
        if not found:
            raise httpcore.ConnectError("no such host")
        return found


class PublicOnly(httpcore.NetworkBackend):
    """Connects to what is in reach, and to nothing else."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        address = self._reach.address(host, port, timeout_s=timeout)
        return self._sockets.connect_tcp(address, port, timeout, local_address, socket_options)


def plain(host: str) -> str:
    """A host as it is compared: small letters, no brackets, no dot at the end."""
    return host.strip("[]").rstrip(".").casefold()


def names(listed: str) -> list[str]:
    """The hosts of a setting such as `a, b`."""
    return [name for part in listed.split(",") if (name := part.strip())]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet, whatever it is wrapped in.

    Source: IANA gives out IPv6 addresses from 2000::/3 alone; the rest, such as IPv4-compatible,
    NAT64 and site-local ones, may lead anywhere.
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if found.sixtofour or found.teredo or found not in _UNICAST:
            return False
    return found.is_global and not found.is_multicast
