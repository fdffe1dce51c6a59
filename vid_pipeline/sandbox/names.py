"""Names inside a sandbox: relative, plain, and the same on every system."""

import unicodedata

from vid_pipeline.errors import BadRequest

MOST_BYTES = 1000
_PART_BYTES = 200
_MOST_PARTS = 8
_REMEDY = "Give a name inside the folder, such as `clips/one.mp4`."
_FORBIDDEN = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that change the direction of a text, so that a name reads as another one."""


def parts(name: str) -> tuple[str, ...]:
    """A name's folders and its last part; in the normal form NFC, as macOS compares them.

    Raises:
        BadRequest: empty, absolute, too long or deep, with `..`, a hidden part, or characters
            that cannot be seen.
    """
    plain = unicodedata.normalize("NFC", name)
    found = tuple(plain.split("/"))
    if fault := _fault(plain, found):
        raise BadRequest("File name", name[:MOST_BYTES], f"{fault} {_REMEDY}")
    return found


def folder_parts(name: str) -> tuple[str, ...]:
    """The same for a folder, where `""` and `"."` mean the sandbox itself."""
    return () if name in {"", ".", "./"} else parts(name.removesuffix("/"))


def _fault(name: str, found: tuple[str, ...]) -> str:
    if not name:
        return "It is empty."
    if name.startswith("/"):
        return "It is absolute."
    if len(found) > _MOST_PARTS:
        return f"It is more than {_MOST_PARTS} folders deep."
    if any(unicodedata.category(one) in _FORBIDDEN or one in _TURNING for one in name):
        return "It has a character that cannot be seen."
    if "\\" in name:
        return "It has a backslash."
    sizes = [len(part.encode()) for part in found]
    if sum(sizes) > MOST_BYTES or max(sizes) > _PART_BYTES:
        return "It is too long."
    if ".." in found:
        return "It leads out of its folder."
    if any(not part or part.startswith(".") or part != part.strip() for part in found):
        return "A part of it is empty, hidden, or begins or ends with a space."
    return ""
