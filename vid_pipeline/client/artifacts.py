"""`client.artifacts`: what steps gave and what was delivered."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import httpx

from vid_pipeline.client.errors import Unreachable
from vid_pipeline.client.transport import Transport
from vid_pipeline.wire.productions import Artifact, File

_TRIES = 5


class Artifacts:
    """The artifacts of a user's productions."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def files(self, production: UUID) -> Iterator[File]:
        """The files that were delivered; none before it is done."""
        return self._transport.pages(f"/productions/{production}/files", File, {})

    def file(self, production: UUID, name: str) -> bytes:
        """A delivered file, whole."""
        path = f"/productions/{production}/files/{quote(name, safe='')}"
        return self._transport.call("GET", path).content

    def download(self, production: UUID, name: str, target: Path) -> Path:
        """A delivered file, written to `target` piece by piece; gone on with if it breaks off.

        Raises:
            Unreachable: it broke off too often; what has come is left beside `target`.
        """
        path = f"/productions/{production}/files/{quote(name, safe='')}"
        part = target.with_name(f"{target.name}.part")
        part.write_bytes(b"")
        for attempt in range(_TRIES):
            try:
                self._append(path, part)
                break
            except httpx.TransportError as error:
                if attempt == _TRIES - 1:
                    raise Unreachable(path, str(error)) from error
        part.replace(target)
        return target

    def outputs(self, production: UUID) -> Iterator[Artifact]:
        """What every step gave."""
        return self._transport.pages(f"/productions/{production}/outputs", Artifact, {})

    def output(self, production: UUID, step_key: str) -> Artifact:
        """What a step gave, by its key: `script`, `draw[s2]`."""
        path = f"/productions/{production}/outputs/{quote(step_key, safe='')}"
        return self._transport.get(path, Artifact)

    def media(self, production: UUID, sha256: str) -> bytes:
        """A file that a step used or made, as what it gave names it."""
        path = f"/productions/{production}/artifacts/{sha256}"
        return self._transport.call("GET", path).content

    def _append(self, path: str, part: Path) -> None:
        """The rest of a file, after what has come of it."""
        done = part.stat().st_size
        headers = {"Range": f"bytes={done}-"} if done else {}
        with self._transport.stream(path, headers=headers) as answer:
            whole = answer.status_code != httpx.codes.PARTIAL_CONTENT
            with part.open("wb" if whole else "ab") as target:
                for piece in answer.iter_bytes():
                    target.write(piece)
