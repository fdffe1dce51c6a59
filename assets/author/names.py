"""People's names: the first time somebody is named, it is in full."""

import re

from assets.author.lexicon import lexicon

_FULL = re.compile(
    r"\b([A-ZÄÖÜÁÉÍÓÚÑ][a-zà-ÿ]+(?: [A-Z]\.)?) "
    r"((?:van |von |de |del |di )?[A-ZÄÖÜÁÉÍÓÚÑ][\w-]{2,})\b"
)


def full_names(texts: list[str], language: str) -> dict[str, str]:
    """Full names by surname, for those that are also used alone: `McLean`, `Malcom McLean`."""
    known = dict[str, str]()
    whole = "\n".join(texts)
    for text in texts:
        for match in _FULL.finditer(text):
            if _is_name(match, whole, language):
                known.setdefault(match[2], match[0])
    return {last: full for last, full in known.items() if len(_alone(last).findall(whole)) >= 1}


def _is_name(found: re.Match[str], whole: str, language: str) -> bool:
    """Whether two capitalised words are a name, and not a sentence's first word before one."""
    first, words = found[1].casefold(), lexicon(language)
    common = first in words.stop | words.function or re.search(rf"\b{re.escape(first)}\b", whole)
    sure = found.start() > 1 or whole.count(found[0]) > 1
    return sure and not common and not found[2].isupper()


def introduced(texts: list[str], names: dict[str, str]) -> list[str]:
    """The texts, with a surname's first use in full if the full name was not said before."""
    said, done = set[str](), list[str]()
    for text in texts:
        for last, full in names.items():
            if last in said or last not in text:
                continue
            if full not in text:
                text = _alone(last).sub(full, text, count=1)
            said.add(last)
        done.append(text)
    return done


def _alone(last: str) -> re.Pattern[str]:
    """The surname with no capitalised word before it, and not within a longer name."""
    return re.compile(rf"(?<![A-ZÄÖÜ][\w’]\s)(?<!\w\s)(?<![\w-]){re.escape(last)}\b(?! [A-Z])")
