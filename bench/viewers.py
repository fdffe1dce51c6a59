"""So many viewers of one stream, in a process of their own: `python -m bench.viewers URL N S`.

Prints one JSON object: the seconds between the events of each viewer, and how many there were.
"""

import asyncio
import json
import sys
import time
from itertools import pairwise
from urllib.parse import urlsplit

_EVENT = b"event: "
_SETTLE_S = 3.0


async def watch(url: str, count: int, seconds: float) -> dict[str, object]:
    """Open all of them, let them settle, then listen for so long."""
    opened = [await asyncio.open_connection(*_place(url)) for _ in range(count)]
    for _, writer in opened:
        writer.write(_request(url))
    found: list[list[float]] = [[] for _ in opened]
    begins_at = time.monotonic() + _SETTLE_S
    ends_at = begins_at + seconds
    await asyncio.gather(
        *(_listen(reader, times, ends_at) for (reader, _), times in zip(opened, found, strict=True))
    )
    for _, writer in opened:
        writer.close()
    counted = [[at for at in times if at >= begins_at] for times in found]
    gaps = [b - a for times in counted for a, b in pairwise(times)]
    return {"gaps": gaps, "events": sum(map(len, counted)), "silent": counted.count([])}


async def _listen(reader: asyncio.StreamReader, times: list[float], ends_at: float) -> None:
    while (left := ends_at - time.monotonic()) > 0:
        try:
            data = await asyncio.wait_for(reader.read(1 << 16), left)
        except TimeoutError:
            return
        if not data:
            return
        if _EVENT in data:  # events that come together count as one
            times.append(time.monotonic())


def _place(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    return parts.hostname, parts.port


def _request(url: str) -> bytes:
    parts = urlsplit(url)
    asked = f"{parts.path}?{parts.query}".rstrip("?")
    head = f"GET {asked} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: text/event-stream\r\n\r\n"
    return head.encode()


def main() -> None:
    url, count, seconds = sys.argv[1:]
    print("ready", flush=True)
    print(json.dumps(asyncio.run(watch(url, int(count), float(seconds)))))


if __name__ == "__main__":
    main()
