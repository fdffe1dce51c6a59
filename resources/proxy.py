"""A forward proxy on loopback that connects to what is in reach, and to nothing else.

It is what a browser gets instead of a network. A name is resolved here, once for each connection,
and the connection goes to the address that was checked; a browser behind it resolves nothing.

Other programs of this machine cannot use it: it asks for a password that is made for one session
and given to nobody but the browser.
"""

import asyncio
import base64
import hmac
import secrets
import threading
from collections import deque
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import h11
import httpcore

from resources.forwarding import Side, answer, forward, target_of
from resources.public_addresses import NotPublic, Reach

_USER = "vidp"
_CHUNK_BYTES = 65_536
_RESOLVERS = 8
_REFUSALS_KEPT = 200
_CLOSE_S = 2.0


@dataclass(frozen=True)
class Limits:
    """What a proxy lets through in its life, and how long it waits."""

    most_bytes: int = 200_000_000
    connections: int = 128
    connect_s: float = 10.0
    idle_s: float = 30.0


@dataclass(frozen=True)
class Refusal:
    """A connection that was not made."""

    host: str
    port: int
    reason: str


class _Refused(Exception):
    def __init__(self, status: int, text: str, *headers: tuple[str, str]) -> None:
        self.status, self.headers = status, headers
        super().__init__(text)


class Proxy:
    """`with Proxy(reach) as proxy:` serves at `proxy.port`, in a thread of its own.

    It takes CONNECT (TLS, WebSocket) and plain HTTP in absolute form, both with the password.
    `refused` holds the last connections that were not made, `refusals` counts them all; `forbidden`
    are the hosts that may not be connected to. `passed_bytes` counts both ways.
    """

    def __init__(self, reach: Reach, limits: Limits | None = None) -> None:
        self._reach, self._limits = reach, limits or Limits()
        self.user, self.password = _USER, secrets.token_urlsafe(24)
        self.port = 0
        self.passed_bytes = self.refusals = 0
        self.refused: deque[Refusal] = deque(maxlen=_REFUSALS_KEPT)
        self.forbidden: set[str] = set()
        self._most_bytes = self._limits.most_bytes
        self._at_work: set[asyncio.Task[None]] = set()
        self._resolvers = ThreadPoolExecutor(_RESOLVERS, thread_name_prefix="resolving")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="proxy", daemon=True)
        self._bound, self._ending = threading.Event(), asyncio.Event()

    def __enter__(self) -> Self:
        self._thread.start()
        self._bound.wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        """Where it listens; the password is not in it."""
        return f"http://127.0.0.1:{self.port}"

    def allow(self, most_bytes: int) -> None:
        """Let so many bytes through from now on, if the limit of its life has as many left."""
        self._most_bytes = min(self.passed_bytes + most_bytes, self._limits.most_bytes)

    @property
    def is_spent(self) -> bool:
        """Whether no more bytes are let through."""
        return self.passed_bytes >= self._most_bytes

    def close(self) -> None:
        """End every connection; harmless when it has ended."""
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join(_CLOSE_S)
        self._resolvers.shutdown(wait=False, cancel_futures=True)

    def _serve(self) -> None:
        try:
            self._loop.run_until_complete(self._until_closed())
        finally:
            self._bound.set()
            self._loop.close()

    async def _until_closed(self) -> None:
        server = await asyncio.start_server(self._taken, "127.0.0.1", 0, limit=_CHUNK_BYTES)
        self.port = server.sockets[0].getsockname()[1]
        self._bound.set()
        await self._ending.wait()
        server.close()
        for task in self._at_work:
            task.cancel()
        await asyncio.gather(*self._at_work, return_exceptions=True)

    async def _taken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._at_work.add(task)
        try:
            await self._connection(Side(reader, writer, self._limits.idle_s, self._count))
        except (OSError, TimeoutError, h11.ProtocolError, asyncio.CancelledError):
            pass  # it ended, on either side
        finally:
            writer.transport.abort()
            self._at_work.discard(task)

    def _count(self, passed: int) -> None:
        self.passed_bytes += passed
        if self.is_spent:
            raise TimeoutError("the proxy's limit of bytes is reached")

    async def _connection(self, client: Side) -> None:
        talk = h11.Connection(h11.SERVER)
        request = await client.next_event(talk)
        if not isinstance(request, h11.Request):
            return
        try:
            server = await self._server_for(request)
        except _Refused as refused:
            await answer(client, talk, refused.status, str(refused), refused.headers)
            return
        await self._joined(client, server, talk, request)

    async def _server_for(self, request: h11.Request) -> Side:
        """The connection that a request asks for."""
        if not self._knows(request):
            raise _Refused(407, "Say the password.", ("Proxy-Authenticate", 'Basic realm="vidp"'))
        if len(self._at_work) > self._limits.connections:
            raise _Refused(503, "Too many connections at once.")
        try:
            host, port = target_of(request)
        except ValueError:
            raise _Refused(400, "The proxy takes CONNECT, and http:// alone.") from None
        try:
            return await self._connected(host, port)
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as fault:
            if isinstance(fault, NotPublic):
                self.forbidden.add(host)
            self._refuse(host, port, str(fault))
            raise _Refused(403, str(fault)) from fault
        except (OSError, TimeoutError) as fault:
            self._refuse(host, port, "it cannot be reached")
            raise _Refused(502, "The server cannot be reached.") from fault

    def _refuse(self, host: str, port: int, reason: str) -> None:
        self.refusals += 1
        self.refused.append(Refusal(host, port, reason))

    async def _joined(
        self, client: Side, server: Side, talk: h11.Connection, request: h11.Request
    ) -> None:
        try:
            if request.method == b"CONNECT":
                await client.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
                await _tunnel(client, server, talk.trailing_data[0])
            else:
                await forward(client, server, talk, request)
        finally:
            server.writer.transport.abort()

    def _knows(self, request: h11.Request) -> bool:
        said = dict(request.headers).get(b"proxy-authorization", b"")
        wanted = base64.b64encode(f"{self.user}:{self.password}".encode())
        return hmac.compare_digest(said, b"Basic " + wanted)

    async def _connected(self, host: str, port: int) -> Side:
        within_s = self._limits.connect_s
        address = await self._loop.run_in_executor(
            self._resolvers, lambda: self._reach.address(host, port, timeout_s=within_s)
        )
        async with asyncio.timeout(within_s):
            reader, writer = await asyncio.open_connection(address, port, limit=_CHUNK_BYTES)
        return Side(reader, writer, self._limits.idle_s, self._count)


async def _tunnel(client: Side, server: Side, first: bytes) -> None:
    """Pass bytes both ways until both ends are silent for good."""
    if first:
        await server.send(first)
    async with asyncio.TaskGroup() as both:
        for way in (_pump(client, server), _pump(server, client)):
            both.create_task(_until_broken(way))


async def _until_broken(way: Coroutine[Any, Any, None]) -> None:
    with suppress(OSError, TimeoutError):
        await way


async def _pump(source: Side, sink: Side) -> None:
    try:
        while data := await source.receive():
            await sink.send(data)
    finally:
        sink.end()
