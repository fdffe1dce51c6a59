"""One reader of a source, however many watch it; who cannot follow is given the whole anew."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Executor

from ui.live.frames import ALIVE, Frame
from ui.live.source import Source
from vid_pipeline.errors import NotFound, StoreError

_LOG = logging.getLogger(__name__)
_LOOKS_A_SECOND = 5
_TICK_S = 1.0
_UNHEARD_S = 2.0
"""Between looks while no signals come through."""
_ANYWAY_S = 15.0
"""Between looks even if none came: the last word on a signal that was lost."""
_SILENCE_S = 10.0
_QUEUED = 64


class Viewer:
    """Somebody who watches: what is still to be sent to them."""

    def __init__(self, after: int | None, drawn: str) -> None:
        self.after, self.drawn = after, drawn
        self.behind = True
        self._queue: deque[Frame] = deque()
        self._wake = asyncio.Event()
        self._over = False

    def push(self, one: Frame) -> None:
        """Send a frame; for one who is far behind, the whole later on."""
        if self.behind:
            return
        if len(self._queue) >= _QUEUED:
            self._queue.clear()
            self.behind = True
        else:
            self._queue.append(one)
        self._wake.set()

    def catch_up(self) -> None:
        """There is something whole to be sent."""
        if self.behind:
            self._wake.set()

    def finish(self) -> None:
        """Nothing more comes."""
        self._over = True
        self._wake.set()

    async def pieces(self, source: Source) -> AsyncGenerator[bytes]:
        """What is to be written, as soon as there is any."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self.behind and not self._over:
                self.behind = False
                whole, end = self._sent(source.whole(self.after)), source.end(self.drawn)
                yield whole + (end.data if end else b"")
                if end is not None:
                    return
            if self._queue:
                waiting = [self._queue.popleft() for _ in range(len(self._queue))]
                yield b"".join([self._sent(one) for one in waiting])
            if self._over and not self._queue:
                return

    def _sent(self, one: Frame) -> bytes:
        self.after = max(self.after or 0, one.number)
        return one.data


class Reader:
    """Looks when something has changed, and tells all viewers in the same bytes."""

    def __init__(self, source: Source, threads: Executor, hears: Callable[[], bool]) -> None:
        self.source, self.viewers = source, set[Viewer]()
        self._threads, self._hears = threads, hears
        self._changed = asyncio.Event()
        self._looked_at = self._told_at = self._ticked_at = 0.0
        self.looks = 0
        self.ready = False

    def signal(self) -> None:
        """Something has changed."""
        self._changed.set()

    async def run(self) -> None:
        """Read until it is cancelled, or the source is gone."""
        self._changed.set()
        try:
            while True:
                try:
                    await self._once()
                except StoreError as error:
                    _LOG.warning("live: %s", error)
                    await asyncio.sleep(_UNHEARD_S)
                    self._changed.set()
        except NotFound:
            return  # it was taken away
        finally:
            for viewer in self.viewers:
                viewer.finish()

    async def _once(self) -> None:
        await self._wait()
        now = time.monotonic()
        if self._changed.is_set() or now - self._looked_at >= self._patience_s:
            self._changed.clear()
            self._looked_at, self.looks = now, self.looks + 1
            await asyncio.get_running_loop().run_in_executor(self._threads, self.source.look)
        self.tell()

    @property
    def _patience_s(self) -> float:
        return _ANYWAY_S if self._hears() else _UNHEARD_S

    async def _wait(self) -> None:
        """Until there is a signal, a tick, or nothing was heard for too long; not too often."""
        now = time.monotonic()
        until = min(self._looked_at + self._patience_s, self._told_at + _SILENCE_S)
        if self.source.ticks:
            until = min(until, self._ticked_at + _TICK_S)
        try:
            await asyncio.wait_for(self._changed.wait(), max(0.0, until - now))
        except TimeoutError:
            return
        soonest = self._looked_at + 1 / _LOOKS_A_SECOND
        await asyncio.sleep(max(0.0, soonest - time.monotonic()))

    def tell(self) -> None:
        """Tell all viewers what has changed by what was read, and by time."""
        now, self.ready = time.monotonic(), True
        self._ticked_at = now
        news = self.source.news()
        if not news and now - self._told_at >= _SILENCE_S:
            news = [Frame(ALIVE)]
        if news:
            self._told_at = now
            merged = Frame(b"".join(one.data for one in news), max(one.number for one in news))
        for viewer in self.viewers:
            viewer.catch_up()
            if news:
                viewer.push(merged)
            if not viewer.behind and (end := self.source.end(viewer.drawn)) is not None:
                viewer.push(end)
                viewer.finish()
