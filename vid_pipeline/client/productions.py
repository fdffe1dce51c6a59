"""`client.productions`: videos made, followed, stopped and gone on with."""

import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypedDict, Unpack
from uuid import UUID

from vid_pipeline.client import events
from vid_pipeline.client.errors import TookTooLong
from vid_pipeline.client.transport import Transport
from vid_pipeline.wire.events import LiveEvent
from vid_pipeline.wire.productions import (
    Again,
    Alone,
    Forecast,
    NewProduction,
    Production,
    Progress,
    State,
    Trace,
    Wanted,
)

_PATH = "/productions"


class Wishes(TypedDict, total=False):
    """How the video shall be; what is left out is as `wire.productions.Wanted` says."""

    workflow: str
    version: int | None
    title: str | None
    aspect: str
    seconds: int
    voice: str | None
    language: str | None
    hook: str | None
    start: bool
    fresh: bool


class Productions:
    """A user's productions."""

    def __init__(self, transport: Transport, *, tries: int, pause_s: float) -> None:
        self._transport = transport
        self._tries, self._pause_s = tries, pause_s

    def list(
        self,
        *,
        state: Sequence[State] = (),
        workflow: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Iterator[Production]:
        """Newest first; read by pages as far as they are looked at."""
        asked = {
            "state": tuple(state) or None,
            "workflow": workflow,
            "since": since.isoformat() if since else None,
            "until": until.isoformat() if until else None,
        }
        return self._transport.pages(_PATH, Production, asked)

    def create(
        self, *, text: str | None = None, url: str | None = None, **wanted: Unpack[Wishes]
    ) -> Production:
        """Make a video of a text, or of what is at a web address.

        Raises:
            Invalid: neither or both are given, or something cannot be used.
        """
        new = NewProduction.model_validate({"text": text, "url": url, **wanted})
        return self._transport.send("POST", _PATH, Production, _body(new))

    def upload(
        self, document: Path | str, data: bytes | None = None, **wanted: Unpack[Wishes]
    ) -> Production:
        """Make a video of a document: a file, or a name and its bytes."""
        path = Path(document)
        content = path.read_bytes() if data is None else data
        fields = {"wanted": Wanted.model_validate(wanted).model_dump_json(exclude_unset=True)}
        return self._transport.form(
            f"{_PATH}/upload", Production, file=(path.name, content), fields=fields
        )

    def get(self, production: UUID) -> Progress:
        """How far one is, what it has cost, what it waits for."""
        return self._transport.get(f"{_PATH}/{production}", Progress)

    def start(self, production: UUID) -> Production:
        """Begin a draft."""
        return self._act(production, "start")

    def cancel(self, production: UUID) -> Production:
        """Ask it to stop; it may be at work for some seconds more."""
        return self._act(production, "cancel")

    def resume(self, production: UUID) -> Production:
        """Go on with what is left."""
        return self._act(production, "resume")

    def retry(
        self,
        production: UUID,
        steps: Sequence[str] = (),
        *,
        version: int | None = None,
        fresh: bool = False,
    ) -> Production:
        """Run steps (ids, or keys as `draw[s2]`) and what follows them again."""
        again = Again(steps=tuple(steps), version=version, fresh=fresh)
        return self._act(production, "retry", _body(again))

    def run_alone(self, production: UUID, step: str, *, version: int | None = None) -> Production:
        """Another production, in which a step runs alone on what this one's steps gave."""
        return self._act(production, f"steps/{step}/run", _body(Alone(version=version)))

    def forecast(
        self,
        production: UUID,
        steps: Sequence[str] = (),
        *,
        version: int | None = None,
        fresh: bool = False,
        only: str | None = None,
    ) -> Forecast:
        """What `retry`, or `run_alone` of `only`, would run, keep, cost and take."""
        asked = {"step": tuple(steps), "version": version, "fresh": fresh, "only": only}
        return self._transport.get(f"{_PATH}/{production}/forecast", Forecast, asked)

    def trace(self, production: UUID, *, conversation: bool = False) -> Trace:
        """What each step did, took and spent."""
        asked = {"conversation": conversation}
        return self._transport.get(f"{_PATH}/{production}/trace", Trace, asked)

    def events(self, production: UUID) -> Iterator[LiveEvent]:
        """Live events until it has ended; a connection that breaks is taken up again."""
        path = f"{_PATH}/{production}/events"
        return events.follow(self._transport, path, tries=self._tries, pause_s=self._pause_s)

    def wait(self, production: UUID, *, timeout_s: float = 3600, every_s: float = 1.0) -> Progress:
        """Until it has ended, or waits for people.

        Raises:
            TookTooLong: it has done neither in time.
        """
        until = time.monotonic() + timeout_s
        while True:
            now = self.get(production)
            if now.settled:
                return now
            if time.monotonic() + every_s > until:
                raise TookTooLong(f"Production {str(production)[-8:]}", timeout_s)
            time.sleep(every_s)

    def _act(self, production: UUID, verb: str, body: object = None) -> Production:
        return self._transport.send("POST", f"{_PATH}/{production}/{verb}", Production, body)


def _body(asked: NewProduction | Again | Alone) -> object:
    return asked.model_dump(mode="json", exclude_unset=True)
