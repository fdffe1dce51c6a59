"""Finding out what a stranger's file is, in a process of its own that can be lost."""

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from vid_pipeline import programs_at_work
from vid_pipeline.cancel import LOOK_S, CancelToken
from vid_pipeline.errors import BadSource, OverLimit
from vid_pipeline.media.editing.facts import Facts
from vid_pipeline.media.opening import REMEDY

_MODULE = "vid_pipeline.media.editing.header"


@dataclass(frozen=True)
class Bounds:
    """The most that a file may be to be worked on, and what finding that out may take."""

    width_px: int = 8192
    pixels: int = 16_800_000
    duration_s: float = 4 * 3600
    fps: float = 240
    streams: int = 16
    probe_memory_bytes: int = 1_500_000_000
    probe_s: int = 30


def probe(path: Path, bounds: Bounds = Bounds(), cancel: CancelToken | None = None) -> Facts:
    """A file's facts.

    Raises:
        BadSource: it is no media file that is read here, or reading it fails.
        OverLimit: it has more pixels, seconds or streams than may be worked on.
        Cancelled: the token was set.
    """
    facts = _facts(path, _output(path, bounds, cancel))
    if over := _over(facts, bounds):
        raise OverLimit(f"File {path.name!r}", over, "Use a smaller or shorter one.")
    return facts


def _output(path: Path, bounds: Bounds, cancel: CancelToken | None) -> str:
    command = [sys.executable, "-I", "-m", _MODULE]
    limits = [str(bounds.probe_memory_bytes), str(bounds.probe_s)]
    with tempfile.TemporaryFile() as said:
        process = programs_at_work.start(
            [*command, *limits, str(path)], log=subprocess.DEVNULL, stdout=said
        )
        try:
            _wait(process, path, bounds, cancel)
        finally:
            programs_at_work.end(process)
        said.seek(0)
        return said.read().decode(errors="replace")


def _wait(
    process: "subprocess.Popen[bytes]", path: Path, bounds: Bounds, cancel: CancelToken | None
) -> None:
    deadline = time.monotonic() + 2 * bounds.probe_s
    while process.poll() is None:
        if cancel is not None:
            cancel.check()
        if time.monotonic() > deadline:
            raise BadSource(path.name, "it takes too long to be looked at", REMEDY)
        time.sleep(LOOK_S / 5)


def _facts(path: Path, said: str) -> Facts:
    try:
        return Facts.model_validate_json(said)
    except ValidationError:
        fault = _fault(said)
    raise BadSource(path.name, f"it cannot be read as media ({fault})", REMEDY) from None


def _fault(said: str) -> str:
    try:
        return str(json.loads(said)["fault"])
    except (ValueError, KeyError, TypeError):
        return "looking at it took too much memory or time"


def _over(facts: Facts, bounds: Bounds) -> str:
    """What it has too much of, if anything."""
    seen = facts.picture
    if seen and max(seen.width_px, seen.height_px) > bounds.width_px:
        return f"it has {seen.width_px} × {seen.height_px} pixels"
    if seen and seen.width_px * seen.height_px > bounds.pixels:
        return f"it has {seen.width_px} × {seen.height_px} pixels"
    if seen and seen.fps > bounds.fps:
        return f"it has {seen.fps:g} frames a second"
    if facts.duration_s > bounds.duration_s:
        return f"it is {facts.duration_s:.0f} s long"
    if facts.streams > bounds.streams:
        return f"it has {facts.streams} streams"
    return ""
