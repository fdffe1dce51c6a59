"""Step kind `research`: pages read, and notes that anybody can check."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import ceil

from pydantic import Field

from assets.research.asked import Asked, asked
from assets.research.extract import extracted
from assets.research.pages import Gathered, Told, gathered
from assets.research.searching import LookedUp, Search, looked_up, proposed
from assets.research.taking import Taken, taken
from vid_pipeline.artifacts import Brief
from vid_pipeline.errors import BadSource
from vid_pipeline.kinds import Retry, StepKind, StepParams
from vid_pipeline.ports import (
    LLM,
    Browsing,
    Conversation,
    Embeddings,
    Production,
    Store,
    Turn,
    Web,
)
from vid_pipeline.research import Note, Research, WebAddress

_SPARE = 1.5
"""Notes are taken for so many times the share of a page: some are dropped, some say the same."""


class ResearchParams(StepParams):
    """Where to look, and how much of it to keep."""

    urls: tuple[WebAddress, ...] = Field(
        default=(), max_length=20, description="Pages to read, beside those that the brief names."
    )
    queries: tuple[str, ...] = Field(
        default=(), max_length=8, description="What to search for; a model proposes it if unset."
    )
    most_sources: int = Field(default=5, ge=1, le=12)
    most_notes: int = Field(default=24, ge=1, le=60)


@dataclass(frozen=True)
class Means:
    """What research is done with; without an engine only pages that are named are read."""

    llm: LLM
    embeddings: Embeddings
    web: Web
    store: Store
    told: Told
    engine: Search | None = None


def research(
    params: ResearchParams,
    brief: Brief,
    *,
    llm: LLM,
    embeddings: Embeddings,
    web: Web,
    browsing: Browsing,
    store: Store,
    production: Production,
    conversation: Conversation,
) -> Research:
    """Read pages on the brief's topic and take notes, each with its quote, address and time.

    The pages are those of the settings, the brief, and of feedback to an earlier try.

    Raises:
        BadSource: no page could be read, or none has anything on the topic.
        LLMError: the model refused, failed, or gave no valid answer.
    """
    means = Means(llm, embeddings, web, store, production.progress, engine=browsing)
    return found_out(params, brief, conversation.turns, means)


RESEARCH = StepKind.of(
    research,
    retry=Retry(times=1, delay_s=2.0),
    deliverable="research",
    pool="llm",
    ignores={"brief": ("aspect", "seconds", "voice", "hook")},
)


def found_out(
    params: ResearchParams, brief: Brief, turns: Sequence[Turn], means: Means
) -> Research:
    """The research of a brief, `turns` being what was said of earlier tries; raises as the kind."""
    wish = asked(brief, params.urls, turns, means.store)
    queries = _queries(params, wish, means)
    hits = _hits(queries, params, means)
    urls = tuple(dict.fromkeys((*wish.urls, *hits.urls)))
    if not urls:
        remedy = "Name pages in the step's setting `urls`, or write their addresses in the brief."
        raise BadSource(brief.name, "there is no page to read", remedy)
    found = gathered(urls, params.most_sources, web=means.web, store=means.store, told=means.told)
    if not found.pages:
        raise BadSource(brief.name, "no page could be read", " ".join(found.remarks))
    notes = _noted(params, wish, found, means)
    if not notes.notes:
        remedy = "Name other pages, or say more of what the video is about."
        raise BadSource(brief.name, "the pages have nothing on its topic", remedy)
    first = found.pages[0].article
    return Research(
        topic=wish.topic or first.title,
        language=brief.language or first.language,
        notes=_numbered(notes.notes),
        sources=tuple(page.source for page in found.pages),
        queries=queries,
        author="llm" if notes.model else "extractive",
        model=notes.model or None,
        remarks=(*hits.remarks, *found.remarks, *notes.remarks),
    )


def _queries(params: ResearchParams, wish: Asked, means: Means) -> tuple[str, ...]:
    """What to search for: what was set; else, where no page is named, the model's idea of it."""
    if means.engine is None or params.queries or wish.urls:
        return params.queries if means.engine else ()
    return proposed(wish.idea, means.llm) if means.llm.available else (wish.topic,)


def _hits(queries: Sequence[str], params: ResearchParams, means: Means) -> LookedUp:
    if means.engine is None:
        unasked = (f"Not searched for {query!r}: there is no engine." for query in params.queries)
        return LookedUp((), tuple(unasked))
    return looked_up(queries, means.engine, most=params.most_sources)


def _noted(params: ResearchParams, wish: Asked, found: Gathered, means: Means) -> Taken:
    idea, pages, most = wish.idea or found.pages[0].article.title, found.pages, params.most_notes
    if not means.llm.available:
        notes = extracted(pages, idea, means.embeddings, most=most)
        return Taken(notes=notes, remarks=(), model="")
    share = ceil(most * _SPARE / len(pages))
    tries = [taken(page, idea, means.llm, most=share) for page in pages]
    return Taken(
        notes=tuple(_in_turn(tries)[:most]),
        remarks=tuple(remark for one in tries for remark in one.remarks),
        model=tries[0].model,
    )


def _in_turn(tries: Sequence[Taken]) -> list[Note]:
    """The first note of each page, then the second of each; the same quote once."""
    rows = zip_longest(*(one.notes for one in tries))
    notes = [note for row in rows for note in row if note is not None]
    return list({(note.snapshot.sha256, note.start, note.end): note for note in notes}.values())


def _numbered(notes: Sequence[Note]) -> tuple[Note, ...]:
    return tuple(
        note.model_copy(update={"id": f"n{number}"}) for number, note in enumerate(notes, start=1)
    )
