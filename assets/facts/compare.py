"""A line against the passages it rests on, by what is exact in both."""

from collections.abc import Sequence
from dataclasses import dataclass

from assets.author.lexicon import lexicon, stems, words_of
from assets.facts.exact import Fact, facts
from vid_pipeline.research import Support

SHARED = 0.34
"""Least share of a line's words that its passages must have, where nobody reads for the sense."""
_TOUCHING = 2
"""Words that a line and a passage share before a figure in one can contradict the other's."""


@dataclass(frozen=True)
class Passage:
    """Words of a source that a line may rest on: a note's quote, or a sentence of the article.

    `note` is the note's id, "" for the article; `about` says what its page is about, by name.
    """

    note: str
    text: str
    about: str = ""

    @property
    def called(self) -> str:
        return f"note {self.note}" if self.note else "the article"


@dataclass(frozen=True)
class Verdict:
    """Whether a line is borne out, by which notes, and why."""

    support: Support
    notes: tuple[str, ...]
    why: str


def compared(
    text: str,
    cited: Sequence[Passage],
    others: Sequence[Passage],
    language: str,
    *,
    shared: float = SHARED,
) -> Verdict:
    """What a line's figures, dates and names say of its support.

    `others` are passages that it does not cite: where something that is missing may be found.
    """
    if not cited:
        return Verdict("unsupported", (), _uncited(text, others, language))
    known = [fact for passage in cited for fact in _of(passage, language)]
    missing = [fact for fact in facts(text, language) if not _among(fact, known)]
    for fact in missing:
        if against := _contradicting(fact, text, cited, language):
            passage, other = against
            why = f"It says “{fact.shown}”; {passage.called} says “{other.shown}”."
            return Verdict("contradicted", _ids([passage]), why)
    if missing:
        return Verdict("unsupported", _ids(cited), _lacking(missing, cited, others, language))
    if _share(text, cited, language) < shared:
        why = f"It shares few words with {_called(cited)}."
        return Verdict("unsupported", _ids(cited), why)
    return Verdict("supported", _ids(cited), _agreeing(text, cited, language))


def _of(passage: Passage, language: str) -> tuple[Fact, ...]:
    return (*facts(passage.text, language), *facts(f"x {passage.about}", language))


def _among(fact: Fact, known: Sequence[Fact]) -> bool:
    """Whether a fact is one of these; units count where both are written."""
    return any(
        fact.kind == one.kind
        and fact.value == one.value
        and (not fact.unit or not one.unit or fact.unit == one.unit)
        for one in known
    ) or (fact.kind == "name" and any(_named(fact, one) for one in known))


def _named(fact: Fact, other: Fact) -> bool:
    """Whether a name is part of another: `McLean` of `McLean-Werft`."""
    return other.kind == "name" and fact.value in other.value.replace("’", "-").split("-")


def _contradicting(
    fact: Fact, text: str, cited: Sequence[Passage], language: str
) -> tuple[Passage, Fact] | None:
    """A passage on the same matter with another value of the same sort, that the line lacks."""
    if not fact.sort:
        return None
    own = facts(text, language)
    for passage in cited:
        if len(_stems(text, language) & _stems(passage.text, language)) < _TOUCHING:
            continue
        for other in facts(passage.text, language):
            same_sort = (other.kind, other.sort) == (fact.kind, fact.sort)
            if same_sort and other.value != fact.value and not _among(other, own):
                return passage, other
    return None


def _uncited(text: str, others: Sequence[Passage], language: str) -> str:
    nearest = max(others, key=lambda one: _share(text, [one], language), default=None)
    if nearest is None or _share(text, [nearest], language) < SHARED:
        return "It rests on no source."
    return f"It names no source; {nearest.called} may be one."


def _lacking(
    missing: Sequence[Fact], cited: Sequence[Passage], others: Sequence[Passage], language: str
) -> str:
    shown = ", ".join(dict.fromkeys(f"“{fact.shown}”" for fact in missing))
    elsewhere = [one for one in others if all(_among(f, _of(one, language)) for f in missing)]
    hint = f"; {elsewhere[0].called} has it" if elsewhere else ""
    return f"{shown} is not in {_called(cited)}{hint}."


def _agreeing(text: str, cited: Sequence[Passage], language: str) -> str:
    found = facts(text, language)
    if not found:
        return f"Its words are those of {_called(cited)}."
    shown = ", ".join(dict.fromkeys(fact.shown for fact in found))
    return f"{shown}: as in {_called(cited)}."


def _share(text: str, passages: Sequence[Passage], language: str) -> float:
    """The share of a line's telling words that its passages have; names are compared apart."""
    names = {fact.shown for fact in facts(text, language) if fact.kind == "name"}
    for name in names:
        text = text.replace(name, " ")
    own = _stems(text, language)
    known = frozenset[str]().union(*(_stems(one.text, language) for one in passages))
    return len(own & known) / len(own) if own else 1.0


def _stems(text: str, language: str) -> frozenset[str]:
    found = stems(text, lexicon(language))
    return found or frozenset(words_of(text))


def _called(cited: Sequence[Passage]) -> str:
    return " or ".join(dict.fromkeys(one.called for one in cited))


def _ids(passages: Sequence[Passage]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.note for one in passages if one.note))
