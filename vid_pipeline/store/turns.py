"""Turns: what a step was told of what it gave, before it tries again."""

from typing import Any
from uuid import UUID

from psycopg import Connection, Cursor
from psycopg.rows import class_row
from psycopg.types.json import Json
from pydantic import JsonValue

from vid_pipeline.records import TurnRecord

_ADD = """
insert into vidp.turns (owner_id, production_id, step_key, number, feedback, about, author_id,
    request_id)
select vidp.uid(), %(production)s, %(step_key)s, 1 + count(*), %(feedback)s, %(about)s, %(author)s,
    %(request)s
from vidp.turns where production_id = %(production)s and step_key = %(step_key)s returning *"""
_OF_PRODUCTION = """
select * from vidp.turns where production_id = %(production)s order by step_key, number"""
_OF_STEP = """
select * from vidp.turns where production_id = %(production)s and step_key = %(step_key)s
order by number"""


def add(
    conn: Connection[Any],
    production_id: UUID,
    step_key: str,
    feedback: str,
    *,
    about: JsonValue,
    author_id: UUID,
    request_id: UUID | None,
) -> TurnRecord:
    """Feedback on what a step gave last; `about` is the `MediaRef` of that, as JSON."""
    values = {
        "production": production_id,
        "step_key": step_key,
        "feedback": feedback,
        "about": Json(about),
        "author": author_id,
        "request": request_id,
    }
    made = _rows(conn).execute(_ADD, values).fetchone()
    assert made is not None
    return made


def of_production(conn: Connection[Any], production_id: UUID) -> list[TurnRecord]:
    """All feedback in a production, by step, oldest first."""
    return _rows(conn).execute(_OF_PRODUCTION, {"production": production_id}).fetchall()


def of_step(conn: Connection[Any], production_id: UUID, step_key: str) -> list[TurnRecord]:
    """The feedback that one step was given, oldest first."""
    values = {"production": production_id, "step_key": step_key}
    return _rows(conn).execute(_OF_STEP, values).fetchall()


def _rows(conn: Connection[Any]) -> Cursor[TurnRecord]:
    return conn.cursor(row_factory=class_row(TurnRecord))
