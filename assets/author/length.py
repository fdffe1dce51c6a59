"""How long a text takes to say, and how many words a video of some length holds."""

WORDS_PER_MINUTE = 165
SHARE_SPOKEN = 0.90
"""Part of a video in which words are heard; pauses, lead and tail take the rest."""

_BREVITY = {"de": 0.88, "fi": 0.75, "hu": 0.8, "ru": 0.85, "pl": 0.85}
"""Words a minute against English at the same pace: long words take longer to say."""


def words_for(seconds: float, language: str) -> int:
    """Words that fill a video of this length."""
    return round(seconds / 60 * WORDS_PER_MINUTE * SHARE_SPOKEN * _BREVITY.get(language, 1.0))


def seconds_for(words: int, language: str) -> float:
    """Length of a video in which this many words are said."""
    return words * 60 / (WORDS_PER_MINUTE * SHARE_SPOKEN * _BREVITY.get(language, 1.0))
