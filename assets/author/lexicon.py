"""What the author knows of a language: openers, words that point backwards, hooks and closings."""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("en", "de", "es")


@dataclass(frozen=True)
class Lexicon:
    """Patterns of one language; each is matched without regard to case."""

    openers: re.Pattern[str]
    needing_openers: re.Pattern[str]
    needs_start: re.Pattern[str]
    needs_any: re.Pattern[str]
    unusable: re.Pattern[str]
    pleonastic: re.Pattern[str]
    definition: re.Pattern[str]
    verb: re.Pattern[str]
    removals: tuple[tuple[re.Pattern[str], str], ...]
    hooks: tuple[re.Pattern[str], ...]
    closings: tuple[re.Pattern[str], ...]
    split: re.Pattern[str]
    joint: re.Pattern[str]
    function: frozenset[str]
    pronouns: frozenset[str]
    stop: frozenset[str]
    human: frozenset[str]
    plural: frozenset[str]
    article: str
    modifiers: frozenset[str]
    hook_template: str


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language; one without patterns for a language that has none."""
    if language not in LANGUAGES:
        return _compiled({"hook_template": "{title}"})
    text = files(__package__).joinpath("words", f"{language}.json").read_text("utf-8")
    return _compiled(json.loads(text))


def _compiled(words: dict[str, Any]) -> Lexicon:
    def many(name: str) -> list[Any]:
        return list(words.get(name, []))

    def one(name: str) -> str:
        return str(words.get(name, ""))

    comma = _any([*many("strip_comma"), *many("strip_needs")])
    return Lexicon(
        openers=_re(rf"^(?:(?:{comma}),\s+|(?:{_any(many('strip_bare'))})\s+)"),
        needing_openers=_re(rf"^(?:{_any(many('strip_needs'))})\b"),
        needs_start=_re(rf"^[“‘„«]?(?:{_any(many('needs_start'))})(?!\w)"),
        needs_any=_re(_any(many("needs_any"))),
        unusable=_re(_any(many("unusable"))),
        pleonastic=_re(one("pleonastic") or r"(?!)"),
        definition=_re(one("definition") or r"(?!)"),
        verb=_re(one("verb")),
        removals=tuple((_re(pattern), new) for pattern, new in many("remove")),
        hooks=tuple(_re(pattern) for pattern in many("hook")),
        closings=tuple(_re(pattern) for pattern in many("closing")),
        split=_re(rf",\s+(?:{_any(many('conjunctions'))})\s+(?=(?:{_any(many('split'))})\s)"),
        joint=_re(one("joint") or r"(?!)"),
        function=frozenset(many("function")),
        pronouns=frozenset(many("pronouns")),
        stop=frozenset(many("stop")),
        human=frozenset(many("human")),
        plural=frozenset(many("plural")),
        article=one("article"),
        modifiers=frozenset(many("modifiers")),
        hook_template=one("hook_template"),
    )


def _any(patterns: list[str]) -> str:
    return "|".join(f"(?:{pattern})" for pattern in patterns) or "(?!)"


def _re(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, without punctuation."""
    return [word.casefold() for word in _WORD.findall(text)]


def stem(word: str) -> str:
    """A word's first letters: enough to see that `reefs` and `reef` are one."""
    bare = re.sub(r"[’']s$", "", word.casefold())
    return bare[: max(4, min(6, len(bare) - 1))]


def stems(text: str, lexicon: Lexicon) -> frozenset[str]:
    """Stems of the words that carry meaning."""
    return frozenset(stem(w) for w in words_of(text) if w not in lexicon.stop and len(w) > 2)
