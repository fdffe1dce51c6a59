"""Bytes to text, in the encodings that people's files really have."""

import codecs
import re

from vid_pipeline.errors import BadSource

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?\s*([\w-]+)", re.IGNORECASE)
_REMEDY = "Give a text file (md, txt, html) or a PDF."


def text_of(data: bytes, name: str) -> str:
    """The text of a file: UTF-8, UTF-16 or UTF-32 with a mark, a charset named in HTML, or cp1252.

    Raises:
        BadSource: the bytes are not text.
    """
    text = _decode(data, name)
    sample = text[:50_000]
    if len(_CONTROLS.findall(sample)) > max(2, len(sample) // 500):
        raise BadSource(name, "it holds binary data, not text", _REMEDY)
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _decode(data: bytes, name: str) -> str:
    try:
        return data.decode(_encoding(data))
    except (UnicodeDecodeError, LookupError):
        pass
    if b"\x00" in data[:50_000]:
        raise BadSource(name, "it holds binary data, not text", _REMEDY)
    return data.decode("cp1252", errors="replace")


def _encoding(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        named = _CHARSET.search(data[:4_000])
        return named.group(1).decode("ascii") if named else "utf-8"
    return "utf-8"
