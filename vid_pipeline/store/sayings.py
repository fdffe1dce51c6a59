"""What agents are writing at this moment: gone when their step ends."""

from typing import Any
from uuid import UUID

from psycopg import Connection, Cursor
from psycopg.rows import class_row

from vid_pipeline.records import Saying

LONGEST = 6000
"""Characters that are kept of a text: its end."""

_SAY = """
insert into vidp.sayings (trace_id, owner_id, production_id, step_key, text)
select t.id, t.owner_id, t.production_id, t.step_key, %(text)s
from vidp.step_traces t where t.id = %(trace)s and t.state = 'running'
on conflict (trace_id) do update set text = excluded.text, said_at = clock_timestamp()"""
_OF_PRODUCTION = """
select trace_id, step_key, text, said_at from vidp.sayings
where production_id = %(production)s order by said_at"""


def say(conn: Connection[Any], trace_id: UUID | str, text: str) -> None:
    """Replace what a running step is writing; ignored once it has ended."""
    kept = text.replace("\0", "�")[-LONGEST:]
    conn.execute(_SAY, {"trace": trace_id, "text": kept})


def of_production(conn: Connection[Any], production_id: UUID) -> list[Saying]:
    """What each of its steps is writing."""
    return _rows(conn).execute(_OF_PRODUCTION, {"production": production_id}).fetchall()


def _rows(conn: Connection[Any]) -> Cursor[Saying]:
    return conn.cursor(row_factory=class_row(Saying))
