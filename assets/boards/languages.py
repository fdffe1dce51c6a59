"""The word lists we have, by ISO 639-1 language."""

from assets.boards import english, german, others, spanish
from assets.boards.words import Words

_LISTS = {"en": english.WORDS, "de": german.WORDS, "es": spanish.WORDS, **others.OTHERS}
_NONE = Words()


def lists(language: str) -> Words:
    """The lists of a language; all empty for one we have no lists of."""
    return _LISTS.get(language, _NONE)
