"""The words that a text is about, none saying the same as another."""

from assets.author.lexicon import lexicon, stems

MAX_WORDS = 2
CANDIDATES = 4
"""Candidates looked at for each keyword wanted."""


def keywords(text: str, language: str, *, count: int = 6) -> tuple[str, ...]:
    """Up to `count` keywords, the most telling first; "reef" and "coral reefs" give only one."""
    from yake import KeywordExtractor  # noqa: PLC0415  (half a second to load)

    extractor = KeywordExtractor(lan=language, n=MAX_WORDS, top=count * CANDIDATES, dedupLim=0.8)
    known = lexicon(language)
    kept: list[tuple[str, frozenset[str]]] = []
    for word, _ in extractor.extract_keywords(text):
        own = stems(word, known)
        clashes = [place for place, (_, other) in enumerate(kept) if own & other]
        if own and not clashes:
            kept.append((word, own))
        elif len(clashes) == 1 and own > kept[clashes[0]][1]:
            kept[clashes[0]] = (word, own)
    return tuple(word for word, _ in kept[:count])
