"""What each step of a production read, wrote, took and spent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection, Cursor
from psycopg.rows import class_row
from psycopg.types.json import Json
from pydantic import JsonValue

from vid_pipeline.errors import NotFound
from vid_pipeline.records import StepTrace, TraceState

_START = """
insert into vidp.step_traces
    (owner_id, production_id, run_id, step_key, step_id, kind, attempt, inputs, fingerprint,
    definition, turns)
values (vidp.uid(), %(production)s, %(run_id)s, %(step_key)s, %(step_id)s, %(kind)s, %(attempt)s,
    %(inputs)s, %(fingerprint)s, %(definition)s, %(turns)s)
on conflict (owner_id, production_id, run_id, step_key, attempt) do update
    set state = 'running', started_at = clock_timestamp(), ended_at = null,
        inputs = excluded.inputs, fingerprint = excluded.fingerprint,
        definition = excluded.definition, turns = excluded.turns,
        progress = 0, note = '', error = null
returning *"""
_GIVE = """
insert into vidp.step_traces (owner_id, production_id, run_id, step_key, step_id, kind, state,
    started_at, ended_at, progress, inputs, output, output_sha, fingerprint, definition, turns,
    reused_from)
select owner_id, %(production)s, run_id, step_key, step_id, kind, 'reused',
    clock_timestamp(), clock_timestamp(), 1, inputs, output, output_sha, fingerprint, definition,
    0, run_id
from vidp.step_traces where id = any(%(ids)s) order by started_at, id"""
_HAND_ON = """
update vidp.step_traces set run_id = %(run_id)s
where production_id = %(production)s and step_key = %(step_key)s and state = 'reused'
returning *"""
_PROGRESS = """
update vidp.step_traces set progress = least(1, greatest(0, %(done)s)), note = %(note)s
where id = %(id)s and state = 'running'"""
_FINISH = """
update vidp.step_traces set state = 'done', ended_at = clock_timestamp(), progress = 1,
    output = %(output)s, output_sha = %(sha)s, input_tokens = %(input_tokens)s,
    output_tokens = %(output_tokens)s, cost_usd = %(cost_usd)s
where id = %(id)s returning *"""
_REUSE = """
update vidp.step_traces set state = 'reused', ended_at = clock_timestamp(), progress = 1,
    output = %(output)s, output_sha = %(sha)s, reused_from = %(run_id)s
where id = %(id)s returning *"""
_FAIL = """
update vidp.step_traces set state = %(state)s, ended_at = clock_timestamp(), error = %(error)s,
    input_tokens = %(input_tokens)s, output_tokens = %(output_tokens)s, cost_usd = %(cost_usd)s
where id = %(id)s returning *"""
_ABANDON = """
update vidp.step_traces set state = %(state)s, ended_at = clock_timestamp(), error = %(error)s
where production_id = %(production)s and state = 'running' returning *"""
_OF_PRODUCTION = """
select t.* from vidp.step_traces t left join vidp.launches l on l.run_id = t.run_id
where t.production_id = %(production)s
order by l.number nulls first, t.started_at, t.id"""  # runs by number: clocks may jump back
_REUSABLE = """
select * from vidp.step_traces where fingerprint = %(fingerprint)s and state = 'done'
order by ended_at desc limit 1"""
_TYPICAL = """
select kind, percentile_cont(0.5) within group (order by seconds) as seconds,
    percentile_cont(0.5) within group (order by cost_usd) as cost_usd
from (
    select kind, extract(epoch from ended_at - started_at)::double precision as seconds, cost_usd,
        row_number() over (partition by kind order by ended_at desc) as nth
    from vidp.step_traces where state = 'done') as finished
where nth <= 50 group by kind"""


@dataclass(frozen=True)
class Typical:
    """What one step of a kind took and cost: medians."""

    seconds: float
    cost_usd: float


def start(
    conn: Connection[Any],
    production_id: UUID | str,
    *,
    run_id: str,
    step_key: str,
    step_id: str,
    kind: str,
    attempt: int = 1,
    inputs: Mapping[str, object] | None = None,
    fingerprint: str | None = None,
    definition: str | None = None,
    turns: int = 0,
) -> StepTrace:
    """A running trace; the same try again starts anew in the same row."""
    values = {
        "production": production_id,
        "run_id": run_id,
        "step_key": step_key,
        "step_id": step_id,
        "kind": kind,
        "attempt": attempt,
        "inputs": Json(dict(inputs or {})),
        "fingerprint": fingerprint,
        "definition": definition,
        "turns": turns,
    }
    return _one(conn, _START, values)


def give(conn: Connection[Any], production_id: UUID, traces: Iterable[StepTrace]) -> None:
    """Give a production what steps of another one gave, as if it had reused them."""
    values = {"production": production_id, "ids": [one.id for one in traces]}
    conn.execute(_GIVE, values)


def hand_on(
    conn: Connection[Any], production_id: UUID, step_key: str, run_id: str
) -> StepTrace | None:
    """What a production was given of a step, which a run now hands on; None if it was not."""
    values = {"production": production_id, "step_key": step_key, "run_id": run_id}
    return _rows(conn).execute(_HAND_ON, values).fetchone()


def progress(conn: Connection[Any], trace_id: UUID | str, done: float, note: str = "") -> None:
    """Say how far it is, 0 to 1; ignored once it has ended."""
    conn.execute(_PROGRESS, {"id": trace_id, "done": done, "note": note})


def finish(
    conn: Connection[Any],
    trace_id: UUID | str,
    *,
    output: JsonValue,
    output_sha: str | None = None,
    input_tokens: int = 0,
    output_tokens: int = 0,
    cost_usd: float = 0,
) -> StepTrace:
    """End it well, with what it made and spent."""
    values = {
        "id": trace_id,
        "output": Json(output),
        "sha": output_sha,
        "input_tokens": input_tokens,
        "output_tokens": output_tokens,
        "cost_usd": cost_usd,
    }
    return _one(conn, _FINISH, values)


def reuse(
    conn: Connection[Any],
    trace_id: UUID | str,
    *,
    output: JsonValue,
    reused_from: str,
    output_sha: str | None = None,
) -> StepTrace:
    """End it with the output of an earlier run; nothing was spent."""
    values = {
        "id": trace_id,
        "output": Json(output),
        "sha": output_sha,
        "run_id": reused_from,
    }
    return _one(conn, _REUSE, values)


def fail(
    conn: Connection[Any],
    trace_id: UUID | str,
    *,
    error: str = "",
    state: TraceState = "failed",
    input_tokens: int = 0,
    output_tokens: int = 0,
    cost_usd: float = 0,
) -> StepTrace:
    """End it without an output: failed, skipped or cancelled; it may have spent all the same."""
    values = {
        "id": trace_id,
        "state": state,
        "error": error or None,
        "input_tokens": input_tokens,
        "output_tokens": output_tokens,
        "cost_usd": cost_usd,
    }
    return _one(conn, _FAIL, values)


def abandon(
    conn: Connection[Any], production_id: UUID | str, *, state: TraceState, error: str = ""
) -> list[StepTrace]:
    """End all that still run, because their process is gone; in the order they started."""
    values = {"production": production_id, "state": state, "error": error or None}
    ended = _rows(conn).execute(_ABANDON, values).fetchall()
    return sorted(ended, key=lambda trace: trace.started_at)


def of_production(conn: Connection[Any], production_id: UUID | str) -> list[StepTrace]:
    """All traces of a production, in the order they started."""
    return _rows(conn).execute(_OF_PRODUCTION, {"production": production_id}).fetchall()


def reusable(conn: Connection[Any], fingerprint: str) -> StepTrace | None:
    """The owner's newest finished trace with this fingerprint."""
    return _rows(conn).execute(_REUSABLE, {"fingerprint": fingerprint}).fetchone()


def typical(conn: Connection[Any]) -> dict[str, Typical]:
    """What each kind that ever ran takes and costs: medians of its last 50 that were not reused."""
    found = conn.execute(_TYPICAL).fetchall()
    return {kind: Typical(seconds, cost_usd) for kind, seconds, cost_usd in found}


def _rows(conn: Connection[Any]) -> Cursor[StepTrace]:
    return conn.cursor(row_factory=class_row(StepTrace))


def _one(conn: Connection[Any], query: str, values: Mapping[str, object]) -> StepTrace:
    found = _rows(conn).execute(query, values).fetchone()
    if found is None:
        raise NotFound("step trace", str(values["id"]))
    return found
