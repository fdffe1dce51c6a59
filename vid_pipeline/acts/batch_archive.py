"""The videos of a batch in one archive, made piece by piece while it is taken away."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from vid_pipeline.acts import batch_results
from vid_pipeline.acts.batching import Progress
from vid_pipeline.batch_records import BatchItem
from vid_pipeline.errors import BadRequest

_FILES = ("video.mp4", "manifest.json")
_PIECE = 1 << 20


class _Sink(io.RawIOBase):
    """What was written since it was last asked."""

    def __init__(self) -> None:
        super().__init__()
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]  # any buffer
        self._written += piece
        return len(piece)

    def taken(self) -> bytes:
        piece, self._written = bytes(self._written), bytearray()
        return piece


def made(told: Progress) -> list[BatchItem]:
    """Its items whose video is there.

    Raises:
        BadRequest: there is none yet.
    """
    found = [one for one in told.items if one.state == "done" and one.folder]
    if not found:
        raise BadRequest("The batch", told.batch.name, "No video of it is done yet.")
    return found


def pieces(told: Progress) -> Iterator[bytes]:
    """A ZIP file: `results.csv`, and a folder with video and manifest for each item that is done.

    Raises:
        BadRequest: no video of it is done yet; before the first piece.
    """
    found, sink = made(told), _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("results.csv", batch_results.table(told))
        yield sink.taken()
        for one in found:
            for file in (Path(one.folder or "", name) for name in _FILES):
                if file.exists():
                    info = zipfile.ZipInfo(f"{batch_results.slot(one)}/{file.name}")
                    with file.open("rb") as source, archive.open(info, "w", force_zip64=True) as to:
                        yield from _copied(source, to, sink)
    yield sink.taken()


def _copied(source: IO[bytes], target: IO[bytes], sink: _Sink) -> Iterator[bytes]:
    while piece := source.read(_PIECE):
        target.write(piece)
        yield sink.taken()
