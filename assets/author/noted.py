"""Research as an article that the author can draw on, and its sentences' notes found again."""

from collections.abc import Iterable
from itertools import groupby

from vid_pipeline.artifacts import Article, Line, Paragraph, Script
from vid_pipeline.research import Note, Research


def article_of(article: Article | None, research: Research) -> Article:
    """The article with a paragraph for each source's notes after its own."""
    noted = tuple(
        Paragraph(text=" ".join(note.quote for note in notes), heading=notes[0].title)
        for notes in _by_source(research)
    )
    if article is not None:
        return article.model_copy(update={"paragraphs": article.paragraphs + noted})
    return Article(title=research.topic, language=research.language, paragraphs=noted)


def cited(script: Script, article: Article | None, research: Research) -> Script:
    """The script, each line with the notes that its sentence comes from.

    A line whose paragraph is made of notes has no place in the article.
    """
    own = len(article.paragraphs) if article else 0
    sources = list(_by_source(research))
    lines = tuple(_line(line, own, sources) for line in script.lines)
    return script.model_copy(update={"lines": lines})


def _line(line: Line, own: int, sources: list[list[Note]]) -> Line:
    if line.origin is None or line.origin.paragraph < own:
        return line
    sentence = _bare(line.origin.sentence)
    notes = [n.id for n in sources[line.origin.paragraph - own] if _meets(sentence, _bare(n.quote))]
    return line.model_copy(update={"cites": tuple(notes), "origin": None})


def _by_source(research: Research) -> Iterable[list[Note]]:
    """Notes by page, in the order of the pages; each page's as they stand in it."""
    places = {source.snapshot.sha256: place for place, source in enumerate(research.sources)}
    last = len(places)
    ordered = sorted(
        research.notes, key=lambda note: (places.get(note.snapshot.sha256, last), note.start)
    )
    for _, notes in groupby(ordered, key=lambda note: note.snapshot.sha256):
        yield list(notes)


def _meets(sentence: str, quote: str) -> bool:
    return sentence in quote or quote in sentence


def _bare(text: str) -> str:
    return " ".join(text.split())
