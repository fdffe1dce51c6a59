"""So many people at work in the studio, each in a websocket session of their own.

`python -m bench.visitors ADDRESS COUNT SECONDS PAUSE_S` opens as many pages, clicks on each
something typical after every pause, and prints one JSON object: how long each click took until its
page was drawn anew, in milliseconds, and how many pages failed. A browser's own time is not in it.
"""

import asyncio
import json
import random
import sys
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

_CLICKED = (
    ("", "home:workflow"),
    ("inbox", "inbox-state"),
    ("history", "history-by"),
    ("library", "library:kind"),
    ("calendar", "calendar:later"),
)
"""Pages, and the key of what is clicked on each."""
_PATIENCE_S = 60.0
_LARGEST_BYTES = 1 << 26


class Failed(Exception):
    """A page was not drawn to its end."""


@dataclass
class Visitor:
    """One session: what its page has to click on, and what the browser would remember."""

    socket: ClientConnection
    page: str
    key: str
    script: str = ""
    widget: str = ""
    options: list[str] = field(default_factory=list)
    turn: int = 0

    async def open(self) -> None:
        """See the page for the first time."""
        await self._ask(ClientState(page_name=self.page))
        if not self.widget:
            raise Failed(f"the page {self.page or 'home'} has no {self.key}")

    async def click(self) -> float:
        """Click, and see the page drawn anew; how long that took, in milliseconds."""
        told = ClientState(page_name=self.page, page_script_hash=self.script)
        state = told.widget_states.widgets.add(id=self.widget)
        if self.options:
            self.turn += 1
            state.string_array_value.data.append(self.options[self.turn % len(self.options)])
        else:
            state.trigger_value = True
        began_at = time.perf_counter()
        await self._ask(told)
        return (time.perf_counter() - began_at) * 1000

    async def _ask(self, told: ClientState) -> None:
        told.context_info.timezone = "UTC"
        await self.socket.send(BackMsg(rerun_script=told).SerializeToString())
        async with asyncio.timeout(_PATIENCE_S):
            while not self._done(ForwardMsg.FromString(_bytes(await self.socket.recv()))):
                pass

    def _done(self, message: ForwardMsg) -> bool:
        """Take in what the server says; whether it has drawn the whole page."""
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self.script = message.navigation.page_script_hash
        elif kind == "delta":
            self._see(message)
        return kind == "script_finished" and (
            message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
        )

    def _see(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            raise Failed(element.exception.message)
        if kind == "button_group" and element.button_group.id.endswith(self.key):
            self.widget = element.button_group.id
            self.options = [one.content for one in element.button_group.options]
        elif kind == "button" and element.button.id.endswith(self.key):
            self.widget = element.button.id


def _bytes(message: str | bytes) -> bytes:
    assert isinstance(message, bytes)
    return message


async def visit(address: str, count: int, seconds: float, pause_s: float) -> dict[str, object]:
    """Let all come one after the other, then click for so long; each stays to the end."""
    parts = urlsplit(address)
    stream = f"ws://{parts.netloc}/_stcore/stream"
    sockets = [
        await connect(stream, origin=address, max_size=_LARGEST_BYTES)  # type: ignore[arg-type]
        for _ in range(count)
    ]
    visitors = [Visitor(one, *_CLICKED[n % len(_CLICKED)]) for n, one in enumerate(sockets)]
    for one in visitors:
        await one.open()
    print("ready", flush=True)
    ends_at = time.monotonic() + seconds
    found = await asyncio.gather(*(_stay(one, ends_at, pause_s) for one in visitors))
    for socket in sockets:
        await socket.close()
    return {
        "clicks_ms": [ms for times, _ in found for ms in times],
        "failed": sum(failed for _, failed in found),
    }


async def _stay(visitor: Visitor, ends_at: float, pause_s: float) -> tuple[list[float], int]:
    """Click and look, for a time between none and two pauses each."""
    chance = random.Random(id(visitor))
    times = list[float]()
    while True:
        await asyncio.sleep(chance.uniform(0, 2 * pause_s))
        if time.monotonic() > ends_at:
            return times, 0
        try:
            times.append(await visitor.click())
        except (Failed, TimeoutError) as fault:
            print(f"{visitor.page or 'home'}: {fault}", file=sys.stderr)
            return times, 1


def main() -> None:
    address, count, seconds, pause_s = sys.argv[1:]
    found = asyncio.run(visit(address, int(count), float(seconds), float(pause_s)))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
