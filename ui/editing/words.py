"""Names and lengths as the editor says them."""

_MINUTE_S = 60


def length(seconds: float) -> str:
    """`8 s`, `3 min`."""
    if seconds < _MINUTE_S:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / _MINUTE_S)} min"


def plain(text: str) -> str:
    """A text that Markdown does not read as markup."""
    for sign in "\\`*_[]#$:<>~|":
        text = text.replace(sign, f"\\{sign}")
    return text


def quiet(text: str) -> str:
    """Markdown of a text that stands back; a caption's grey is too pale to be read by all."""
    return f":small[:gray[{text}]]"
