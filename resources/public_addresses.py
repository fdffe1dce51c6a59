"""Connections to public addresses only.

A name is resolved once; every address it has must be public, and the connection goes to the
address that was checked, so a second answer of the name server changes nothing. The check sits
where connections are made: it holds for redirects and for every way to write an address.
"""

import ipaddress
import queue
import socket
import threading
from collections.abc import Iterable

import httpcore

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotPublic(httpcore.ConnectError):
    """The address may not be connected to; the message says why."""


class PublicOnly(httpcore.NetworkBackend):
    """Connects to public addresses, and to hosts that are named as exceptions."""

    def __init__(self, private_hosts: Iterable[str] = ()) -> None:
        self._private = {host.casefold() for host in private_hosts}
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        address = self._checked(host, _resolved(host, port, timeout))
        return self._sockets.connect_tcp(address, port, timeout, local_address, socket_options)

    def _checked(self, host: str, addresses: list[str]) -> str:
        if host.casefold() not in self._private:
            for address in addresses:
                if not is_public(address):
                    raise NotPublic(f"{address} is not a public address")
        return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet, whatever it is wrapped in."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if found.sixtofour or found.teredo or found in _NAT64:
            return False
    return found.is_global and not found.is_multicast


def _resolved(host: str, port: int, timeout_s: float | None) -> list[str]:
    """Every address of a host. In a thread, because the system's resolver knows no time limit."""
    answer = queue.SimpleQueue[list[str] | None]()

    def ask() -> None:
        try:
            infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer.put([str(info[4][0]) for info in infos])
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
