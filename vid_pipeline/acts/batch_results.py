"""What came of a batch: a table, and an archive of the videos with it."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO, cast

from vid_pipeline.acts.batching import Progress
from vid_pipeline.acts.triggers.calendars import inert
from vid_pipeline.batch_records import BatchItem
from vid_pipeline.errors import BadRequest

_COLUMNS = (
    "input", "variant", "title", "label", "state", "seconds", "cost_usd", "video", "production",
    "why",
)  # fmt: skip


_FILES = ("video.mp4", "manifest.json")
_PIECE_BYTES = 1024 * 1024


def slot(one: BatchItem) -> str:
    """`003-1-wide`, an item's name in tables and archives, which no other of its batch has."""
    label = re.sub(r"[^0-9A-Za-z]+", "-", one.label).strip("-")
    return f"{one.input:03d}-{one.variant + 1}" + (f"-{label}" if label else "")


def table(told: Progress) -> str:
    """Every item and how it stands, as CSV; no cell is read as a formula."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(_COLUMNS)
    for one in told.items:
        video = f"{slot(one)}/video.mp4" if one.state == "done" else ""
        lines.writerow(
            [one.input, one.variant, inert(one.title), inert(one.label), one.state,
             one.seconds or "", one.cost_usd, inert(video), one.production_id or "", inert(one.why)]
        )  # fmt: skip
    return out.getvalue()


def archive(told: Progress) -> Iterator[bytes]:
    """A ZIP of the table and every video with its manifest, in pieces and uncompressed.

    Raises:
        BadRequest: nothing of it is done yet; before the first piece.
    """
    made = [one for one in told.items if one.state == "done" and one.folder]
    if not made:
        raise BadRequest("The batch", told.batch.name, "No video of it is done yet.")
    return _zipped(told, made)


def _zipped(told: Progress, made: list[BatchItem]) -> Iterator[bytes]:
    sink = _Sink()
    with zipfile.ZipFile(cast(BinaryIO, sink), "w", zipfile.ZIP_STORED) as target:
        target.writestr("results.csv", table(told))
        for one in made:
            for file in (Path(one.folder or "", name) for name in _FILES):
                if not file.is_file():  # somebody has moved it away
                    continue
                with file.open("rb") as source, _member(target, slot(one), file) as member:
                    while piece := source.read(_PIECE_BYTES):
                        member.write(piece)
                        yield sink.taken()
    yield sink.taken()


def _member(target: zipfile.ZipFile, folder: str, file: Path) -> IO[bytes]:
    about = zipfile.ZipInfo.from_file(file, f"{folder}/{file.name}")
    return target.open(about, "w", force_zip64=True)


class _Sink:
    """What an archive is written to and taken away from; it cannot go back."""

    def __init__(self) -> None:
        self._pieces = list[bytes]()

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        return

    def taken(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken
