"""One sentence made fit to be said: openers, asides and clutter go, nothing is added."""

import re

from assets.author.lexicon import Lexicon, lexicon, words_of
from assets.boards.languages import lists

MAX_WORDS = 36
MIN_HALF_WORDS = 8
MIN_PART_WORDS = 5
_ASIDE = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_DATELINE = re.compile(r"^(?:[A-ZÄÖÜÁÉÍÓÚÑ][A-ZÄÖÜÁÉÍÓÚÑ.’'-]+[ ,]*){1,4}(?:\([^)]*\)\s*)?[–—-]\s+")
_LABEL = re.compile(r"^[^.,:;!?]{2,40}:\s+(?=[“„«]?[A-ZÄÖÜÁÉÍÓÚÑ¿¡])")
_NOMINAL = re.compile(r"(?:an?|one|no|\w+ing)\s", re.IGNORECASE)
_LETTERED = re.compile(r"^\(?[a-z]\)\s+", re.IGNORECASE)
_SENTENCE_START = re.compile(r"^[“„«‘¿¡]?[A-ZÄÖÜÁÉÍÓÚÑÀÈÇÅØ0-9$€£]")


def polished(text: str, language: str) -> tuple[str, bool]:
    """A sentence without clutter, and whether it leans on the sentence before it.

    "However, the cost (in 1956) was low." gives ("The cost was low.", False).
    """
    words = lexicon(language)
    text = _DATELINE.sub("", _ASIDE.sub("", text)).strip(" –—-")
    leans = False
    for _ in range(3):
        leans = leans or bool(words.needing_openers.match(text))
        shorter = words.openers.sub("", text, count=1)
        if shorter == text:
            break
        text = capitalised(shorter)
    for pattern, new in words.removals:
        text = pattern.sub(new, text)
    return capitalised(_closed(re.sub(r"\s+", " ", text).strip())), leans


def has_dateline(text: str) -> bool:
    """Whether a text starts as a news story does: "PORT ELLERY – The city …"."""
    return bool(_DATELINE.match(text))


def without_label(text: str) -> str:
    """A list item without the label before its colon: "Speed: It is fast." gives "It is fast."."""
    return _LABEL.sub("", _LETTERED.sub("", text))


def split_long(text: str, language: str) -> list[str]:
    """A long sentence as two, if it can be cut where both halves stand by themselves."""
    if len(text.split()) <= MAX_WORDS - 8:
        return [text]
    at_semicolon = re.split(r";\s+", text, maxsplit=1)
    if len(at_semicolon) == 2 and all(len(half.split()) >= 4 for half in at_semicolon):
        return [_closed(at_semicolon[0]), capitalised(at_semicolon[1])]
    for cut in lexicon(language).split.finditer(text):
        first, second = text[: cut.start()], text[cut.end() :]
        if min(len(first.split()), len(second.split())) >= MIN_HALF_WORDS:
            return [_closed(first), capitalised(second)]
    return [text]


def is_sayable(text: str, language: str, *, min_words: int = 5) -> bool:
    """Whether this is a whole sentence of sensible length that points at nothing on the page."""
    words = len(text.split())
    return (
        min_words <= words <= MAX_WORDS
        and bool(_SENTENCE_START.match(text))
        and bool(re.search(r"[.!?…][”“»’]?$", text))
        and not text.endswith((":", ","))
        and _quotes_close(text)
        and not re.search(r"[|{}<>\\#_=\[\]*~^]|\bhttps?:", text)
        and not lexicon(language).unusable.search(text)
    )


def parted(text: str, language: str) -> list[str]:
    """A sentence that takes long to say as two, where both stand by themselves; else as it is.

    "It voted on Tuesday, after its council met." gives "It voted on Tuesday." and "Its council
    met."; a reason or a condition is never torn off.
    """
    if "“" in text or "„" in text or "«" in text:
        return [text]
    words = lexicon(language)
    for cut in (*re.finditer(r";\s+", text), *words.joint.finditer(text)):
        first, second = text[: cut.start()], text[cut.end() :]
        if len(first.split()) >= MIN_PART_WORDS and _stands(second, language) and ":" not in first:
            return [_closed(first), capitalised(second)]
    return [text]


def _stands(half: str, language: str) -> bool:
    """Whether half a sentence has a subject and a verb of its own, and names what it is about."""
    known, start = lists(language), words_of(half)[:2]
    if len(half.split()) < MIN_PART_WORDS or not start or known.is_verb(start[0]):
        return False
    opens = known.conjunctions | known.relatives | known.prepositions
    return start[0] not in opens and any(known.is_verb(word) for word in half.split()[1:])


def is_clause(written: str, text: str, language: str) -> bool:
    """Whether a list item is a sentence its author closed, with a verb in its first clause."""
    closed = bool(re.search(r"[.!?][\"”“»’)]*$", written.strip()))
    known = lists(language)
    acts = not known.known or any(known.is_verb(word) for word in _main(text).split())
    return closed and acts and has_verb(text, language)


def has_verb(text: str, language: str) -> bool:
    """Whether the first clause seems to have a verb; always so where no list of verbs is kept."""
    first = text.partition(",")[0]
    if language == "en" and _NOMINAL.match(text):
        return any(lists(language).is_verb(word) for word in _main(first).split())
    return bool(lexicon(language).verb.search(_main(first) if language == "en" else first))


def _main(text: str) -> str:
    """English without its infinitives and relative clauses, whose verbs make no sentence."""
    text = re.sub(r"\bto \w+(?:,? (?:and|or) (?:\w+ly )?\w+)?", "", text)
    return (
        re.sub(r"\b(?:when|that|which|where|if|with) .*", "", text)
        if _NOMINAL.match(text)
        else text
    )


def points_back(text: str, language: str) -> bool:
    """Whether the sentence needs the one before it to be understood."""
    words = lexicon(language)
    if words.pleonastic.match(text):
        return False
    if words.needs_start.match(text) or words.needs_any.search(text):
        return True
    return _pronoun_before_noun(words_of(text)[:6], words) or _pronoun_without_noun(text, words)


def capitalised(text: str) -> str:
    """With its first letter in upper case."""
    return re.sub(r"^([“„«‘¿¡]?)(\w)", lambda m: m[1] + m[2].upper(), text)


def _pronoun_before_noun(start: list[str], words: Lexicon) -> bool:
    """Whether a pronoun comes before anything that it could stand for."""
    for place, word in enumerate(start):
        if word in words.pronouns:
            return True
        addressed = place <= 3 and start[0] in {"you", "we", "i"}
        if word not in words.function and not addressed:
            return False
    return False


def _pronoun_without_noun(text: str, words: Lexicon) -> bool:
    """Whether "him" follows no name, or "them" no plural, within the sentence."""
    tokens = re.findall(r"[\w’-]+", text)
    for place, token in enumerate(tokens):
        word = token.casefold()
        if word in words.human:
            return not any(before[:1].isupper() for before in tokens[1:place]) and not (
                place > 1 and tokens[0][:1].isupper() and tokens[1][:1].isupper()
            )
        if word in words.plural:
            return not any(before.endswith("s") and len(before) > 3 for before in tokens[:place])
    return False


def _closed(text: str) -> str:
    """With a full stop in place of whatever else it ends in."""
    text = text.rstrip(" ,;–—")
    return text if re.search(r"[.!?…:][”“»’]?$", text) else f"{text}."


def _quotes_close(text: str) -> bool:
    german = text.count("„")
    if german:
        return german == text.count("“")
    return text.count("“") == text.count("”") and text.count("«") == text.count("»")
