"""Where a finished video is copied to: beside its name first, then renamed, never half-written."""

import os
import re
import secrets
import shutil
import unicodedata
from contextlib import suppress
from pathlib import Path

from vid_pipeline.errors import BadRequest, VidPipelineError

_FOLDER = Path("out")
_LONGEST = 60


class NotWritten(VidPipelineError):
    """The video was made but could not be copied to where it was wanted."""


def refuse(out: Path | None) -> None:
    """Return if a video could be written there.

    Raises:
        BadRequest: a folder, another kind of file, or a place that is not writable.
    """
    if out is None:
        return
    if out.is_dir():
        raise BadRequest("Output", str(out), "It is a folder: name a file in it.")
    if out.suffix.lower() != ".mp4":
        raise BadRequest("Output", str(out), "Videos are MP4: let its name end in .mp4.")
    near = next(
        parent for parent in (out.absolute().parent, *out.absolute().parents) if parent.exists()
    )
    if not near.is_dir() or not os.access(near, os.W_OK):
        raise BadRequest("Output", str(out), f"{near} is no folder that can be written to.")


def default(title: str) -> Path:
    """`out/<title>.mp4` in the present folder."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST].rstrip("-")
    return _FOLDER / f"{name or 'video'}.mp4"


def copied(video: Path, target: Path) -> Path:
    """The absolute path of the copy; its folder is made.

    Raises:
        NotWritten: it cannot be written; the video stays where it was delivered.
    """
    target = target.expanduser().absolute()
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(video, draft)
        draft.replace(target)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        raise NotWritten(
            f"{str(target)!r} cannot be written: {error.strerror}. The video is {str(video)!r}."
        ) from error
    return target
