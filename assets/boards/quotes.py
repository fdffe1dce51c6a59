"""Quoted speech and who said it."""

import re
from dataclasses import dataclass

from assets.boards.languages import lists
from assets.boards.wording import count, one_of, sentence_case, tidy
from assets.boards.words import Words

_QUOTED = re.compile(r"[“„«\"]\s?([^“”„«»\"]{12,320}?)\s?[”“»\"]")
_CAPITAL = r"[A-ZÄÖÜÁÉÍÓÚ][\w.'’-]+"
_PARTICLE = r"\s(?:de|van|von|der|la|del)?\s?"
_NAME = rf"(?:(?:Dr|Prof|Mr|Mrs|Ms)\.?\s)?{_CAPITAL}(?:{_PARTICLE}{_CAPITAL}){{0,3}}"


@dataclass(frozen=True)
class Quote:
    text: str
    attribution: str | None


def quote(text: str, language: str) -> Quote | None:
    """The longest quotation of a line: four words or more, set off by quotation marks."""
    found = [match for match in _QUOTED.finditer(text) if count(match.group(1)) >= 4]
    if not found:
        return None
    best = max(found, key=lambda match: len(match.group(1)))
    around = f"{text[: best.start()]} ¶ {text[best.end() :]}"
    said = _whole(best.group(1))
    speaker = _speaker(around, lists(language))
    aside = speaker is None and count(best.group(1)) < 0.6 * count(text)
    return Quote(said, speaker) if said and not aside else None


def _whole(said: str) -> str | None:
    """The quotation if it fits a card, else its first sentence or clause, words as they are."""
    text = said.strip().rstrip(",;:").strip()
    if len(text) > 130:
        text = re.split(r"(?<=[.!?])\s|;\s|\s[–—]\s|,\s(?=(?:and|but|so|und|aber|y|pero)\s)", text)[
            0
        ]
    return sentence_case(text.rstrip(",.;")) if len(text) <= 130 else None


def _speaker(around: str, words: Words) -> str | None:
    says, according = one_of(words.says), one_of(words.according)
    for pattern in (
        rf"¶\W*(?i:{says})\s(?P<name>{_NAME})(?P<role>,\s[^,.;¶]{{3,48}})?",
        rf"¶\W*(?P<name>{_NAME})(?P<role>,\s[^,.;¶]{{3,48}},)?\s(?i:{says})",
        rf"(?P<name>{_NAME})(?P<role>,\s[^,.;¶]{{3,48}},)?\s(?i:{says})\W[^“”¶]{{0,80}}¶",
        rf"(?i:{according})\s(?P<name>{_NAME})",
        rf"¶\W*(?i:{says})\s(?P<name>[^,.;¶]{{3,36}})",
        rf"¶\W*(?P<name>[^,.;¶]{{3,30}}?)\s(?i:{says})",
    ):
        match = re.search(pattern, around)
        if match:
            return _credit(match)
    return None


def _credit(match: re.Match[str]) -> str | None:
    role = tidy((match.groupdict().get("role") or "").strip(", "))
    name = tidy(match["name"])
    if name.lower() in {"he", "she", "they", "it", "i", "we", "er", "sie", "es", "él", "ella"}:
        return None
    name = re.sub(r"^(?:the|der|die|das|el|la)\s", "", name, flags=re.I)
    full = f"{name}, {role}" if role and len(name) + len(role) <= 44 else name
    return sentence_case(full)
