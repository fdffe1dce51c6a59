"""What the storyboard may know of a language: closed word lists, by what words do in a sentence.

All words are in lower case; phrases are tuples, longest first.
"""

import re
from dataclasses import dataclass

_NO_WORDS: frozenset[str] = frozenset()


def words(text: str) -> frozenset[str]:
    """A set of words, written as text."""
    return frozenset(text.split())


def phrases(text: str) -> tuple[str, ...]:
    """Phrases written as `a | b c | d`, longest first, so that a pattern takes the longest."""
    return tuple(sorted((part.strip() for part in text.split("|")), key=len, reverse=True))


@dataclass(frozen=True)
class Words:
    """A language's lists; an empty list switches off what needs it."""

    articles: frozenset[str] = _NO_WORDS
    pronouns: frozenset[str] = _NO_WORDS
    prepositions: frozenset[str] = _NO_WORDS
    conjunctions: frozenset[str] = _NO_WORDS
    relatives: frozenset[str] = _NO_WORDS
    auxiliaries: frozenset[str] = _NO_WORDS
    verbs: frozenset[str] = _NO_WORDS
    fillers: frozenset[str] = _NO_WORDS
    months: frozenset[str] = _NO_WORDS
    units: frozenset[str] = _NO_WORDS
    openers: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    tails: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    according: tuple[str, ...] = ()
    qualifiers: tuple[str, ...] = ()
    nearly: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    linking: frozenset[str] = _NO_WORDS
    ands: tuple[str, ...] = ()
    such_as: tuple[str, ...] = ()
    ordinals: tuple[str, ...] = ()
    in_year: tuple[str, ...] = ()
    whereas: tuple[str, ...] = ()
    than: tuple[str, ...] = ()
    therefore: tuple[str, ...] = ()
    denials: frozenset[str] = _NO_WORDS
    ratios: str = ""
    verb_ending: str = ""
    small_numbers: tuple[str, ...] = ()
    """`two` to `five`, in this order."""
    announced: tuple[str, ...] = ()
    """What a list may be announced as: `three reasons`."""
    conditions: tuple[str, ...] = ()
    percent: tuple[str, ...] = ()
    scales: tuple[tuple[str, float], ...] = ()
    fractions: tuple[str, ...] = ()
    from_to: tuple[str, str] = ("", "")
    labels: tuple[str, str] = ("", "")
    of: tuple[str, ...] = ()
    decimal_comma: bool = False
    verb_second: bool = False

    def is_verb(self, word: str) -> bool:
        """Whether a word is a verb form we know."""
        bare = word.lower().strip(".,;:!?“”\"'")
        if bare in self.auxiliaries or bare in self.verbs:
            return True
        return bool(self.verb_ending) and re.fullmatch(self.verb_ending, bare) is not None

    @property
    def known(self) -> bool:
        """Whether there are lists at all."""
        return bool(self.auxiliaries)

    @property
    def dangling(self) -> frozenset[str]:
        """Words that no text on screen may end with."""
        return self.articles | self.prepositions | self.conjunctions | self.relatives | self.fillers
