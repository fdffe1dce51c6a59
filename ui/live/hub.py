"""The readers of this process, and the one connection by which all of them hear of changes.

Both begin with the first viewer and end with the last one.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

import psycopg

from ui.live.reader import Reader, Viewer
from ui.live.source import Source
from vid_pipeline.store import signals
from vid_pipeline.store.database import Database

_LOG = logging.getLogger(__name__)
_THREADS = 4
_AGAIN_S = 1.0


@dataclass(frozen=True)
class Subject:
    """Who watches what; a production of None is all that is theirs."""

    user: UUID
    production: UUID | None = None


class Hub:
    """Readers by subject, all on one event loop."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="live")
        self._readers: dict[Subject, tuple[Reader, asyncio.Task[None]]] = {}
        self._opening: dict[Subject, asyncio.Future[Source]] = {}
        self._hears = False
        self._watchers = 0
        self._listener = asyncio.create_task(self._listen(), name="live signals")

    @property
    def readers(self) -> dict[Subject, Reader]:
        """Those at work."""
        return {subject: reader for subject, (reader, _) in self._readers.items()}

    async def watch(
        self, subject: Subject, opened: Callable[[], Source], viewer: Viewer
    ) -> AsyncGenerator[bytes]:
        """What a viewer is to be sent; `opened` makes the source if nobody watches it yet.

        Raises:
            NotFound: by `opened`, before the first piece.
        """
        self._watchers += 1
        try:
            reader = await self._reader(subject, opened)
            reader.viewers.add(viewer)
            try:
                if reader.ready:
                    viewer.catch_up()
                async for piece in viewer.pieces(reader.source):
                    yield piece
            finally:
                self._leave(subject, reader, viewer)
        finally:
            self._watchers -= 1
            if not self._watchers:
                self._close()

    async def _reader(self, subject: Subject, opened: Callable[[], Source]) -> Reader:
        if subject not in self._readers:
            if subject not in self._opening:
                loop = asyncio.get_running_loop()
                self._opening[subject] = loop.run_in_executor(self._threads, opened)
            opening = self._opening[subject]
            try:
                source = await asyncio.shield(opening)
            finally:
                if opening.done():
                    self._opening.pop(subject, None)
            if subject not in self._readers:
                self._begin(subject, source)
        return self._readers[subject][0]

    def _begin(self, subject: Subject, source: Source) -> None:
        reader = Reader(source, self._threads, lambda: self._hears)
        self._readers[subject] = reader, asyncio.create_task(reader.run(), name=f"live {subject}")

    def _leave(self, subject: Subject, reader: Reader, viewer: Viewer) -> None:
        reader.viewers.discard(viewer)
        kept = self._readers.get(subject)
        if not reader.viewers and kept is not None and kept[0] is reader:
            kept[1].cancel()
            del self._readers[subject]

    async def _listen(self) -> None:
        """Hear of changes for as long as anybody watches."""
        while True:
            try:
                async for signal in signals.heard(self._db):
                    self._hears = True
                    self._pass_on(signal)
            except (psycopg.Error, OSError) as error:
                _LOG.warning("live: no signals (%s), looking instead", type(error).__name__)
            self._hears = False
            self._pass_on(None)
            await asyncio.sleep(_AGAIN_S)

    def _pass_on(self, signal: signals.Signal | None) -> None:
        for subject, (reader, _) in self._readers.items():
            if signal is None or _concerns(signal, subject):
                reader.signal()

    def _close(self) -> None:
        self._listener.cancel()
        self._threads.shutdown(wait=False)
        _HUBS.pop((asyncio.get_running_loop(), self._db), None)


def _concerns(signal: signals.Signal, subject: Subject) -> bool:
    if subject.production is not None:
        return signal.production == subject.production
    return signal.about == "request" or signal.owner == subject.user


_HUBS: dict[tuple[asyncio.AbstractEventLoop, Database], Hub] = {}


def of(db: Database) -> Hub:
    """The hub of this event loop and database; made if nobody watches yet."""
    key = asyncio.get_running_loop(), db
    if key not in _HUBS:
        _HUBS[key] = Hub(db)
    return _HUBS[key]
