"""An article as sentences that could be said, each with what must be said before it."""

import re
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from assets.author import polish
from assets.author.lexicon import lexicon, stem, stems, words_of
from vid_pipeline.artifacts import Article, Paragraph

if TYPE_CHECKING:
    from pysbd import Segmenter

MAX_CHAIN = 3
ANNOUNCING_WORDS = 9
SHORT_WORDS = 10
MAX_ITEM_WORDS, MAX_LISTED_WORDS = 8, 34
_NAMED_SUBJECT = re.compile(r"The ([A-Z][\w’-]*(?: [A-Z][\w’-]*)*) [a-z]")
_AUXILIARY = re.compile(
    r"will|can|could|would|may|might|must|should|is|are|has|have|had", re.IGNORECASE
)
_PYSBD = frozenset({"bg", "da", "de", "el", "en", "es", "fr", "it", "kk", "nl", "pl", "ru", "sk"})


@dataclass(frozen=True)
class Sentence:
    """A candidate line; `index` is its place in the article.

    `before` must directly precede it. `after` must follow it: a short sentence that only announces
    says nothing by itself. `listed` are the items that it announces.
    """

    index: int
    paragraph: int
    text: str
    written: str
    topic: str | None
    kind: str
    usable: bool
    before: int | None = None
    after: int | None = None
    listed: tuple[int, ...] = ()

    @property
    def words(self) -> int:
        return len(self.text.split())


def sentences_of(article: Article) -> tuple[Sentence, ...]:
    """All sentences in the article's order, usable or not."""
    found = list[Sentence]()
    for number, paragraph in _folded(article.paragraphs):
        for written in segmented(paragraph.text, article.language):
            for text, leans in _polished(written, paragraph, article.language):
                found.append(_candidate(found, article, number, paragraph, written, text, leans))
    return _with_followers(_with_lists(_without_broken_chains(found), article.language))


def chain(sentences: tuple[Sentence, ...], index: int) -> tuple[int, ...]:
    """The sentence and those that must directly precede it, in order."""
    links = [index]
    while (before := sentences[links[0]].before) is not None:
        links.insert(0, before)
    return tuple(links)


def segmented(text: str, language: str) -> list[str]:
    """A paragraph's sentences; one that a quotation runs through is kept whole."""
    merged = list[str]()
    for piece in _segmenter(language if language in _PYSBD else "en").segment(text):
        bare = piece.strip()
        opened = merged and merged[-1].count("“") > merged[-1].count("”") + merged[-1].count("„")
        if bare and opened and language != "de":
            merged[-1] = f"{merged[-1]} {bare}"
        elif bare:
            merged.append(bare)
    return merged


@cache
def _segmenter(language: str) -> "Segmenter":
    import pysbd  # noqa: PLC0415  (it compiles the rules of 23 languages)

    return pysbd.Segmenter(language=language, clean=False)


def _polished(written: str, paragraph: Paragraph, language: str) -> list[tuple[str, bool]]:
    if paragraph.kind == "item":
        written = polish.without_label(written)
    text, leans = polish.polished(written, language)
    halves = polish.split_long(text, language)
    return [(half, leans if place == 0 else True) for place, half in enumerate(halves)]


def _candidate(
    before: list[Sentence],
    article: Article,
    number: int,
    paragraph: Paragraph,
    written: str,
    text: str,
    leans: bool,
) -> Sentence:
    previous = before[-1] if before and before[-1].topic == paragraph.heading else None
    needs = (
        leans
        or polish.points_back(text, article.language)
        or _unexplained_noun(text, article, paragraph)
        or (previous is not None and _said_before(text, article, before))
    )
    whole = (
        polish.is_clause(written, text, article.language)
        if paragraph.kind == "item"
        else len(text.split()) > SHORT_WORDS or polish.has_verb(text, article.language)
    )
    sayable = whole and polish.is_sayable(text, article.language)
    usable = sayable and not (needs and previous is None) and not _named_elsewhere(text, before)
    return Sentence(
        index=len(before),
        paragraph=number,
        text=text,
        written=written,
        topic=paragraph.heading,
        kind=paragraph.kind,
        usable=usable,
        before=previous.index if needs and previous else None,
    )


def _unexplained_noun(text: str, article: Article, paragraph: Paragraph) -> bool:
    """Whether it starts with "The effect …" where nothing yet said which effect."""
    words, known = words_of(text)[:3], lexicon(article.language)
    if len(words) < 3 or not known.article or words[0] != known.article:
        return False
    topic = stems(f"{article.title} {paragraph.heading or ''}", known)
    if stem(words[1]) in topic or words[2] in known.modifiers or words[1].endswith("est"):
        return False
    second = text.split()[1]
    return second[:1].islower() and words[2].endswith(("ed", "s", "was", "were", "had", "have"))


def _named_elsewhere(text: str, before: list[Sentence]) -> bool:
    """Whether it starts with "The Ideal X …" and only a sentence further back says what that is."""
    found = _NAMED_SUBJECT.match(text)
    if found is None or not before or found[1] in before[-1].text:
        return False
    introduced = re.compile(rf"\b(?:named|called|dubbed) (?:the )?{re.escape(found[1])}")
    return any(s.paragraph > 0 and introduced.search(s.text) for s in before)


def _said_before(text: str, article: Article, before: list[Sentence]) -> bool:
    """Whether it starts with "The boats will …" and the sentence before told of boats.

    What the article's first paragraph tells of is known to whoever hears the video.
    """
    words, known = words_of(text)[:3], lexicon(article.language)
    if len(words) < 3 or not known.article or words[0] != known.article:
        return False
    if not _AUXILIARY.fullmatch(words[2]) or not text.split()[1].islower():
        return False
    lead = " ".join(s.text for s in before if s.paragraph == 0 and s.index < len(before) - 1)
    if stem(words[1]) in stems(f"{article.title} {lead}", known):
        return False
    return stem(words[1]) in stems(before[-1].text, known)


def _without_broken_chains(found: list[Sentence]) -> list[Sentence]:
    """A sentence whose antecedent cannot be said, or is too far back, cannot be said either."""
    depth, checked = list[int](), list[Sentence]()
    for sentence in found:
        if sentence.before is None:
            depth.append(1)
        else:
            before = checked[sentence.before]
            depth.append(depth[before.index] + 1)
            lasting = before.usable and depth[-1] <= MAX_CHAIN
            sentence = replace(sentence, usable=sentence.usable and lasting)
        checked.append(sentence)
    return checked


def _folded(paragraphs: tuple[Paragraph, ...]) -> list[tuple[int, Paragraph]]:
    """Paragraphs with short lists and quotations drawn into the sentence that announces them."""
    folded = list[tuple[int, Paragraph]]()
    runs = groupby(enumerate(paragraphs), lambda pair: (pair[1].kind, pair[1].heading))
    for (kind, heading), run in runs:
        group = list(run)
        opener = folded[-1] if folded else None
        announced = opener is not None and opener[1].text.endswith(":")
        if opener and announced and opener[1].heading == heading and kind != "prose":
            joined = _joined(opener[1], [paragraph.text for _, paragraph in group], kind)
            if joined is not None:
                folded[-1] = (opener[0], joined)
                continue
        folded += group
    return folded


def _joined(opener: Paragraph, parts: list[str], kind: str) -> Paragraph | None:
    """The opener with its quotation or its short items; None if that would be too long."""
    if kind == "quote" and len(parts) == 1:
        inner = parts[0].strip('“”"')
        return opener.model_copy(update={"text": f"{opener.text} “{inner}”"})
    items = [part.strip().rstrip(".;,") for part in parts]
    too_long = any(len(item.split()) > MAX_ITEM_WORDS or " – " in item for item in items)
    total = len(opener.text.split()) + sum(len(item.split()) for item in items)
    if len(items) < 2 or too_long or total > MAX_LISTED_WORDS:
        return None
    items = [item if item[:2].isupper() else item[:1].lower() + item[1:] for item in items]
    listing = ", ".join(items[:-1]) + f", {items[-1]}."
    return opener.model_copy(update={"text": f"{opener.text} {listing}"})


def _with_lists(found: list[Sentence], language: str) -> tuple[Sentence, ...]:
    """A sentence that announces a list is sayable, if all of its items follow."""
    done = list(found)
    for sentence in found:
        if not sentence.text.endswith(":"):
            continue
        text = sentence.text[:-1] + "."
        items = _items_after(found, sentence)
        whole = len(items) >= 2 and all(found[i].usable for i in items)
        sayable = polish.is_sayable(text, language) and whole
        done[sentence.index] = replace(sentence, text=text, usable=sayable, listed=items)
    return tuple(done)


def _with_followers(found: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
    """A short sentence without a figure ("Size has its price.") is said with the next one."""
    done = list(found)
    for sentence, following in pairwise(found):
        asks = sentence.text.endswith("?")
        short = sentence.words <= ANNOUNCING_WORDS and not re.search(r"\d", sentence.text)
        first = sentence.index == 0 or found[sentence.index - 1].paragraph != sentence.paragraph
        short = short and first
        near = following.paragraph == sentence.paragraph or (asks and following.kind != "item")
        together = sentence.kind == "prose" and near and following.topic == sentence.topic
        if together and (short or asks):
            usable = sentence.usable and following.usable
            done[sentence.index] = replace(sentence, usable=usable, after=following.index)
    return tuple(done)


def _items_after(found: list[Sentence], opener: Sentence) -> tuple[int, ...]:
    items = list[int]()
    for sentence in found[opener.index + 1 :]:
        if sentence.kind != "item" or sentence.topic != opener.topic:
            break
        if sentence.words >= 4 or sentence.usable:
            items.append(sentence.index)
    return tuple(items)
