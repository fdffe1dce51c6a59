"""Running ffmpeg: one wrapper that times out, stops on request and leaves no process behind.

What strangers hand in is opened by `source` or `source_options`, which reach that file alone, and
run under `Limits`.
"""

import fcntl
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import IO, Protocol

import imageio_ffmpeg

from vid_pipeline import programs_at_work
from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import BadRequest, OverLimit, RenderError, ToolFailed, ToolMissing
from vid_pipeline.limited import Limits, limited

_GLOBAL = ("-nostdin", "-hide_banner", "-y")
_PIPE_GLOBAL = ("-hide_banner", "-y")
_PROTOCOLS = "file,pipe"
_FORMATS = (
    "mov,matroska,webm,mp3,wav,flac,ogg,aac,"
    "png_pipe,jpeg_pipe,webp_pipe,gif,image2,srt,webvtt"
)  # fmt: skip
_NO_MEMORY = (
    "Cannot allocate memory",
    "Resource temporarily unavailable",  # no room for a thread's stack
    "std::bad_alloc",
    "malloc of size",
)
_LOG_LINES = 12
_LOOK_S = 0.05
_PIPE_BYTES = 1 << 20
_SET_PIPE_SIZE = 1031  # F_SETPIPE_SZ, Linux only


class Feed(Protocol):
    """The writing end of a running ffmpeg."""

    def write(self, data: bytes | memoryview) -> None:
        """Hand over bytes; waits until ffmpeg has taken them.

        Raises:
            Cancelled: the token was set.
            ToolFailed: ffmpeg ended early.
        """
        ...


@cache
def binary() -> Path:
    """The static ffmpeg that comes with imageio-ffmpeg.

    Raises:
        ToolMissing: the package has no build for this machine.
    """
    try:
        return Path(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as fault:
        raise ToolMissing("ffmpeg", "Install imageio-ffmpeg for this platform.") from fault


@cache
def version() -> str:
    """What the binary calls itself, such as `n9.0.2-17-g2a571b6068`."""
    finished = subprocess.run(
        [binary(), "-version"], capture_output=True, text=True, check=True, timeout=20
    )
    return finished.stdout.split()[2]


def source(path: Path) -> list[str]:
    """Arguments that open a file as input, able to reach that file and nothing else.

    The protocol list alone does not stop a playlist or a text file that names another file;
    the format list does.
    """
    return [
        "-protocol_whitelist", _PROTOCOLS,
        "-format_whitelist", _FORMATS,
        "-i", f"file:{path.resolve(strict=True)}",
    ]  # fmt: skip


def source_options() -> dict[str, str]:
    """The same lists, as options of an input of `ffmpeg-python`."""
    return {"protocol_whitelist": _PROTOCOLS, "format_whitelist": _FORMATS}


def inside(path: Path, *roots: Path) -> str:
    """The URL of a file that lies, links resolved, in one of some folders.

    Raises:
        BadRequest: it is missing, a link, no regular file, or lies elsewhere.
    """
    real = path.resolve()
    if path.is_symlink() or not real.is_file():
        raise BadRequest("File", path.name, "Only a regular file can be read.")
    if not any(real.is_relative_to(root.resolve()) for root in roots):
        raise BadRequest("File", path.name, "It lies outside the folder of this work.")
    return f"file:{real}"


def run(
    arguments: Sequence[str],
    *,
    timeout_s: float = 600,
    cancel: CancelToken | None = None,
    limits: Limits | None = None,
    folder: Path | None = None,
) -> str:
    """Run ffmpeg to its end, in `folder` if given, and return its log.

    Raises:
        Cancelled: the token was set; ffmpeg is dead by then.
        OverLimit: it wanted more memory, time or disk than `limits` allow.
        ToolFailed: an error, or more than `timeout_s` seconds.
        RenderError: the disk is full.
    """
    with tempfile.TemporaryFile() as log:
        process = _start(
            [*_GLOBAL, *arguments], stdin=subprocess.DEVNULL, log=log, limits=limits, folder=folder
        )
        try:
            _wait(process, log, timeout_s, cancel)
        finally:
            _kill(process)
        return _text(log)


@contextmanager
def pipe(
    arguments: Sequence[str], *, timeout_s: float = 600, cancel: CancelToken | None = None
) -> Iterator[Feed]:
    """A running ffmpeg that reads `pipe:0`; its output is complete when the block ends.

    Raises:
        Cancelled: the token was set; ffmpeg is dead by then.
        ToolFailed: an error, or more than `timeout_s` seconds after the last write.
        RenderError: the disk is full.
    """
    with tempfile.TemporaryFile() as log:
        process = _start([*_PIPE_GLOBAL, *arguments], stdin=subprocess.PIPE, log=log)
        try:
            feed = _PipeFeed(process, log, cancel)
            yield feed
            feed.close()
            _wait(process, log, timeout_s, cancel)
        finally:
            _kill(process)


class _PipeFeed:
    def __init__(
        self, process: subprocess.Popen[bytes], log: IO[bytes], cancel: CancelToken | None
    ) -> None:
        assert process.stdin is not None
        self._process, self._log, self._cancel, self._stdin = process, log, cancel, process.stdin
        with suppress(OSError):  # a small pipe is slower, not wrong
            fcntl.fcntl(self._stdin.fileno(), _SET_PIPE_SIZE, _PIPE_BYTES)

    def write(self, data: bytes | memoryview) -> None:
        if self._cancel is not None:
            self._cancel.check()
        left = memoryview(data).cast("B")
        try:
            while left:  # a signal may cut a write short
                left = left[self._stdin.write(left) :]
        except BrokenPipeError as fault:
            raise _failure(self._process.wait(), _text(self._log)) from fault

    def close(self) -> None:
        with suppress(BrokenPipeError):  # its exit code tells why
            self._stdin.close()


def _start(
    arguments: Sequence[str],
    *,
    stdin: int,
    log: IO[bytes],
    limits: Limits | None = None,
    folder: Path | None = None,
) -> subprocess.Popen[bytes]:
    command = [str(binary()), *arguments]
    return programs_at_work.start(
        command if limits is None else limited(command, limits),
        stdin=stdin,
        stdout=subprocess.DEVNULL,
        log=log,
        cwd=folder,
    )


def _wait(
    process: subprocess.Popen[bytes], log: IO[bytes], timeout_s: float, cancel: CancelToken | None
) -> None:
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            code = process.wait(_LOOK_S)
        except subprocess.TimeoutExpired:
            if cancel is not None:
                cancel.check()
            if time.monotonic() > deadline:
                raise ToolFailed(
                    "ffmpeg", -signal.SIGKILL, f"stopped after {timeout_s:g} s without an end"
                ) from None
            continue
        if code:
            raise _failure(code, _text(log))
        return


def _failure(code: int, log: str) -> ToolFailed | RenderError | OverLimit:
    if "No space left on device" in log:
        return RenderError("The disk is full: ffmpeg could not write. Free some space, then retry.")
    if over := _over(code, log):
        return OverLimit("ffmpeg", over, "Take a smaller or shorter file, or ask for less.")
    return ToolFailed("ffmpeg", code, "\n".join(log.splitlines()[-_LOG_LINES:]))


def _over(code: int, log: str) -> str:
    """Which limit ended it, if one did."""
    if code == -signal.SIGXCPU or f"received signal {signal.SIGXCPU}." in log:
        return "it took more processor time than one piece of work may"
    if code == -signal.SIGKILL:  # not by us: whoever asks it to stop does not ask why it ended
        return "the system ended it: it took too much processor time or memory"
    if code == -signal.SIGXFSZ or "File too large" in log:
        return "its output is larger than one file may be"
    if any(words in log for words in _NO_MEMORY):
        return "it needs more memory than one piece of work may have"
    return ""


def _text(log: IO[bytes]) -> str:
    log.seek(0)
    return log.read().decode(errors="replace")


def _kill(process: subprocess.Popen[bytes]) -> None:
    programs_at_work.end(process)
    if process.stdin is not None:
        with suppress(BrokenPipeError):
            process.stdin.close()
