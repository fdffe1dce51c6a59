"""Links in notices: to the sign-in, then to what waits. They sign nobody in and decide nothing."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from psycopg import Connection

from vid_pipeline.notice_records import Where
from vid_pipeline.settings import Settings
from vid_pipeline.store import links
from vid_pipeline.store.database import Database
from vid_pipeline.store.keys import Keys


def studio_url(settings: Settings) -> str:
    """Where people open the studio, without a slash at its end."""
    return (settings.studio_url or f"http://127.0.0.1:{settings.studio_port}").rstrip("/")


def link_for(conn: Connection[Any], settings: Settings, keys: Keys, notice_id: UUID) -> str:
    """A URL for whom `conn` acts as, about a notice of theirs; good for one opening in a week."""
    return f"{studio_url(settings)}/open?{urlencode({'token': links.make(conn, keys, notice_id)})}"


def path_of(where: Where) -> str:
    """The studio's page that a link leads to; the home page if what it was about is gone."""
    pages = {
        "/inbox?request": where.request_id,
        "/run?production": where.production_id,
        "/batches?batch": where.batch_id,
        "/triggers?trigger": where.trigger_id,
    }
    return next((f"{page}={found}" for page, found in pages.items() if found is not None), "/")


def open_link(db: Database, token: str, *, user: UUID | None = None) -> Where:
    """Where a link leads; it is used up by this, so call it once its user has signed in.

    `user` is who has signed in: a link of somebody else is refused, and stays good for them.
    Whoever follows links before people do, such as a mail scanner, uses up nothing that way.

    Raises:
        LinkRefused: forged, somebody else's, used before or expired.
    """
    whose = links.user_of(db.keys, token)
    if user is not None and user != whose:
        raise links.refused("other")
    with db.acting(whose) as conn:
        return links.use(conn, db.keys, token)
