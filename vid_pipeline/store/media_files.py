"""Files that people brought into their library, and tags on all that is in it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg import Connection, Cursor
from psycopg.rows import class_row

from vid_pipeline.errors import NotFound
from vid_pipeline.media_records import MediaFile

_ADD = """
insert into vidp.media_files (owner_id, name, kind, mime, sha256, size_bytes, width_px, height_px,
    duration_s, preview)
values (vidp.uid(), %(name)s, %(kind)s, %(mime)s, %(sha256)s, %(size_bytes)s, %(width_px)s,
    %(height_px)s, %(duration_s)s, %(preview)s::json)
on conflict (owner_id, sha256) where deleted_at is null do update set name = excluded.name
returning *"""
_LISTED = """
select * from vidp.media_files where deleted_at is null
order by uploaded_at desc, id desc limit %(most)s"""
_COUNT = "select count(*) from vidp.media_files where deleted_at is null"
_GET = "select * from vidp.media_files where id::text = %(id)s and deleted_at is null"
_DELETE = """
update vidp.media_files set deleted_at = clock_timestamp()
where id = %(id)s and deleted_at is null returning *"""
_RESTORE = """
update vidp.media_files f set deleted_at = null
where id = %(id)s and not exists (select 1 from vidp.media_files o
    where o.sha256 = f.sha256 and o.deleted_at is null)
returning *"""
_PURGE = """
delete from vidp.media_files where deleted_at < clock_timestamp() - %(age)s::interval
returning id"""
_TAG = """
insert into vidp.media_tags (owner_id, item, tags) values (vidp.uid(), %(item)s, %(tags)s)
on conflict (owner_id, item) do update set tags = excluded.tags"""
_UNTAG = "delete from vidp.media_tags where item = any(%(items)s)"
_TAGS = "select item, tags from vidp.media_tags"
_USED_BY = """
select distinct p.id, coalesce(p.brief ->> 'title', p.brief ->> 'name') as name, p.created_at
from vidp.productions p
where p.brief #>> '{document,sha256}' = %(sha256)s
    or p.brief #>> '{brand,logo,sha256}' = %(sha256)s
    or exists (select 1 from vidp.step_events e where e.owner_id = p.owner_id
        and e.production_id = p.id and e.kind = 'tool'
        and strpos(e.detail::text, %(item)s) > 0)
order by p.created_at desc limit 20"""


def add(conn: Connection[Any], values: Mapping[str, object]) -> MediaFile:
    """A file, or the one with the same bytes that is there already, under its new name."""
    return _one(_rows(conn).execute(_ADD, values).fetchone(), str(values["name"]))


def listed(conn: Connection[Any], *, most: int) -> list[MediaFile]:
    """Files, newest first."""
    return _rows(conn).execute(_LISTED, {"most": most}).fetchall()


def count(conn: Connection[Any]) -> int:
    """How many there are."""
    row = conn.execute(_COUNT).fetchone()
    return int(row[0]) if row else 0


def get(conn: Connection[Any], file_id: UUID | str) -> MediaFile:
    """A file.

    Raises:
        NotFound: the user has no such file, or has deleted it.
    """
    return _one(_rows(conn).execute(_GET, {"id": str(file_id)}).fetchone(), str(file_id))


def delete(conn: Connection[Any], file_id: UUID) -> MediaFile:
    """Take it out of the library; `restore` brings it back until it is purged.

    Raises:
        NotFound: the user has no such file.
    """
    return _one(_rows(conn).execute(_DELETE, {"id": file_id}).fetchone(), str(file_id))


def restore(conn: Connection[Any], file_id: UUID) -> None:
    """Bring a deleted file back; if its bytes were uploaded again since, they are there anyway."""
    conn.execute(_RESTORE, {"id": file_id})


def purge(conn: Connection[Any], *, age_days: int) -> list[UUID]:
    """Forget the rows of files that were deleted so long ago; their ids."""
    return [row[0] for row in conn.execute(_PURGE, {"age": f"{age_days} days"}).fetchall()]


def tag(conn: Connection[Any], item: str, tags: Sequence[str]) -> None:
    """Set what a file is tagged with."""
    if tags:
        conn.execute(_TAG, {"item": item, "tags": list(tags)})
    else:
        untag(conn, [item])


def untag(conn: Connection[Any], items: Sequence[str]) -> None:
    """Take all tags off files."""
    conn.execute(_UNTAG, {"items": list(items)})


def tags(conn: Connection[Any]) -> dict[str, tuple[str, ...]]:
    """All tags, by file."""
    return {item: tuple(told) for item, told in conn.execute(_TAGS).fetchall()}


def used_by(conn: Connection[Any], sha256: str, item: str) -> list[tuple[UUID, str]]:
    """Productions that were made from a file, or whose agents were given it; newest first."""
    found = conn.execute(_USED_BY, {"sha256": sha256, "item": item}).fetchall()
    return [(production, name) for production, name, _ in found]


def _rows(conn: Connection[Any]) -> Cursor[MediaFile]:
    return conn.cursor(row_factory=class_row(MediaFile))


def _one(found: MediaFile | None, key: str) -> MediaFile:
    if found is None:
        raise NotFound("file", key, "See the library.")
    return found
