"""Step kind `research`: pages read, and notes that anybody can check."""

from itertools import zip_longest
from math import ceil

from pydantic import Field

from assets.research.asked import Asked, asked
from assets.research.extract import extracted
from assets.research.pages import Gathered, gathered
from assets.research.searching import Search, looked_up, proposed
from assets.research.taking import Taken, taken
from vid_pipeline.artifacts import Brief
from vid_pipeline.errors import BadSource
from vid_pipeline.kinds import Retry, StepKind, StepParams
from vid_pipeline.ports import LLM, Conversation, Embeddings, Production, Store, Web
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


def research(
    params: ResearchParams,
    brief: Brief,
    *,
    llm: LLM,
    embeddings: Embeddings,
    web: Web,
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
    wanted = asked(brief, params.urls, conversation.turns, store)
    queries, wanted = searched(params, wanted, llm, engine=None)
    if not wanted.urls:
        remedy = "Name pages in the step's setting `urls`, or write their addresses in the brief."
        raise BadSource(brief.name, "it names no page to read", remedy)
    found = gathered(
        wanted.urls, params.most_sources, web=web, store=store, told=production.progress
    )
    if not found.pages:
        raise BadSource(brief.name, "no page could be read", " ".join(found.remarks))
    made = _noted(params, brief, wanted, found, llm, embeddings)
    if not made.notes:
        remedy = "Name other pages, or say more of what the video is about."
        raise BadSource(brief.name, "the pages have nothing on its topic", remedy)
    return made.model_copy(update={"queries": queries})


RESEARCH = StepKind.of(
    research, retry=Retry(times=1, delay_s=2.0), deliverable="research", pool="llm"
)


def searched(
    params: ResearchParams, wanted: Asked, llm: LLM, *, engine: Search | None
) -> tuple[tuple[str, ...], Asked]:
    """What was searched for, and what is asked with the addresses that were found."""
    if engine is None:
        return (), wanted
    queries = params.queries
    if not queries and llm.available:
        queries = proposed(wanted.idea, llm)
    queries = queries or (wanted.topic,)
    urls = (*wanted.urls, *looked_up(queries, engine, most=params.most_sources))
    return queries, Asked(wanted.topic, wanted.idea, tuple(dict.fromkeys(urls)))


def _noted(
    params: ResearchParams,
    brief: Brief,
    wanted: Asked,
    found: Gathered,
    llm: LLM,
    embeddings: Embeddings,
) -> Research:
    first = found.pages[0].article
    topic = wanted.topic or first.title
    idea = wanted.idea or topic
    remarks, model = list(found.remarks), None
    if llm.available:
        share = ceil(params.most_notes * _SPARE / len(found.pages))
        tries = [taken(page, idea, llm, most=share) for page in found.pages]
        notes = _in_turn(tries)[: params.most_notes]
        remarks += [remark for one in tries for remark in one.remarks]
        model = tries[0].model
    else:
        notes = list(extracted(found.pages, idea, embeddings, most=params.most_notes))
    return Research(
        topic=topic,
        language=brief.language or first.language,
        notes=tuple(
            note.model_copy(update={"id": f"n{number}"}) for number, note in enumerate(notes, 1)
        ),
        sources=tuple(page.source for page in found.pages),
        author="llm" if model else "extractive",
        model=model,
        remarks=tuple(remarks),
    )


def _in_turn(tries: list[Taken]) -> list[Note]:
    """The first note of each page, then the second of each; the same quote once."""
    rows = zip_longest(*(one.notes for one in tries))
    notes = [note for row in rows for note in row if note is not None]
    return list({(note.snapshot.sha256, note.start, note.end): note for note in notes}.values())
