"""Saying in Dagster, too, what a production's runs wait for: as a tag, true at any time."""

from collections.abc import Callable
from uuid import UUID

from vid_pipeline import tags
from vid_pipeline.store import launches
from vid_pipeline.store.database import Database

SetTags = Callable[[str, dict[str, str]], None]


def tell(db: Database, owner: UUID, production_id: UUID, set_tags: SetTags) -> None:
    """Tag the runs that wait, and those that do not any more.

    `set_tags` puts tags on a run of Dagster's by its id.
    """
    with db.acting(owner) as conn:
        for launch in launches.of_production(conn, production_id):
            if launch.run_id is not None and launch.waits_for != launch.told:
                set_tags(launch.run_id, {tags.WAITING: launch.waits_for or tags.MOVED_ON})
                launches.told(conn, launch.id)
