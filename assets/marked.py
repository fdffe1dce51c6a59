"""Text of strangers between markers that it cannot close."""

import re

_MARKS = re.compile(r"<{3,}|>{3,}")


def marked(name: str, text: str) -> str:
    """A text between `<<<NAME` and `NAME>>>`, which it cannot contain."""
    return f"<<<{name}\n{harmless(text)}\n{name}>>>"


def harmless(text: str) -> str:
    """A text in which no marker begins or ends."""
    return _MARKS.sub(lambda run: run[0][:2], text)
