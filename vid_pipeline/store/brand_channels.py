"""Channels that videos are made for."""

from collections.abc import Mapping
from typing import Any

from psycopg import Connection, Cursor
from psycopg.rows import class_row

from vid_pipeline.brand_records import BrandChannel
from vid_pipeline.errors import NotFound

_LISTED = """
select * from vidp.brand_channels where (archived_at is null) or %(archived)s
order by archived_at nulls first, name, id"""
_GET = "select * from vidp.brand_channels where slug = %(slug)s"
_SLUGS = "select slug from vidp.brand_channels"
_ADD = """
insert into vidp.brand_channels
    (owner_id, slug, name, description, kit, voice, language, workflow, month_usd)
values (vidp.uid(), %(slug)s, %(name)s, %(description)s, %(kit)s::json, %(voice)s, %(language)s,
    %(workflow)s, %(month_usd)s) returning *"""
_SET = """
update vidp.brand_channels set name = %(name)s, description = %(description)s,
    kit = %(kit)s::json, voice = %(voice)s, language = %(language)s, workflow = %(workflow)s,
    month_usd = %(month_usd)s
where slug = %(slug)s returning *"""
_ARCHIVE = """
update vidp.brand_channels
set archived_at = case when %(archived)s then clock_timestamp() end
where slug = %(slug)s returning *"""
_SPENT = """
select coalesce(sum(j.cost_usd), 0) from vidp.journal j
join vidp.productions p on p.owner_id = j.owner_id and p.id = j.production_id
where j.cost_usd > 0 and p.brief #>> '{brand,channel}' = %(slug)s
    and coalesce(j.done_at, j.sent_at) >= date_trunc('month', clock_timestamp(), 'UTC')"""
_MADE = """
select brief #>> '{brand,channel}', count(*) from vidp.productions
where brief #>> '{brand,channel}' is not null group by 1"""


def listed(conn: Connection[Any], *, archived: bool = False) -> list[BrandChannel]:
    """Channels by name; archived ones last, if they are asked for."""
    return _rows(conn).execute(_LISTED, {"archived": archived}).fetchall()


def get(conn: Connection[Any], slug: str) -> BrandChannel:
    """A channel, archived or not.

    Raises:
        NotFound: the user has no such channel.
    """
    return _one(_rows(conn).execute(_GET, {"slug": slug}).fetchone(), slug)


def slugs(conn: Connection[Any]) -> set[str]:
    """Those that are taken."""
    return {slug for (slug,) in conn.execute(_SLUGS).fetchall()}


def add(conn: Connection[Any], values: Mapping[str, object]) -> BrandChannel:
    """A new channel; `values` are by column, `kit` as JSON."""
    return _one(_rows(conn).execute(_ADD, values).fetchone(), str(values["slug"]))


def change(conn: Connection[Any], values: Mapping[str, object]) -> BrandChannel:
    """Set all of a channel but its slug.

    Raises:
        NotFound: the user has no such channel.
    """
    return _one(_rows(conn).execute(_SET, values).fetchone(), str(values["slug"]))


def archive(conn: Connection[Any], slug: str, *, archived: bool) -> BrandChannel:
    """Put a channel away, or take it back.

    Raises:
        NotFound: the user has no such channel.
    """
    row = _rows(conn).execute(_ARCHIVE, {"slug": slug, "archived": archived}).fetchone()
    return _one(row, slug)


def spent_usd(conn: Connection[Any], slug: str) -> float:
    """What its videos have cost in this calendar month of UTC."""
    row = conn.execute(_SPENT, {"slug": slug}).fetchone()
    assert row is not None
    return round(float(row[0]), 9)


def made(conn: Connection[Any]) -> dict[str, int]:
    """How many videos were begun for each channel, by slug."""
    return dict(conn.execute(_MADE).fetchall())


def _rows(conn: Connection[Any]) -> Cursor[BrandChannel]:
    return conn.cursor(row_factory=class_row(BrandChannel))


def _one(found: BrandChannel | None, slug: str) -> BrandChannel:
    if found is None:
        raise NotFound("channel", slug, "See Channels.")
    return found
