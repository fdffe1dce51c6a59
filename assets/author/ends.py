"""The first line and the last: the sentence that hooks, and the one that rounds off."""

import re

from assets.author.lexicon import Lexicon, lexicon, stems
from assets.author.polish import has_dateline
from assets.author.rank import Ranking
from assets.author.sentences import Sentence, chain
from vid_pipeline.artifacts import Article

_NAME = re.compile(r"(?<![.!?“] )(?<!^)\b[A-ZÄÖÜÁÉÍÓÚÑ][\w’-]+")
_BIG_FIGURE = re.compile(
    r"\d\s?%|[$€£]\s?\d|\b\d{1,3}(?:[.,]\d{3})+\b|\b\d+ (?:times|million|billion)"
)
_DATED = re.compile(r"^(?:on|in|by|since|am|im|seit|en|el|desde)\b.{0,25}\d{4}", re.IGNORECASE)
MIN_HOOK_WORDS, MAX_HOOK_WORDS = 5, 24
MIN_LEAD_SECONDS = 25


def hook(article: Article, sentences: tuple[Sentence, ...], ranking: Ranking) -> Sentence | None:
    """The strongest sentence to open with that is understood by itself; None if none fits."""
    words = lexicon(article.language)
    subject = stems(article.title, words)
    first = _first(sentences)
    if first is not None and has_dateline(first.written):
        return first
    best, best_worth = None, 0.35
    for sentence in sentences:
        if sentence.index not in ranking.places or sentence.before is not None or sentence.listed:
            continue
        if sentence.after is not None and sentence is not first:
            continue
        worth = _hook_worth(sentence, subject, words, len(sentences))
        worth += 0.15 if sentence is first and sentence.words > MAX_HOOK_WORDS else 0.0
        worth += 0.7 * float(ranking.centrality[ranking.places[sentence.index]])
        if sentence is first:
            worth += 0.35 if not _defines(sentence.text, words) else 0.05
        if worth > best_worth:
            best, best_worth = sentence, worth
    return best or first


def lead(
    article: Article, sentences: tuple[Sentence, ...], opening: Sentence, seconds: float
) -> set[int]:
    """The article's own first sentence, which says what it is about; said unless time is short."""
    first = _first(sentences)
    if first is None or first is opening or seconds < MIN_LEAD_SECONDS:
        return set()
    about = stems(article.title, lexicon(article.language)) & stems(
        first.text, lexicon(article.language)
    )
    return {first.index} if about or first.words <= MAX_HOOK_WORDS else set()


def closing(
    article: Article, sentences: tuple[Sentence, ...], ranking: Ranking, *, after: int
) -> Sentence | None:
    """A sentence near the end that concludes; None if nothing after `after` does."""
    words = lexicon(article.language)
    start = max(after + 1, int(len(sentences) * 0.8))
    best, best_worth = None, -1.0
    for sentence in sentences[start:]:
        unfit = sentence.listed or sentence.kind == "item" or sentence.after is not None
        if unfit or sentence.index not in ranking.places:
            continue
        worth = _closing_worth(sentence, sentences, words)
        worth += 0.4 * float(ranking.centrality[ranking.places[sentence.index]])
        if worth > best_worth:
            best, best_worth = sentence, worth
    return best


def with_antecedents(sentences: tuple[Sentence, ...], last: Sentence, closed: set[int]) -> set[int]:
    """The closing sentence with those that it needs."""
    links = set(chain(sentences, last.index))
    return set() if links & closed else links


def _first(sentences: tuple[Sentence, ...]) -> Sentence | None:
    return next((s for s in sentences if s.usable and s.before is None), None)


def _defines(text: str, words: Lexicon) -> bool:
    """Whether it only says what something is."""
    striking = sum(bool(pattern.search(text)) for pattern in words.hooks) >= 2
    return bool(words.definition.match(text)) and not striking


def _hook_worth(sentence: Sentence, subject: frozenset[str], words: Lexicon, total: int) -> float:
    text, worth = sentence.text, 0.0
    if not MIN_HOOK_WORDS <= sentence.words <= MAX_HOOK_WORDS:
        worth -= 0.30
    elif sentence.words <= 18:
        worth += 0.08
    worth += 0.12 if _BIG_FIGURE.search(text) else 0.0
    worth += 0.10 * min(2, sum(bool(pattern.search(text)) for pattern in words.hooks))
    worth += 0.15 if text.endswith("?") and sentence.words >= 6 else 0.0
    worth += 0.20 if subject & stems(text, words) else -0.10
    worth -= 0.07 * len(_NAME.findall(text))
    worth -= 0.15 if _DATED.match(text) else 0.0
    worth -= 0.10 if _defines(text, words) else 0.0
    worth -= 0.10 if sentence.kind == "item" or "“" in text or ":" in text else 0.0
    return worth + 0.15 * (1 - sentence.index / total) ** 2


def _closing_worth(sentence: Sentence, sentences: tuple[Sentence, ...], words: Lexicon) -> float:
    text = sentence.text
    worth = 0.5 * (sentence.index / len(sentences)) ** 3
    worth += 0.25 if sentence.index == len(sentences) - 1 else 0.0
    worth += 0.10 * min(2, sum(bool(pattern.search(text)) for pattern in words.closings))
    worth -= 0.15 * (len(chain(sentences, sentence.index)) - 1)
    worth -= 0.10 if re.search(r"\d", text) else 0.0
    worth -= 0.15 if not 6 <= sentence.words <= 26 else 0.0
    return worth - (0.4 if text.endswith("?") else 0.0)
