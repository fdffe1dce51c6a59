"""What reviewers said of an earlier draft, as far as a text can be drawn up anew from its sources.

Each clause of the feedback either wants its subject out ("leave out the ports", "ohne Zahlen") or
more of it; "shorter" and "longer" change the length. Words in quotation marks name a passage.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assets.author.lexicon import lexicon, stems
from assets.author.sentences import Sentence
from vid_pipeline.ports import Turn

_OUT = re.compile(
    r"\b(?:without|drop|remove|leave out|cut|skip|no more|less about|not about"
    r"|ohne|streich\w*|wegl\w+|lass\w*|weniger|kein\w*"
    r"|sin|quita\w*|elimina\w*|menos)\b",
    re.IGNORECASE,
)
_SHORTER = re.compile(r"\b(?:shorter|too long|kürzer|zu lang|más corto|demasiado largo)\b", re.I)
_LONGER = re.compile(r"\b(?:longer|too short|länger|zu kurz|más largo|demasiado corto)\b", re.I)
_CLAUSE = re.compile(r"[.;:\n]|\b(?:and|but|und|aber|y|pero)\b")
_QUOTED = re.compile(r"[\"“”„«»]([^\"“”„«»]{3,})[\"“”„«»]")
_RARE = 0.3
_SHORTER_BY, _LONGER_BY = 0.75, 1.25


@dataclass(frozen=True)
class Heard:
    """Sentences by index: left out, or wanted; and by what the length is multiplied."""

    out: frozenset[int] = frozenset()
    wanted: frozenset[int] = frozenset()
    length: float = 1.0

    @property
    def nothing(self) -> bool:
        """Whether no feedback could be applied."""
        return not self.out and not self.wanted and self.length == 1.0


def heard(turns: Sequence[Turn], sentences: Sequence[Sentence], language: str) -> Heard:
    """All that was said so far, taken together."""
    out, wanted, length = set[int](), set[int](), 1.0
    for turn in turns:
        length *= _SHORTER_BY if _SHORTER.search(turn.feedback) else 1.0
        length *= _LONGER_BY if _LONGER.search(turn.feedback) else 1.0
        for clause in _CLAUSE.split(_QUOTED.sub(" ", turn.feedback)):
            found = _about(clause, sentences, language)
            (out if _OUT.search(clause) else wanted).update(found)
        for quotation in _QUOTED.findall(turn.feedback):
            drops = _OUT.search(turn.feedback) is not None
            found = {s.index for s in sentences if quotation.lower() in s.text.lower()}
            (out if drops else wanted).update(found)
    return Heard(frozenset(out), frozenset(wanted - out), length)


def _about(clause: str, sentences: Sequence[Sentence], language: str) -> set[int]:
    """The sentences that have a word of the clause which few others have."""
    words = lexicon(language)
    subject = stems(_OUT.sub(" ", clause), words)
    counts = Counter(stem for s in sentences for stem in stems(s.text, words))
    rare = {stem for stem in subject if 0 < counts[stem] <= max(2, _RARE * len(sentences))}
    return {s.index for s in sentences if stems(s.text, words) & rare}
