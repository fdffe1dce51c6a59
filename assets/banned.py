"""Words that a channel bans, read out of what its memory says, and found in texts.

What is in quotation marks in a rule is banned; without any, what follows `Never say …`, or all of
it. So `revolution`, `miracle cure, guaranteed`, `Never call it “cheap”.` and `Never say cheap.` are
understood; a rule for people and models, such as `Never promise that anything cures.`, is found
where a text says just that.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from vid_pipeline.media.characters import is_wide

_QUOTED = re.compile(
    "“([^“”]+)”|„([^„“”]+)[“”]|«([^«»]+)»|‘([^‘’]+)’|\"([^\"]+)\"|(?<!\\w)'([^']+)'(?!\\w)"
)
_LEAD = re.compile(
    r"(?:please )?(?:never|do not|don['’]t|avoid) (?:ever )?"
    r"(?:say(?:ing)?|writ(?:e|ing)|us(?:e|ing)|mention(?:ing)?"
    r"|call(?:ing)?(?: (?:it|this|that|them|us|anything|anyone|something))?) "
    r"(?:that )?(?:the (?:words?|phrases?|terms?) )?(?:(?:an?|the) )?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*[,;\n]\s*")
_ENDS = " \t.,;:!?…"
_MOST_WORDS = 4
"""Of a part between commas: longer ones are a sentence, which is not cut."""


def phrases(rules: Iterable[str]) -> tuple[str, ...]:
    """What rules ban, each once, in their order and writing."""
    found = (phrase for rule in rules for phrase in _phrases(rule))
    return tuple({_plain(phrase): phrase for phrase in found if _plain(phrase)}.values())


def said(text: str, banned: Iterable[str]) -> Iterator[str]:
    """Those of the banned phrases that a text says, as whole words, however they are written."""
    plain = _plain(text)
    for phrase in banned:
        if re.search(_pattern(_plain(phrase)), plain):
            yield phrase


def _phrases(rule: str) -> Iterator[str]:
    quoted = ["".join(found).strip(_ENDS) for found in _QUOTED.findall(rule)]
    if quoted:
        yield from quoted
        return
    rest = rule.strip()
    if lead := _LEAD.match(rest):
        rest = rest[lead.end() :]
    parts = [part.strip(_ENDS) for part in _BETWEEN.split(rest)]
    short = all(len(part.split()) <= _MOST_WORDS for part in parts)
    yield from parts if short else [rest.strip(_ENDS)]


def _plain(text: str) -> str:
    """Without capitals, hyphens, and the ways to write an apostrophe; single-spaced."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return " ".join(re.sub(r"[-_\u2010-\u2015]", " ", folded).split())


def _pattern(phrase: str) -> str:
    """The phrase as whole words; where words have no spaces between them, anywhere."""
    before = "" if is_wide(phrase[0]) else r"(?<!\w)"
    after = "" if is_wide(phrase[-1]) else r"(?!\w)"
    return f"{before}{re.escape(phrase)}{after}"
