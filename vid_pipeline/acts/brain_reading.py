"""What people read of a brain: its channels, its memories, and where one comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from vid_pipeline.acts import remembering
from vid_pipeline.acts.remembering import Brain
from vid_pipeline.errors import NotFound
from vid_pipeline.memories import MAIN
from vid_pipeline.memory_records import MemoryRecord, MemoryUser
from vid_pipeline.store import brain_views, memories, productions
from vid_pipeline.store.database import Database

MOST = 20
"""Memories that a question finds at most: all have some distance, few are an answer."""


@dataclass(frozen=True)
class Provenance:
    """A memory, what it replaced, the video it was learned from, and those that used it."""

    memory: MemoryRecord
    replaced: tuple[MemoryRecord, ...]
    users: tuple[MemoryUser, ...]
    learned_from: tuple[UUID, str] | None
    """The production and its title, if it is still there."""


def channels(db: Database, user: UUID) -> list[str]:
    """A user's channels that remember something, and the main one, which comes first."""
    with db.acting(user) as conn:
        known = brain_views.brains(conn)
    return [MAIN, *(channel for channel in known if channel != MAIN)]


def counts(brain: Brain) -> dict[str, int]:
    """How many memories of each kind there are."""
    with brain.db.acting(brain.owner) as conn:
        return brain_views.counts(conn, brain.channel)


def found(brain: Brain, query: str, *, kinds: Sequence[str] = ()) -> list[MemoryRecord]:
    """The memories that fit a question, best first, as people read them.

    Raises:
        BadRequest: the question is too long, or there is no such kind.
    """
    hits = remembering.recall(brain, query, most=MOST, kinds=kinds)
    with brain.db.acting(brain.owner) as conn:
        return [memories.get(conn, hit.id) for hit in hits]


def provenance(brain: Brain, key: str) -> Provenance:
    """Where a memory comes from and what became of it.

    Raises:
        NotFound: the user has no such memory.
    """
    with brain.db.acting(brain.owner) as conn:
        memory = memories.get(conn, key)
        replaced = brain_views.replaced(conn, memory.id)
        users = brain_views.users(conn, memory.id)
    return Provenance(memory, tuple(replaced), tuple(users), _learned_from(brain, memory))


def _learned_from(brain: Brain, memory: MemoryRecord) -> tuple[UUID, str] | None:
    if memory.source.production is None:
        return None
    try:
        with brain.db.acting(brain.owner) as conn:
            made = productions.get(conn, memory.source.production)
    except NotFound:
        return None
    return made.id, made.brief.title or made.brief.name
