"""From what somebody gives (a path, a URL, a text, an upload) to the brief of a production."""

import mimetypes
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from vid_pipeline.artifacts import LONGEST_HOOK, Aspect, Brand, Brief
from vid_pipeline.errors import BadRequest, BadSource
from vid_pipeline.ports import Store

SHORTEST_S, LONGEST_S = 15, 600
MAX_BYTES = 20_000_000
PASTED = "pasted text"
STDIN = "standard input"
_KINDS = "Give a text file (md, txt, html) or a PDF."
_MIMES = {
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".txt": "text/plain",
    ".htm": "text/html",
    ".html": "text/html",
    ".pdf": "application/pdf",
}
_LANGUAGE = re.compile(r"[a-z]{2}")
_JOINERS = "\u200c\u200d"  # within words of some scripts, and within emoji


@dataclass(frozen=True)
class Upload:
    """A document's bytes and what people call it."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Wishes:
    """How the video shall be; as people type it, checked by `brief_from`."""

    aspect: str = "9:16"
    seconds: int = 60
    voice: str | None = None
    language: str | None = None
    title: str | None = None
    brand: Brand | None = None
    hook: str | None = None


def brief_from(source: str | Upload, wishes: Wishes, store: Store) -> Brief:
    """The brief for a path, an http(s) URL, or a document's bytes, which go into the store.

    Raises:
        BadSource: missing, a folder, empty, too large, or not a text that can be read.
        BadRequest: a wish that cannot be met.
    """
    options = checked(wishes)
    if isinstance(source, str) and is_url(source):
        return Brief(name=source, url=source, **options)
    upload = _from_disk(source) if isinstance(source, str) else source
    document = store.put_bytes(upload.data, mime_of(upload))
    return Brief(name=upload.name, document=document, **options)


def pasted(text: str) -> Upload:
    """A text that somebody typed or pasted, named by its first words.

    Raises:
        BadSource: there is nothing in it.
    """
    lines = [line.strip().lstrip("#").strip() for line in text.splitlines()]
    first = next((line for line in lines if line), None)
    if first is None:
        raise BadSource(PASTED, "it is empty", "Paste an article of at least 40 words.")
    return Upload(" ".join(first.split()[:8])[:60], text.encode())


def is_url(source: str) -> bool:
    """Whether a source is a web address and not a path."""
    try:
        return urlsplit(source.strip()).scheme.lower() in {"http", "https"}
    except ValueError:  # as http://[
        return False


def _from_disk(source: str) -> Upload:
    path = Path(source).expanduser()
    try:
        if path.is_dir():
            raise BadSource(source, "it is a folder", "Name one file in it.")
        if path.stat().st_size > MAX_BYTES:
            raise _too_large(source, path.stat().st_size)
        return Upload(path.name, path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise BadSource(
            source, "there is no such file", "Check the path, or give a URL, or `-` for stdin."
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadSource(
            source, f"it cannot be read ({reason})", "Give a file that you may read."
        ) from error


def mime_of(upload: Upload) -> str:
    """The MIME type that the steps read it by.

    Raises:
        BadSource: empty, too large, or of a kind that no step reads.
    """
    if len(upload.data) > MAX_BYTES:
        raise _too_large(upload.name, len(upload.data))
    if not upload.data.strip():
        raise BadSource(upload.name, "it is empty", "Give a text of at least 40 words.")
    if upload.data[:1024].lstrip().startswith(b"%PDF"):
        return "application/pdf"
    suffix = Path(upload.name).suffix.lower()
    if suffix not in _MIMES and looks_binary(upload.data):
        guess = mimetypes.guess_type(upload.name)[0] or "binary data"
        raise BadSource(upload.name, f"it holds no text ({guess})", _KINDS)
    return _MIMES.get(suffix, "text/plain")


def looks_binary(data: bytes) -> bool:
    """Whether the start holds bytes that no text encoding without a mark has."""
    start = data[:8192]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False  # UTF-16 says so
    return b"\x00" in start or sum(byte < 9 for byte in start) > len(start) // 100


def _too_large(name: str, size_bytes: int) -> BadSource:
    return BadSource(
        name,
        f"it has {size_bytes / 1e6:.0f} MB; at most {MAX_BYTES / 1e6:.0f} MB are read",
        "Give the chapter that the video is about.",
    )


def checked(wishes: Wishes) -> dict[str, Any]:
    """The fields of a brief that wishes decide.

    Raises:
        BadRequest: a wish that cannot be met.
    """
    aspects = [aspect.value for aspect in Aspect]
    if wishes.aspect not in aspects:
        raise BadRequest("Aspect", wishes.aspect, f"Choose one of: {', '.join(aspects)}.")
    if not SHORTEST_S <= wishes.seconds <= LONGEST_S:
        raise BadRequest("Length", wishes.seconds, f"Choose {SHORTEST_S} to {LONGEST_S} seconds.")
    language = (wishes.language or "").strip().lower() or None
    if language is not None and not _LANGUAGE.fullmatch(language):
        raise BadRequest("Language", wishes.language, "Give its ISO 639-1 code: en, de, es, …")
    return {
        "aspect": Aspect(wishes.aspect),
        "seconds": wishes.seconds,
        "voice": (wishes.voice or "").strip() or None,
        "language": language,
        "title": (wishes.title or "").strip() or None,
        "brand": wishes.brand,
        "hook": _opening(wishes.hook or ""),
    }


def _opening(hook: str) -> str | None:
    """An opening line on one line, without what is neither read nor said; None if there is none."""
    shown = (c if c.isprintable() or c in _JOINERS else " " for c in hook)
    line = " ".join(unicodedata.normalize("NFC", "".join(shown)).split())
    if len(line) > LONGEST_HOOK:
        told = f"It has {len(line)} characters: {LONGEST_HOOK} at most can be said at a go."
        raise BadRequest("The opening line", f"{line[:40]}…", told)
    if line and not any(c.isalnum() for c in line):
        raise BadRequest("The opening line", line, "Write words that can be said.")
    return line or None
