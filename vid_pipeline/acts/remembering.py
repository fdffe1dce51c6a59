"""What people and steps do with a brain: remember, recall, edit, pin, forget, take in documents."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from pydantic import TypeAdapter, ValidationError

from vid_pipeline import ranking
from vid_pipeline.artifacts import Paragraph
from vid_pipeline.chunking import chunks
from vid_pipeline.errors import BadRequest
from vid_pipeline.memories import (
    ALIKE,
    KINDS,
    LONGEST_QUERY,
    MAIN,
    RULES,
    Alike,
    Channel,
    Kept,
    MemoryKind,
    NewMemory,
    Recalled,
    Source,
    embedded_text,
)
from vid_pipeline.memory_records import MemoryRecord
from vid_pipeline.ports import Embeddings
from vid_pipeline.store import memories, memory_search
from vid_pipeline.store.database import Database
from vid_pipeline.store.memories import Vector

MOST = 50
_MOST_RULES = 50
_MOST_ALIKE = 3
_MOST_PARTS = 2_000
_CHANNEL = TypeAdapter[str](Channel)


@dataclass(frozen=True)
class Brain:
    """What one channel of a user has learned.

    Raises:
        BadRequest: the channel's name cannot be one.
    """

    db: Database
    owner: UUID
    embeddings: Embeddings
    channel: str = MAIN

    def __post_init__(self) -> None:
        try:
            _CHANNEL.validate_python(self.channel)
        except ValidationError:
            remedy = "Use lower case letters, digits, - and _, a letter first."
            raise BadRequest("Channel", self.channel, remedy) from None


def remember(brain: Brain, new: NewMemory) -> Kept:
    """Keep something, once: the same words again change nothing, a slot's new words replace it.

    Memories that mean nearly the same are named in the answer and left alone.
    """
    (vector,) = _vectors(brain, [new])
    with _writing(brain) as conn:
        memories.forget_expired(conn)
        kept = _keep(conn, brain, new, vector)
        alike = _alike(conn, brain, UUID(kept.id), vector, new.kind) if kept.new else ()
    return kept.model_copy(update={"alike": alike})


def remember_all(brain: Brain, several: Sequence[NewMemory]) -> list[Kept]:
    """Keep many at once, without looking for what is alike."""
    vectors = _vectors(brain, several)
    with _writing(brain) as conn:
        memories.forget_expired(conn)
        return [_keep(conn, brain, *pair) for pair in zip(several, vectors, strict=True)]


def recall(
    brain: Brain,
    query: str,
    *,
    most: int = 8,
    kinds: Sequence[str] = (),
    rules: bool = False,
) -> list[Recalled]:
    """The memories that fit a question best; with `rules`, the standing ones before them.

    Standing are those that are pinned, and what is banned, and style: up to 50, besides `most`.

    Raises:
        BadRequest: the question is too long, or there is no such kind.
    """
    wanted, query = known_kinds(kinds), _query(query)
    (vector,) = brain.embeddings.encode([query])
    with brain.db.acting(brain.owner) as conn:
        found = memory_search.find(conn, brain.channel, query, vector, kinds=wanted)
        standing = _standing(conn, brain) if rules else []
    ranked = _ranked(found)
    score = {memory.id: value for memory, value in ranked}
    first = [memory.recalled(score.get(memory.id, 0.0)) for memory in standing]
    held = {memory.id for memory in standing}
    rest = [memory.recalled(value) for memory, value in ranked if memory.id not in held]
    return first + rest[: max(0, min(most, MOST))]


def listed(
    brain: Brain, *, kinds: Sequence[str] = (), limit: int = 50, superseded: bool = False
) -> list[MemoryRecord]:
    """A brain's memories, pinned first, then the newest."""
    with brain.db.acting(brain.owner) as conn:
        return memories.listed(
            conn, brain.channel, kinds=known_kinds(kinds), limit=limit, superseded=superseded
        )


def edit(
    brain: Brain,
    key: str,
    *,
    text: str | None = None,
    heading: str | None = None,
    importance: float | None = None,
    expires_at: datetime | None = None,
    check: Callable[[MemoryRecord], None] | None = None,
) -> MemoryRecord:
    """Change a memory; what is None stays.

    `check` is given the memory as it is when nobody else can change it, and raises to refuse.

    Raises:
        NotFound: the user has no such memory.
        BadRequest: the text is empty or too long, or another memory's already.
    """
    with brain.db.acting(brain.owner) as conn:
        old = memories.get(conn, key)
    new = checked(
        kind=old.kind,
        text=old.body if text is None else text,
        heading=old.heading if heading is None else heading,
        importance=old.importance if importance is None else importance,
        expires_at=old.expires_at if expires_at is None else expires_at,
    )
    (vector,) = _vectors(brain, [new])
    with _writing(brain) as conn:
        now = memories.get(conn, old.id)
        if check is not None:
            check(now)
        memories.edit(
            conn,
            now,
            vector,
            text=new.text,
            heading=new.heading,
            importance=new.importance,
            expires_at=new.expires_at,
        )
        memories.touch(conn, old.channel)
        return memories.get(conn, old.id)


def pin(brain: Brain, key: str, *, pinned: bool = True) -> MemoryRecord:
    """Include a memory in every recall that asks for rules; or do not any more.

    Raises:
        NotFound: the user has no such memory.
    """
    with _writing(brain) as conn:
        memory = memories.get(conn, key)
        memories.pin(conn, memory.id, pinned=pinned)
        memories.touch(conn, memory.channel)
        return memories.get(conn, memory.id)


def forget(brain: Brain, key: str) -> MemoryRecord:
    """Delete a memory for good: its words, its vector, its uses, and what it had replaced.

    Raises:
        NotFound: the user has no such memory.
    """
    with _writing(brain) as conn:
        memory = memories.get(conn, key)
        memories.forget(conn, [memory.id])
        memories.touch(conn, memory.channel)
    return memory


def take_in(
    brain: Brain,
    document: str,
    paragraphs: Sequence[Paragraph],
    *,
    expires_at: datetime | None = None,
    who: str | None = None,
) -> list[Kept]:
    """Remember a document in parts, each under its heading; an older text of it is forgotten.

    Raises:
        BadRequest: there is nothing in it, or more than 2000 parts.
    """
    parts = chunks(paragraphs)
    if not 0 < len(parts) <= _MOST_PARTS:
        remedy = f"Give one with prose in it, of at most {_MOST_PARTS} parts of 180 words."
        raise BadRequest("Document", document, remedy)
    several = [
        checked(
            kind="document",
            text=part.text,
            heading=part.heading,
            expires_at=expires_at,
            source={"document": document, "part": number, "who": who},
        )
        for number, part in enumerate(parts, start=1)
    ]
    kept = remember_all(brain, several)
    with _writing(brain) as conn:
        if memories.forget_rest(conn, brain.channel, document, [UUID(one.id) for one in kept]):
            memories.touch(conn, brain.channel)
    return kept


def checked(**fields: Any) -> NewMemory:
    """A memory from what people typed.

    Raises:
        BadRequest: a field cannot be used; it is named.
    """
    try:
        return NewMemory.model_validate({"source": Source()} | fields)
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(str(part) for part in fault["loc"][:2]) or "memory"
        said = str(fault["msg"]).removeprefix("Value error, ")
        shown = str(fault["input"])[:60]
        raise BadRequest(f"The memory's {place}", shown, said) from None


def known_kinds(kinds: Sequence[str]) -> tuple[MemoryKind, ...]:
    """The kinds of these names.

    Raises:
        BadRequest: there is no such kind.
    """
    by_name = {str(kind): kind for kind in KINDS}
    if unknown := [kind for kind in kinds if kind not in by_name]:
        raise BadRequest("Kind of memory", unknown[0], f"Choose of: {', '.join(KINDS)}.")
    return tuple(by_name[kind] for kind in kinds)


@contextmanager
def _writing(brain: Brain) -> Iterator[Connection[Any]]:
    """A transaction of the owner's, alone among their writers: two can never block each other."""
    with brain.db.acting(brain.owner) as conn:
        memories.hold(conn)
        yield conn


def _vectors(brain: Brain, several: Sequence[NewMemory]) -> Vector:
    return brain.embeddings.encode([embedded_text(one.heading, one.text) for one in several])


def _keep(conn: Connection[Any], brain: Brain, new: NewMemory, vector: Vector) -> Kept:
    known = memories.same(conn, brain.channel, new)
    if known is not None:
        if memories.refresh(conn, known, new):
            memories.touch(conn, brain.channel)
        return Kept(id=str(known), new=False)
    made, old = memories.add(conn, brain.channel, new, vector)
    memories.touch(conn, brain.channel)
    return Kept(id=str(made), new=True, superseded=str(old) if old else None)


def _alike(
    conn: Connection[Any], brain: Brain, memory_id: UUID, vector: Vector, kind: MemoryKind
) -> tuple[Alike, ...]:
    near = memory_search.nearest(conn, brain.channel, vector, kinds=(kind,), most=_MOST_ALIKE + 1)
    return tuple(
        Alike(id=str(one.id), text=one.body, cosine=one.cosine)
        for one in near
        if one.cosine >= ALIKE and one.id != memory_id
    )[:_MOST_ALIKE]


def _standing(conn: Connection[Any], brain: Brain) -> list[MemoryRecord]:
    return memories.rules(conn, brain.channel, RULES, most=_MOST_RULES)


def _ranked(found: memory_search.Found) -> list[tuple[MemoryRecord, float]]:
    scored = zip(found.memories, ranking.scores(found.candidates, found.rarity), strict=True)
    return sorted(scored, key=lambda pair: (-pair[1], -pair[0].created_at.timestamp()))


def _query(query: str) -> str:
    """A question as the database can take it.

    Raises:
        BadRequest: it is too long.
    """
    if len(query) > LONGEST_QUERY:
        remedy = f"Ask in {LONGEST_QUERY} characters or fewer."
        raise BadRequest("Question", f"{query[:40]}…", remedy)
    return "".join(one for one in query if one != "\0" and not "\ud800" <= one <= "\udfff")
