"""Small pure operations on a piece of text that will stand on a card."""

import re
from collections.abc import Iterable

from assets.boards.words import Words

_END = " \t\n.,;:!–—-"
_QUOTES = str.maketrans({"“": "", "”": "", "„": "", '"': "", "«": "", "»": ""})
ABBREVIATION = re.compile(r"(?:\b(?:[A-Za-z]\.){2,}|\b(?:Inc|Ltd|Dr|Mr|St|Co|etc|ca|bzw|usw)\.)$")


def one_of(options: Iterable[str]) -> str:
    """A pattern that matches any of the options as whole words; one that never matches if none."""
    joined = "|".join(re.escape(option).replace(r"\ ", r"\s+") for option in options)
    return rf"(?<!\w)(?:{joined})(?!\w)" if joined else r"(?!)"


def tidy(text: str) -> str:
    """Without the marks a card does not end or begin with, spaces collapsed."""
    collapsed = re.sub(r"\s+([,;:.!?])", r"\1", re.sub(r"\s+", " ", text)).strip()
    if ABBREVIATION.search(collapsed):
        return collapsed.lstrip(_END)
    return collapsed.strip(_END + "…") if not collapsed.endswith("?") else collapsed.lstrip(_END)


def unquoted(text: str) -> str:
    """Without quotation marks."""
    return text.translate(_QUOTES)


def sentence_case(text: str) -> str:
    """With a capital first letter, unless the first word has capitals of its own (`iPhone`)."""
    head = re.match(r"\w+", text)
    if head is None or any(letter.isupper() for letter in head.group()[1:]):
        return text
    return text[0].upper() + text[1:]


def bare(word: str) -> str:
    """A word in lower case without the marks around it."""
    return word.lower().strip(".,;:!?()[]“”„\"'’‘")


def count(text: str) -> int:
    """Number of words."""
    return len(text.split())


def dangles(text: str, lists: Words) -> bool:
    """Whether a text breaks off: its last word asks for another one."""
    words = [bare(word) for word in text.split()]
    if text.endswith("at once"):
        return False
    return not words or (words[-1] in lists.dangling and len(words) > 1)


def trimmed(text: str, lists: Words) -> str:
    """Without the words at its end that would leave it hanging."""
    words = tidy(text).split()
    while len(words) > 1 and bare(words[-1]) in lists.dangling:
        words.pop()
    return tidy(" ".join(words))


def has_verb(text: str, lists: Words) -> bool:
    """Whether there is a verb form we know: after the first word, or an imperative in front."""
    parts = text.split()
    determiners = lists.articles | lists.pronouns
    if len(parts) > 1 and bare(parts[0]) in lists.verbs and bare(parts[1]) in determiners:
        return True
    return any(lists.is_verb(word) for word in parts[1:])


_INVERTED = re.compile(
    r"(?P<verb>[a-zäöüß]+)\s(?P<subject>(?:(?:[a-zäöüß]+e[rnms]?|das|ein)\s){0,3}"
    r"(?:[A-ZÄÖÜ]\S*|\d+)(?:\s(?:[A-ZÄÖÜ]\S*|\d+))*|er|sie|es|man)(?:\s(?P<rest>.+))?"
)


def subject_first(text: str) -> str:
    """German without its opening: `landete Apollo 11 dort` → `Apollo 11 landete dort`."""
    match = _INVERTED.fullmatch(tidy(text))
    if match is None:
        return text
    return " ".join(filter(None, (match["subject"], match["verb"], match["rest"])))


def balanced(text: str) -> bool:
    """Whether brackets and quotation marks come in pairs."""
    pairs = (("(", ")"), ("[", "]"), ("“", "”"), ("„", "“"), ("«", "»"))
    return text.count('"') % 2 == 0 and all(
        text.count(left) == text.count(right) for left, right in pairs if left != "„"
    )
