"""Opening a media file by its content, able to reach that file and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from vid_pipeline.errors import BadSource

if TYPE_CHECKING:
    from av.container import InputContainer

_OPTIONS = {
    "protocol_whitelist": "file",
    "format_whitelist": "mov,matroska,webm,mp3,wav,flac,ogg,aac",
}
REMEDY = "Give an MP4, MOV, WebM, MKV, WAV, MP3, FLAC or Ogg file."


@contextmanager
def opened(path: Path) -> Iterator["InputContainer"]:
    """The file's container; a fault found while it is read is a BadSource too.

    Raises:
        BadSource: missing, empty, not media, or broken.
    """
    import av  # noqa: PLC0415  (a tenth of a second, and many processes open nothing)

    if not path.is_file():
        reason = "is a folder" if path.is_dir() else "does not exist"
        raise BadSource(str(path), reason, "Check the path.")
    if not path.stat().st_size:
        raise BadSource(str(path), "is empty", REMEDY)
    try:
        with av.open(f"file:{path.resolve()}", options=_OPTIONS) as container:
            yield container
    except av.FFmpegError as fault:
        reason = f"cannot be read as media ({fault.strerror})"
        raise BadSource(str(path), reason, REMEDY) from fault
