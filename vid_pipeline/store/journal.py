"""The record of every outside call that costs money or time: written before it is sent.

A step asks `replay` first; a finished call costs nothing again, an unfinished one with a provider's
job id is polled. Otherwise `begin`, commit, send, then `finish` or `fail`.
"""

from typing import Any
from uuid import UUID

from psycopg import Connection, Cursor
from psycopg.rows import class_row
from psycopg.types.json import Json
from pydantic import JsonValue

from vid_pipeline.errors import BadRequest, NotFound
from vid_pipeline.records import JournalEntry

_REPLAY = """
select * from vidp.journal
where production_id = %(production)s and request_hash = %(request_hash)s and state <> 'failed'"""
_BEGIN = """
insert into vidp.journal
    (owner_id, production_id, request_hash, step_key, provider, model, request)
values (vidp.uid(), %(production)s, %(request_hash)s, %(step_key)s, %(provider)s, %(model)s,
    %(request)s)
on conflict (owner_id, production_id, request_hash) do update
    set state = 'sent', sent_at = clock_timestamp(), done_at = null, error = null
    where vidp.journal.state <> 'done'
returning *"""
_SUBMITTED = "update vidp.journal set provider_job_id = %(job)s where id = %(id)s returning *"
_FINISH = """
update vidp.journal set state = 'done', done_at = clock_timestamp(), response = %(response)s,
    input_tokens = input_tokens + %(input_tokens)s,
    output_tokens = output_tokens + %(output_tokens)s,
    cache_tokens = cache_tokens + %(cache_tokens)s, cost_usd = cost_usd + %(cost_usd)s
where id = %(id)s returning *"""
_FAIL = """
update vidp.journal set state = 'failed', done_at = clock_timestamp(), error = %(error)s,
    input_tokens = input_tokens + %(input_tokens)s,
    output_tokens = output_tokens + %(output_tokens)s, cost_usd = cost_usd + %(cost_usd)s
where id = %(id)s returning *"""


def replay(
    conn: Connection[Any], production_id: UUID | str, request_hash: str
) -> JournalEntry | None:
    """The call made earlier for this request: `done` has its response, `sent` may be polled."""
    values = {"production": production_id, "request_hash": request_hash}
    return _rows(conn).execute(_REPLAY, values).fetchone()


def begin(
    conn: Connection[Any],
    production_id: UUID | str,
    request_hash: str,
    *,
    step_key: str,
    provider: str,
    model: str,
    request: JsonValue = None,
) -> JournalEntry:
    """Write a call down; commit before sending it. `request` must hold no keys.

    Raises:
        BadRequest: this call is already done; `replay` gives its response.
    """
    values = {
        "production": production_id,
        "request_hash": request_hash,
        "step_key": step_key,
        "provider": provider,
        "model": model,
        "request": Json(request),
    }
    entry = _rows(conn).execute(_BEGIN, values).fetchone()
    if entry is None:
        raise BadRequest("Call", request_hash, "It is already done: replay it.")
    return entry


def submitted(conn: Connection[Any], entry_id: UUID | str, provider_job_id: str) -> JournalEntry:
    """Keep the provider's job id, so that a resumed step polls and does not submit again."""
    return _one(conn, _SUBMITTED, {"id": entry_id, "job": provider_job_id})


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
    """Keep the answer and what it cost, on top of what failed tries of it cost."""
    values = {
        "id": entry_id,
        "response": Json(response),
        "input_tokens": input_tokens,
        "output_tokens": output_tokens,
        "cache_tokens": cache_tokens,
        "cost_usd": cost_usd,
    }
    return _one(conn, _FINISH, values)


def fail(
    conn: Connection[Any],
    entry_id: UUID | str,
    *,
    error: str,
    input_tokens: int = 0,
    output_tokens: int = 0,
    cost_usd: float = 0,
) -> JournalEntry:
    """Keep why it failed, and what it cost all the same."""
    values = {
        "id": entry_id,
        "error": error,
        "input_tokens": input_tokens,
        "output_tokens": output_tokens,
        "cost_usd": cost_usd,
    }
    return _one(conn, _FAIL, values)


def _rows(conn: Connection[Any]) -> Cursor[JournalEntry]:
    return conn.cursor(row_factory=class_row(JournalEntry))


def _one(conn: Connection[Any], query: str, values: dict[str, Any]) -> JournalEntry:
    found = _rows(conn).execute(query, values).fetchone()
    if found is None:
        raise NotFound("journal entry", str(values["id"]))
    return found
