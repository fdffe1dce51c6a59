"""What a sandbox's file may hold: known by the end of its name, and proved by its first bytes."""

import codecs
from collections.abc import Callable
from pathlib import PurePosixPath

from vid_pipeline.errors import BadRequest

HEAD_BYTES = 4096

_Fits = Callable[[bytes], bool]


def _starts(*marks: bytes) -> _Fits:
    return lambda head: head.startswith(marks)


def _riff(kind: bytes) -> _Fits:
    return lambda head: head[:4] == b"RIFF" and head[8:12] == kind


def _is_text(head: bytes) -> bool:
    """UTF-8 without control characters; the last character may be cut."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return all(one.isprintable() or one in "\t\r\n\ufeff" or ord(one) > 0x9F for one in text)


def _is_mp4(head: bytes) -> bool:
    return head[4:8] in {b"ftyp", b"moov", b"mdat", b"free", b"wide", b"skip"}


def _is_mp3(head: bytes) -> bool:
    return head.startswith(b"ID3") or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0)


_MATROSKA = _starts(b"\x1a\x45\xdf\xa3")
_TYPES: dict[str, tuple[str, _Fits]] = {
    ".txt": ("text/plain", _is_text),
    ".md": ("text/markdown", _is_text),
    ".json": ("application/json", _is_text),
    ".csv": ("text/csv", _is_text),
    ".srt": ("application/x-subrip", _is_text),
    ".vtt": ("text/vtt", _is_text),
    ".png": ("image/png", _starts(b"\x89PNG\r\n\x1a\n")),
    ".jpg": ("image/jpeg", _starts(b"\xff\xd8\xff")),
    ".jpeg": ("image/jpeg", _starts(b"\xff\xd8\xff")),
    ".webp": ("image/webp", _riff(b"WEBP")),
    ".gif": ("image/gif", _starts(b"GIF87a", b"GIF89a")),
    ".mp4": ("video/mp4", _is_mp4),
    ".m4a": ("audio/mp4", _is_mp4),
    ".mov": ("video/quicktime", _is_mp4),
    ".webm": ("video/webm", _MATROSKA),
    ".mkv": ("video/x-matroska", _MATROSKA),
    ".wav": ("audio/wav", _riff(b"WAVE")),
    ".mp3": ("audio/mpeg", _is_mp3),
    ".flac": ("audio/flac", _starts(b"fLaC")),
    ".ogg": ("audio/ogg", _starts(b"OggS")),
    ".pdf": ("application/pdf", _starts(b"%PDF-")),
}
SUFFIXES = tuple(_TYPES)
TEXTS = tuple(suffix for suffix, (_, fits) in _TYPES.items() if fits is _is_text)


def mime_of(name: str) -> str:
    """The media type that a name promises.

    Raises:
        BadRequest: it promises none that is kept here.
    """
    return _known(name)[0]


def check(name: str, head: bytes) -> None:
    """Return if a file that begins so may have this name.

    Raises:
        BadRequest: the name's ending is not known, or the bytes are something else.
    """
    mime, fits = _known(name)
    if head and not fits(head[:HEAD_BYTES]):
        raise BadRequest("File", name, f"Its bytes are not {mime}. Name it after what it is.")


def _known(name: str) -> tuple[str, _Fits]:
    found = _TYPES.get(PurePosixPath(name).suffix.lower())
    if found is None:
        raise BadRequest("File name", name, f"Its ending must be one of {' '.join(SUFFIXES)}.")
    return found
