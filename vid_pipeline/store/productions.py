"""Productions: a brief on its way through a workflow version, and the states it may go through.

draft → queued → running → done, waiting, failed, cancelled ─(a new run)→ queued

Where it goes is not chosen but follows: from its launch, its steps and the open requests.
"""

from typing import Any
from uuid import UUID

from psycopg import Connection, Cursor
from psycopg.rows import class_row

from vid_pipeline.artifacts import Brief
from vid_pipeline.errors import BadRequest, NotFound
from vid_pipeline.records import Production, ProductionState, WorkflowVersion

ONLY_STEP = """(
    select l.redo ->> 0 from vidp.launches l
    where l.owner_id = p.owner_id and l.production_id = p.id and l.number = 1
        and l.reason = 'start' and l.steps is not null and not exists (
            select from vidp.launches m
            where m.owner_id = p.owner_id and m.production_id = p.id
                and m.reason in ('retry', 'version', 'dagster')))"""
"""What `alone.step_of` says of `vidp.productions p`."""

COLUMNS = f"p.*, {ONLY_STEP} as only_step"
"""Of `vidp.productions p`: a row of `Production`."""

_CREATE = """
insert into vidp.productions (owner_id, workflow, version, job_name, brief)
values (vidp.uid(), %(workflow)s, %(version)s, %(job_name)s, %(brief)s::json) returning *"""
_GET = f"select {COLUMNS} from vidp.productions p where id = %(key)s"  # noqa: S608
_FIND = f"""
select {COLUMNS} from vidp.productions p
where starts_with(id::text, %(key)s) or right(id::text, length(%(key)s)) = %(key)s limit 2"""  # noqa: S608
_AT_WORK = f"""
select {COLUMNS} from vidp.productions p where state in ('queued', 'running')
order by created_at desc limit %(limit)s"""  # noqa: S608
_RECENT = f"""
select {COLUMNS} from vidp.productions p
where %(workflow)s::text is null or workflow = %(workflow)s
order by created_at desc, id desc limit %(limit)s offset %(offset)s"""  # noqa: S608
_FINISHED = f"""
select {COLUMNS} from vidp.productions p where state = 'done'
order by created_at desc, id desc limit %(most)s"""  # noqa: S608
_COUNT_FINISHED = "select count(*) from vidp.productions where state = 'done'"
_ATTACH = f"""
update vidp.productions p set run_id = %(run_id)s, root_run_id = %(root)s, state = 'queued',
    ended_at = null, error = null, failed_step = null
where id = %(id)s and state = any(%(before)s) returning {COLUMNS}"""  # noqa: S608
_QUEUED = f"""
update vidp.productions p set state = 'queued', ended_at = null, error = null, failed_step = null
where id = %(id)s and state = any(%(before)s) returning {COLUMNS}"""  # noqa: S608
_CHANGE_VERSION = """
update vidp.productions set version = %(version)s, job_name = %(job_name)s
where id = %(id)s"""
_LOCK = f"select {COLUMNS} from vidp.productions p where id = %(id)s for update of p"  # noqa: S608
_RUNNING = f"""
update vidp.productions p set state = 'running', started_at = coalesce(started_at, now()),
    ended_at = null, error = null, failed_step = null
where id = %(id)s and state = any(%(before)s) returning {COLUMNS}"""  # noqa: S608
_WAITING = f"""
update vidp.productions p set state = 'waiting'
where id = %(id)s and state = any(%(before)s) returning {COLUMNS}"""  # noqa: S608
_END = f"""
update vidp.productions p set state = %(state)s, ended_at = now(), error = %(error)s,
    failed_step = %(step)s, folder = coalesce(%(folder)s, folder),
    video_s = coalesce(%(video_s)s, video_s)
where id = %(id)s and state = any(%(before)s) returning {COLUMNS}"""  # noqa: S608
_ENDED_SINCE = f"""
select * from (
    select {COLUMNS} from vidp.productions p
    where workflow = %(workflow)s and state = any(%(states)s)
        and (%(since)s::timestamptz is null or ended_at >= %(since)s::timestamptz)) p
where only_step is null order by ended_at desc limit 500"""  # noqa: S608
_OWNER = "select owner_id from vidp.productions where id = %(id)s"

_BEFORE: dict[str, list[ProductionState]] = {
    "queued": ["draft", "queued", "waiting", "failed", "cancelled", "done"],
    "running": ["draft", "queued", "running", "waiting", "failed", "cancelled"],
    "waiting": ["running"],
    "done": ["running"],
    "failed": ["draft", "queued", "running", "waiting"],
    "cancelled": ["draft", "queued", "running", "waiting", "failed"],
}


def create(conn: Connection[Any], version: WorkflowVersion, brief: Brief) -> Production:
    """A new draft: this brief through this version."""
    values = {
        "workflow": version.slug,
        "version": version.version,
        "job_name": version.job_name,
        "brief": brief.model_dump_json(),
    }
    made = _rows(conn).execute(_CREATE, values).fetchone()
    assert made is not None
    return made


def get(conn: Connection[Any], key: UUID | str) -> Production:
    """A production by its id, or by the first or last characters of it if only one fits.

    Raises:
        NotFound: none fits.
        BadRequest: several fit.
    """
    text = str(key).strip().lower()
    whole = _whole(text)
    asked = (_FIND, {"key": text}) if whole is None else (_GET, {"key": whole})
    found = _rows(conn).execute(*asked).fetchall() if text else []
    if not found:
        raise NotFound("production", text, "See `vidp runs`.")
    if len(found) > 1:
        raise BadRequest("Production", text, "Several ids fit: give more characters.")
    return found[0]


def _whole(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == len(str(UUID(int=0))) else None
    except ValueError:
        return None


def at_work(conn: Connection[Any], limit: int = 20) -> list[Production]:
    """Productions that a run works on, or soon will; newest first."""
    return _rows(conn).execute(_AT_WORK, {"limit": limit}).fetchall()


def recent(
    conn: Connection[Any], limit: int = 20, offset: int = 0, *, workflow: str | None = None
) -> list[Production]:
    """Productions, of one workflow if it is named, newest first."""
    values = {"limit": limit, "offset": offset, "workflow": workflow}
    return _rows(conn).execute(_RECENT, values).fetchall()


def finished(conn: Connection[Any], *, most: int) -> list[Production]:
    """Productions that came out as they should, newest first."""
    return _rows(conn).execute(_FINISHED, {"most": most}).fetchall()


def count_finished(conn: Connection[Any]) -> int:
    """How many did."""
    row = conn.execute(_COUNT_FINISHED).fetchone()
    return int(row[0]) if row else 0


def ended_since(
    conn: Connection[Any], workflow: str, states: list[str], since: str | None
) -> list[Production]:
    """Whole productions of a workflow that ended in one of these states, newest first."""
    values = {"workflow": workflow, "states": states, "since": since}
    return _rows(conn).execute(_ENDED_SINCE, values).fetchall()


def locked(conn: Connection[Any], production_id: UUID) -> Production:
    """A production, held until the transaction ends: who decides or launches takes turns.

    Raises:
        NotFound: the user has no such production.
    """
    found = _rows(conn).execute(_LOCK, {"id": production_id}).fetchone()
    if found is None:
        raise NotFound("production", str(production_id), "See `vidp runs`.")
    return found


def queued(conn: Connection[Any], production_id: UUID) -> Production:
    """Say that a run of it is planned."""
    return _move(conn, _QUEUED, production_id, "queued")


def on_version(conn: Connection[Any], production_id: UUID, version: int, job_name: str) -> None:
    """Let it go on through another version of its workflow."""
    values = {"id": production_id, "version": version, "job_name": job_name}
    conn.execute(_CHANGE_VERSION, values)


def attach_run(
    conn: Connection[Any], production_id: UUID | str, run_id: str, *, root: str | None = None
) -> Production:
    """Queue it under a Dagster run; `root` is the first run of its group, itself if None."""
    return _move(conn, _ATTACH, production_id, "queued", run_id=run_id, root=root or run_id)


def running(conn: Connection[Any], production_id: UUID | str) -> Production:
    """Say that a step of it runs. Saying so again changes nothing."""
    return _move(conn, _RUNNING, production_id, "running")


def waiting(conn: Connection[Any], production_id: UUID | str) -> Production:
    """Say that it waits for somebody's decision."""
    return _move(conn, _WAITING, production_id, "waiting")


def done(
    conn: Connection[Any],
    production_id: UUID | str,
    *,
    folder: str | None = None,
    video_s: float | None = None,
) -> Production:
    """End it well; `folder` is where it was delivered, `video_s` the length of its video."""
    return _end(conn, production_id, "done", folder=folder, video_s=video_s)


def failed(
    conn: Connection[Any], production_id: UUID | str, *, error: str, step: str | None = None
) -> Production:
    """End it with one line that says why, and the step at fault."""
    return _end(conn, production_id, "failed", error=" ".join(error.split()), step=step)


def cancelled(
    conn: Connection[Any], production_id: UUID | str, *, reason: str | None = None
) -> Production:
    """End it because somebody asked; `reason` is what they said."""
    return _end(conn, production_id, "cancelled", error=reason)


def owner_of(conn: Connection[Any], production_id: UUID | str) -> UUID:
    """Whose production it is (service).

    Raises:
        NotFound: there is no such production.
    """
    row = conn.execute(_OWNER, {"id": production_id}).fetchone()
    if row is None:
        raise NotFound("production", str(production_id))
    owner: UUID = row[0]
    return owner


def _end(
    conn: Connection[Any],
    production_id: UUID | str,
    state: ProductionState,
    *,
    error: str | None = None,
    step: str | None = None,
    folder: str | None = None,
    video_s: float | None = None,
) -> Production:
    told = {"error": error, "step": step, "folder": folder, "video_s": video_s}
    return _move(conn, _END, production_id, state, **told)


def _move(
    conn: Connection[Any],
    query: str,
    production_id: UUID | str,
    state: ProductionState,
    **values: str | float | None,
) -> Production:
    """Go to a state if that is possible from the present one.

    Raises:
        NotFound: there is no such production.
        BadRequest: it cannot go there from where it is.
    """
    row = {**values, "id": production_id, "state": state, "before": _BEFORE[state]}
    moved = _rows(conn).execute(query, row).fetchone()
    if moved is None:
        now = get(conn, production_id).state
        raise BadRequest("Production", str(production_id), f"It is {now}; it cannot be {state}.")
    return moved


def _rows(conn: Connection[Any]) -> Cursor[Production]:
    return conn.cursor(row_factory=class_row(Production))
