"""The record of every outside call that costs money or time: written before it is sent.

A step asks `replay` first; a finished call costs nothing again, one with a provider's job id is
polled. Otherwise `begin`, commit, send, then `finish` or `fail`; a call that a killed process left
`sent` is begun again and sent with the same `idempotency_key`.

    begin ─► sent ─► done                 a call with an answer
              │ ╰──► failed ─► sent       tried again
              ▼
          submitted ─► done, failed       a job at a provider, polled by its id
"""

from typing import Any
from uuid import UUID

from psycopg import Connection, Cursor
from psycopg.rows import class_row
from psycopg.types.json import Json
from pydantic import JsonValue

from vid_pipeline.errors import BadRequest, NotFound
from vid_pipeline.records import JournalEntry, PaidCall
from vid_pipeline.store import budgets
from vid_pipeline.store.budgets import NO_CAPS, Defaults

_FIND = """
select * from vidp.journal
where production_id = %(production)s and request_hash = %(request_hash)s"""
_GET = "select * from vidp.journal where id = %(id)s"
_BEGIN = """
insert into vidp.journal
    (owner_id, production_id, request_hash, step_key, provider, model, request, reserved_usd)
values (vidp.uid(), %(production)s, %(request_hash)s, %(step_key)s, %(provider)s, %(model)s,
    %(request)s, %(most_usd)s)
on conflict (owner_id, production_id, request_hash) do update
    set state = 'sent', sent_at = clock_timestamp(), done_at = null, error = null,
        attempts = vidp.journal.attempts + 1, reserved_usd = excluded.reserved_usd
    where vidp.journal.state in ('sent', 'failed') and vidp.journal.provider_job_id is null
returning *"""
_RESERVE = "update vidp.journal set reserved_usd = %(usd)s where id = %(id)s returning *"
_SUBMITTED = """
update vidp.journal set state = 'submitted', provider_job_id = %(job)s
where id = %(id)s and state in ('sent', 'submitted') returning *"""
_NEVER_EXISTED = """
update vidp.journal set state = 'sent', provider_job_id = null
where id = %(id)s and state = 'submitted' returning *"""
_FINISH = """
update vidp.journal set state = 'done', done_at = clock_timestamp(), response = %(response)s,
    reserved_usd = 0, input_tokens = input_tokens + %(input_tokens)s,
    output_tokens = output_tokens + %(output_tokens)s,
    cache_tokens = cache_tokens + %(cache_tokens)s, cost_usd = cost_usd + %(cost_usd)s
where id = %(id)s and state <> 'done' returning *"""
_FAIL = """
update vidp.journal set state = 'failed', done_at = clock_timestamp(), error = %(error)s,
    reserved_usd = case when %(unknown)s then reserved_usd else 0 end,
    round = round + case when %(last_word)s then 1 else 0 end,
    provider_job_id = case when %(last_word)s then null else provider_job_id end,
    input_tokens = input_tokens + %(input_tokens)s,
    output_tokens = output_tokens + %(output_tokens)s,
    cache_tokens = cache_tokens + %(cache_tokens)s, cost_usd = cost_usd + %(cost_usd)s
where id = %(id)s and state <> 'done' returning *"""
_OF_STEP = """
select * from vidp.journal where production_id = %(production)s and step_key = %(step_key)s
order by sent_at"""
_CALLS = """
select step_key, provider, model, state, attempts, input_tokens, output_tokens, cache_tokens,
    cost_usd, error, sent_at, done_at, coalesce(request ->> 'instead_of', '') as instead_of
from vidp.journal where production_id = %(production)s order by sent_at, id"""


def find(
    conn: Connection[Any], production_id: UUID | str, request_hash: str
) -> JournalEntry | None:
    """The call of this request, whatever became of it."""
    values = {"production": production_id, "request_hash": request_hash}
    return _rows(conn).execute(_FIND, values).fetchone()


def replay(
    conn: Connection[Any], production_id: UUID | str, request_hash: str
) -> JournalEntry | None:
    """The call made for this request, unless it failed: `done` has its response."""
    entry = find(conn, production_id, request_hash)
    return None if entry is None or entry.state == "failed" else entry


def begin(
    conn: Connection[Any],
    production_id: UUID | str,
    request_hash: str,
    *,
    step_key: str,
    provider: str,
    model: str,
    request: JsonValue = None,
    most_usd: float = 0.0,
    defaults: Defaults = NO_CAPS,
) -> JournalEntry:
    """Write a call down; commit before sending it, with its `idempotency_key`.

    Args:
        conn: a transaction as the owner.
        production_id: whose call it is.
        request_hash: of all that decides the answer.
        step_key: the step that asks.
        provider: whose service is called.
        model: what is called there.
        request: what is asked; must hold no keys.
        most_usd: the most it may cost; set aside until the call ends.
        defaults: the operator's caps on spending.

    Raises:
        OverBudget: it could pass a cap; roll back, and nothing is written down.
        BadRequest: this call is done, or a provider has its job; `find` has the response or the id.
    """
    budgets.serialise(conn)
    known = find(conn, production_id, request_hash)
    own_usd = known.reserved_usd if known else 0.0
    budgets.refuse(conn, production_id, most_usd, defaults=defaults, own_usd=own_usd)
    values = {
        "production": production_id,
        "request_hash": request_hash,
        "step_key": step_key,
        "provider": provider,
        "model": model,
        "request": Json(request),
        "most_usd": most_usd,
    }
    entry = _rows(conn).execute(_BEGIN, values).fetchone()
    if entry is None:
        raise BadRequest("Call", request_hash, "It was answered or ordered already: replay it.")
    return entry


def reserve(
    conn: Connection[Any], entry_id: UUID | str, usd: float, *, defaults: Defaults
) -> JournalEntry:
    """Set another sum aside for a call under way: what it has cost, and may still cost.

    Raises:
        OverBudget: it could pass a cap; roll back, and what was set aside stays.
    """
    budgets.serialise(conn)
    entry = _one(conn, _GET, {"id": entry_id})
    budgets.refuse(conn, entry.production_id, usd, defaults=defaults, own_usd=entry.reserved_usd)
    return _one(conn, _RESERVE, {"id": entry_id, "usd": usd})


def submitted(conn: Connection[Any], entry_id: UUID | str, provider_job_id: str) -> JournalEntry:
    """Keep the provider's job id, so that a resumed step polls and does not submit again."""
    return _one(conn, _SUBMITTED, {"id": entry_id, "job": provider_job_id})


def never_existed(conn: Connection[Any], entry_id: UUID | str) -> JournalEntry:
    """Forget the id of a job that its provider never had: it may be begun with the same key."""
    return _one(conn, _NEVER_EXISTED, {"id": entry_id})


def finish(
    conn: Connection[Any],
    entry_id: UUID | str,
    *,
    response: JsonValue,
    input_tokens: int = 0,
    output_tokens: int = 0,
    cache_tokens: int = 0,
    cost_usd: float = 0,
) -> JournalEntry:
    """Keep the answer and what it cost, on top of what failed tries of it cost.

    A call that is done already stays as it is: it was paid once.
    """
    values = {
        "id": entry_id,
        "response": Json(response),
        "input_tokens": input_tokens,
        "output_tokens": output_tokens,
        "cache_tokens": cache_tokens,
        "cost_usd": cost_usd,
    }
    ended = _rows(conn).execute(_FINISH, values).fetchone()
    return ended or _one(conn, _GET, {"id": entry_id})


def fail(
    conn: Connection[Any],
    entry_id: UUID | str,
    *,
    error: str,
    last_word: bool = False,
    cost_unknown: bool = False,
    input_tokens: int = 0,
    output_tokens: int = 0,
    cache_tokens: int = 0,
    cost_usd: float = 0,
) -> JournalEntry:
    """Keep why it failed, and what it cost all the same; a call that is done stays as it is.

    Args:
        conn: a transaction as the owner.
        entry_id: the call.
        error: one line for people.
        last_word: the provider would only say the same again: another try gets another key.
        cost_unknown: it may have been billed: what was set aside for it stays set aside.
        input_tokens: what it used.
        output_tokens: what it used.
        cache_tokens: what of the input came from the service's cache or went into it.
        cost_usd: what it cost.
    """
    values = {
        "id": entry_id,
        "error": error,
        "last_word": last_word,
        "unknown": cost_unknown,
        "input_tokens": input_tokens,
        "output_tokens": output_tokens,
        "cache_tokens": cache_tokens,
        "cost_usd": cost_usd,
    }
    ended = _rows(conn).execute(_FAIL, values).fetchone()
    return ended or _one(conn, _GET, {"id": entry_id})


def calls(conn: Connection[Any], production_id: UUID | str) -> list[PaidCall]:
    """A production's calls in the order they were sent, without what was asked and answered."""
    cursor = conn.cursor(row_factory=class_row(PaidCall))
    return cursor.execute(_CALLS, {"production": production_id}).fetchall()


def of_step(conn: Connection[Any], production_id: UUID, step_key: str) -> list[JournalEntry]:
    """A step's calls in the order they were sent, with what was asked and answered."""
    values = {"production": production_id, "step_key": step_key}
    return _rows(conn).execute(_OF_STEP, values).fetchall()


def _rows(conn: Connection[Any]) -> Cursor[JournalEntry]:
    return conn.cursor(row_factory=class_row(JournalEntry))


def _one(conn: Connection[Any], query: str, values: dict[str, Any]) -> JournalEntry:
    found = _rows(conn).execute(query, values).fetchone()
    if found is None:
        raise NotFound("journal entry", str(values["id"]))
    return found
