"""A script in the article's own words."""

from dataclasses import replace

from assets import pace
from assets.author import ends, polish
from assets.author.choose import Chooser
from assets.author.heard import Heard, heard
from assets.author.names import full_names, introduced
from assets.author.opening import OPENING_S, opened
from assets.author.rank import ranked
from assets.author.sentences import Sentence, sentences_of
from assets.author.spoken import spoken
from vid_pipeline.artifacts import Article, Brief, Line, Origin, Script
from vid_pipeline.errors import BadSource
from vid_pipeline.ports import Embeddings, Turn

MIN_SENTENCES = 2
SHORT = 0.90
MIN_SECONDS = 8
LONG_LINE_S = 7.5
_WANTED = 0.5


def write(
    brief: Brief, article: Article, embeddings: Embeddings, turns: tuple[Turn, ...] = ()
) -> Script:
    """A script for the brief's length: a hook, the main points in order, a closing line.

    An opening line that the brief gives comes before all that, and changes none of it but its
    length. `turns` are earlier drafts and what reviewers said of them.

    Raises:
        BadSource: the article has no two whole sentences to say.
    """
    sentences = sentences_of(article)
    said = heard(turns, sentences, article.language)
    sentences = tuple(replace(s, usable=s.usable and s.index not in said.out) for s in sentences)
    brief = brief.model_copy(update={"seconds": max(15, round(brief.seconds * said.length))})
    kept_s = OPENING_S if brief.hook else 0.0
    usable = [s for s in sentences if s.usable]
    if len(usable) < MIN_SENTENCES:
        reason = f"it has {len(usable)} whole sentences that can be read aloud"
        raise BadSource(brief.name, reason, "Give a text in prose, not a list of links or words.")
    order = _order(brief.seconds - kept_s, article, sentences, embeddings, said)
    names = full_names([s.text for s in sentences], article.language)
    texts = introduced([s.text for s in order], names)
    lines = _lines(order, texts, article.language)
    seconds = round(pace.video_s(line.spoken for line in lines))
    if seconds < MIN_SECONDS:
        reason = f"what can be read aloud of it lasts {seconds} s"
        raise BadSource(brief.name, reason, "Give a text with more prose in whole sentences.")
    script = Script(
        title=article.title,
        language=article.language,
        lines=lines,
        author="extractive",
        notes=_notes(brief, lines, kept_s) + _answered(turns, said),
    )
    return opened(script, brief.hook) if brief.hook else script


def _order(
    wanted_s: float,
    article: Article,
    sentences: tuple[Sentence, ...],
    embeddings: Embeddings,
    said: Heard,
) -> list[Sentence]:
    """The chosen sentences as they are said: hook, body in the article's order, closing."""
    ranking = ranked(article, sentences, embeddings)
    for index in said.wanted & ranking.places.keys():
        ranking.quality[ranking.places[index]] += _WANTED
    opening = ends.hook(article, sentences, ranking)
    last = ends.closing(article, sentences, ranking, after=opening.index if opening else -1)
    pinned, closed = set[int](), set[int]()
    if opening is not None:
        pinned |= {opening.index, *ends.lead(article, sentences, opening, wanted_s)}
        if any(s.usable for s in sentences[: opening.index]):
            closed |= {s.index for s in sentences if s.before == opening.index}
    if last is not None:
        closed |= {s.index for s in sentences if s.index > last.index}
        pinned |= ends.with_antecedents(sentences, last, closed)
    costs = {i: pace.line_s(spoken(sentences[i].text, article.language)) for i in ranking.places}
    seconds = wanted_s - pace.ENDS_S
    chooser = Chooser(sentences, ranking, costs, seconds=seconds, pinned=pinned, closed=closed)
    chosen = chooser.fill()
    body = [sentences[i] for i in chosen if opening is None or i != opening.index]
    return [*([opening] if opening else []), *body]


def _lines(order: list[Sentence], texts: list[str], language: str) -> tuple[Line, ...]:
    lines = list[Line]()
    said = [
        (sentence, part)
        for sentence, text in zip(order, texts, strict=True)
        for part in _parts(text, language)
    ]
    for number, (sentence, text) in enumerate(said):
        final = number == len(said) - 1 and number > 0
        lines.append(
            Line(
                id=f"line_{number + 1:03d}",
                text=text,
                spoken=spoken(text, language),
                role="hook" if number == 0 else "closing" if final else "body",
                topic=sentence.topic,
                origin=Origin(paragraph=sentence.paragraph, sentence=sentence.written),
            )
        )
    return tuple(lines)


def _parts(text: str, language: str) -> list[str]:
    """A sentence as it is said: in two, if it takes long and can be parted."""
    if pace.line_s(spoken(text, language)) <= LONG_LINE_S:
        return [text]
    return polish.parted(text, language)


def _answered(turns: tuple[Turn, ...], said: Heard) -> tuple[str, ...]:
    if not turns:
        return ()
    asked = f"Draft {len(turns) + 1}, after “{turns[-1].feedback[:200]}”."
    if not said.nothing:
        return (asked,)
    return (
        f"{asked} Nothing in that names something in the article: an extractive draft can leave "
        "out a subject, bring one in, or be shorter or longer. Edit it to change the words.",
    )


def _notes(brief: Brief, lines: tuple[Line, ...], kept_s: float) -> tuple[str, ...]:
    seconds = round(pace.video_s(line.spoken for line in lines) + kept_s)
    if seconds >= SHORT * brief.seconds:
        return ()
    return (
        f"The source holds enough for about {seconds} s of the {brief.seconds} s asked for; "
        "all of it that can be said is in the script.",
    )
