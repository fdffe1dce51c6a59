"""Which memories may answer a question: the nearest 50 and the 50 that share the rarest words.

Vectors are first compared by their codes, read from an index alone; the nearest 600 by these are
compared exactly. Words are looked up one by one, each within the brain, so that a word's rarity is
known as well; in a heading a word counts twice. Words of a question are joined by OR: whoever asks
in sentences finds nothing by AND. Rows are fetched laterally, so that no plan hangs on statistics
that are not there yet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from vid_pipeline.memories import MemoryKind
from vid_pipeline.memory_records import MemoryRecord
from vid_pipeline.ranking import Candidate
from vid_pipeline.store.memories import COLUMNS, LIVE, Vector, written

CODED = 600
POOL = 50
_MOST_WORDS = 40
_COMMON = 2000
_LARGE = 10_000

_CODED = """
coded as materialized (select c.memory_id from vidp.memory_codes c
    where c.owner_id = (select vidp.uid()) and c.channel = %(channel)s
        and (%(kinds)s::text[] is null or c.kind = any(%(kinds)s))
    order by c.code operator(public.<~>) vidp.memory_code(%(vector)s::public.halfvec)
    limit %(coded)s),
near as materialized (select m.id, m.distance from coded cross join lateral (
    select m.id, m.embedding operator(public.<=>) %(vector)s::public.halfvec as distance
    from vidp.memories m where m.owner_id = (select vidp.uid()) and m.id = coded.memory_id
        and {live} offset 0) m
    order by m.distance limit %(pool)s)"""
_SAID = """
words as materialized (select w.lexeme from unnest(to_tsvector('pg_catalog.english', %(query)s)) w
    where length(w.lexeme) <= 60 limit %(words)s),
size as materialized (select count(*) as n from (select from vidp.memory_codes c
    where c.owner_id = (select vidp.uid()) and c.channel = %(channel)s limit %(large)s) c),
hits as materialized (select w.lexeme, p.memory_id from words w cross join lateral (
    select i.memory_id from vidp.memory_words i
    where i.owner_id = (select vidp.uid()) and i.channel = %(channel)s
        and i.word = w.lexeme collate "C" and (%(kinds)s::text[] is null or i.kind = any(%(kinds)s))
    order by i.memory_id desc limit %(common)s) p),
rarity as materialized (select h.lexeme,
        ln(1 + (greatest(s.n, h.df) - h.df + 0.5) / (h.df + 0.5))::real as idf
    from (select lexeme, count(*) as df from hits group by lexeme) h cross join size s),
said as materialized (select h.memory_id as id from hits h join rarity r using (lexeme)
    group by h.memory_id order by sum(r.idf) desc, h.memory_id desc limit %(pool)s)"""
_FIND = f"""
with {_CODED.format(live=LIVE)}, {_SAID}
select {COLUMNS}, 0 as uses, null::timestamptz as last_used_at,
    1 - (m.embedding operator(public.<=>) %(vector)s::public.halfvec) as cosine,
    t.counts, t.length,
    (select jsonb_object_agg(lexeme, idf) from rarity) as rarity
from (select id from near union select id from said) pool
cross join lateral (select * from vidp.memories m
    where m.owner_id = (select vidp.uid()) and m.id = pool.id offset 0) m
cross join lateral (select sum(v.count) as length, jsonb_object_agg(v.lexeme, v.count)
        filter (where v.lexeme in (select lexeme from words)) as counts
    from (select w.lexeme, cardinality(w.positions)
            + cardinality(array_positions(w.weights, 'A')) as count
        from unnest(m.ts) w) v) t
where {LIVE}"""  # noqa: S608  (all parts are ours)
_NEAREST = f"""
with {_CODED.format(live=LIVE)}
select m.id, m.body, 1 - near.distance
from near join vidp.memories m on m.id = near.id and m.owner_id = (select vidp.uid())
order by near.distance limit %(most)s"""  # noqa: S608


@dataclass(frozen=True)
class Found:
    """What may answer a question, unranked; `rarity` belongs to the question's words."""

    memories: list[MemoryRecord]
    candidates: list[Candidate]
    rarity: Mapping[str, float]


@dataclass(frozen=True)
class Near:
    """A memory and its cosine to what was looked for."""

    id: UUID
    body: str
    cosine: float


def find(
    conn: Connection[Any],
    channel: str,
    query: str,
    vector: Vector,
    *,
    kinds: Sequence[MemoryKind] = (),
) -> Found:
    """The candidates of one brain for a question and its vector."""
    values = _values(channel, vector, kinds) | {
        "query": query,
        "words": _MOST_WORDS,
        "common": _COMMON,
        "large": _LARGE,
    }
    rows = conn.cursor(row_factory=dict_row).execute(_FIND, values).fetchall()
    rarity: Mapping[str, float] = (rows[0]["rarity"] if rows else None) or {}
    return Found([_memory(row) for row in rows], [_candidate(row) for row in rows], rarity)


def nearest(
    conn: Connection[Any],
    channel: str,
    vector: Vector,
    *,
    kinds: Sequence[MemoryKind] = (),
    most: int = 10,
) -> list[Near]:
    """The memories of one brain that are nearest to a vector, by exact cosine, nearest first."""
    values = _values(channel, vector, kinds) | {"most": most}
    return [Near(*row) for row in conn.execute(_NEAREST, values)]


def _values(channel: str, vector: Vector, kinds: Sequence[MemoryKind]) -> dict[str, object]:
    return {
        "channel": channel,
        "vector": written(vector),
        "kinds": list(kinds) or None,
        "coded": CODED,
        "pool": POOL,
    }


def _memory(row: Mapping[str, Any]) -> MemoryRecord:
    return MemoryRecord(**{name: row[name] for name in MemoryRecord.model_fields})


def _candidate(row: Mapping[str, Any]) -> Candidate:
    return Candidate(
        cosine=row["cosine"],
        counts=row["counts"] or {},
        length=int(row["length"] or 0),
        importance=row["importance"],
    )
