"""One request over a proxy in plain HTTP: parsed on both sides, so that nothing can be smuggled."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

import h11

_CHUNK_BYTES = 65_536
_HTTP_PORT = 80
_OF_ONE_HOP = {
    b"connection",
    b"keep-alive",
    b"proxy-authenticate",
    b"proxy-authorization",
    b"proxy-connection",
    b"te",
    b"trailer",
    b"upgrade",
}
"""Source: RFC 9110, 7.6.1."""

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Side:
    """One end of a connection; silent longer than `idle_s` is a `TimeoutError`."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    idle_s: float
    count: Callable[[int], None]

    async def receive(self) -> bytes:
        """The next bytes; none at the end."""
        async with asyncio.timeout(self.idle_s):
            data = await self.reader.read(_CHUNK_BYTES)
        self.count(len(data))
        return data

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        async with asyncio.timeout(self.idle_s):
            await self.writer.drain()

    def end(self) -> None:
        """Say that no more will come."""
        with suppress(OSError):
            self.writer.write_eof()

    async def next_event(self, talk: h11.Connection) -> h11.Event | None:
        """What the other end says next; None if it may say no more."""
        while (event := talk.next_event()) is h11.NEED_DATA:
            talk.receive_data(await self.receive())
        return event if isinstance(event, h11.Event) else None

    async def say(self, talk: h11.Connection, event: h11.Event) -> None:
        if data := talk.send(event):
            await self.send(data)


def target_of(request: h11.Request) -> tuple[str, int]:
    """The host and port that a request to a proxy names.

    Raises:
        ValueError: it is neither CONNECT to `host:port` nor an `http://` address.
    """
    target = request.target.decode("ascii")
    if request.method == b"CONNECT":
        parts = urlsplit(f"//{target}")
        if not parts.hostname or not parts.port:
            raise ValueError(target)
        return parts.hostname, parts.port
    parts = urlsplit(target)
    if parts.scheme != "http" or not parts.hostname:
        raise ValueError(target)
    return parts.hostname, parts.port or _HTTP_PORT


async def answer(
    client: Side,
    talk: h11.Connection,
    status: int,
    text: str,
    headers: Sequence[tuple[str, str]] = (),
) -> None:
    """Answer a request ourselves, and end the connection."""
    body = f"{text}\n".encode()
    said = [("Content-Type", "text/plain"), ("Content-Length", str(len(body))), *headers]
    response = h11.Response(status_code=status, headers=[*said, ("Connection", "close")])
    for event in (response, h11.Data(data=body), h11.EndOfMessage()):
        await client.say(talk, event)
    client.end()


async def forward(client: Side, server: Side, talk: h11.Connection, request: h11.Request) -> None:
    """Pass one request on, and its response back; the connection ends with it."""
    parts = urlsplit(request.target.decode("ascii"))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    far = h11.Connection(h11.CLIENT)
    host = (b"Host", parts.netloc.rpartition("@")[2].encode("ascii"))
    headers = [host, *_passed(request.headers, b"host"), (b"Connection", b"close")]
    asked = h11.Request(method=request.method, target=path, headers=headers)
    await server.say(far, asked)
    while not isinstance(event := await client.next_event(talk), h11.EndOfMessage):
        if not isinstance(event, h11.Data):
            return  # it ended halfway
        await server.say(far, event)
    await server.say(far, h11.EndOfMessage())
    await _back(client, server, talk, far)


async def _back(client: Side, server: Side, talk: h11.Connection, far: h11.Connection) -> None:
    while True:
        event = await server.next_event(far)
        if isinstance(event, h11.Response):
            headers = [*_passed(event.headers), (b"Connection", b"close")]
            event = h11.Response(
                status_code=event.status_code, headers=headers, reason=event.reason
            )
        if isinstance(event, h11.Response | h11.Data):
            await client.say(talk, event)
        elif isinstance(event, h11.EndOfMessage):
            await client.say(talk, h11.EndOfMessage())
            return client.end()
        elif not isinstance(event, h11.InformationalResponse):
            return None


def _passed(headers: Iterable[tuple[bytes, bytes]], *without: bytes) -> Headers:
    """Headers without those that are for the next hop alone."""
    return [(k, v) for k, v in headers if k not in _OF_ONE_HOP and k not in without]
