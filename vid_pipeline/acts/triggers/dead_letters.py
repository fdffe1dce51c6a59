"""Telling whoever set a trigger of what it found and no video can be made of."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection

from vid_pipeline.acts import notice_words
from vid_pipeline.store import notices, triggers
from vid_pipeline.trigger_records import Trigger


def tell(conn: Connection[Any], trigger: Trigger, finds: Sequence[UUID], *, now: datetime) -> None:
    """Post one notice of those of a trigger's finds that have just become dead letters, if any did.

    `conn` is the transaction in which they did, so that each time is told of once. A find whose
    video failed is none of these: that is told of as any video that fails.
    """
    dead = triggers.dead(conn, finds)
    if dead:
        first = dead[0]
        what = notice_words.several(first.title or trigger.watches.kind, len(dead) - 1)
        notices.post_of(
            conn, "dead_letter", about=trigger.name, what=what, detail=first.reason,
            occasion=f"{first.id} {now.isoformat()}", trigger_id=trigger.id,
        )  # fmt: skip
