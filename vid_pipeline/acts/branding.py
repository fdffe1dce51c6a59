"""Channels that videos are made for: set up, put away, and lent to the videos."""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from psycopg import Connection

from vid_pipeline.acts.briefs import Wishes
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import MediaRef
from vid_pipeline.brand_records import BrandChannel, BrandKit
from vid_pipeline.errors import BadRequest, BadSource, NotFound
from vid_pipeline.media.cards.palettes import PALETTES
from vid_pipeline.memories import MAIN
from vid_pipeline.ports import Store
from vid_pipeline.store import brand_channels, workflows
from vid_pipeline.store.database import Database

LARGEST_LOGO_BYTES = 5_000_000
LONGEST_NAME, LONGEST_DESCRIPTION = 80, 2_000
_LANGUAGE = re.compile(r"[a-z]{2}")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Draft:
    """A channel as people fill it in."""

    name: str
    description: str = ""
    kit: BrandKit = field(default_factory=BrandKit)
    voice: str | None = None
    language: str | None = None
    workflow: str | None = None
    month_usd: float | None = None


@dataclass(frozen=True)
class Listed:
    """A channel, how many videos were begun for it, and what they cost this month."""

    channel: BrandChannel
    videos: int


def listed(db: Database, user: UUID, *, archived: bool = False) -> list[Listed]:
    """A user's channels by name; archived ones last, if they are asked for."""
    with db.acting(user) as conn:
        found = brand_channels.listed(conn, archived=archived)
        made = brand_channels.made(conn)
    return [Listed(channel, made.get(channel.slug, 0)) for channel in found]


def get(db: Database, user: UUID, slug: str) -> BrandChannel:
    """A channel.

    Raises:
        NotFound: the user has no such channel.
    """
    with db.acting(user) as conn:
        return brand_channels.get(conn, slug)


def named(db: Database, user: UUID, name: str) -> BrandChannel:
    """A channel by its slug, or by what people call it, in whatever case; none that is put away.

    Raises:
        NotFound: the user has no such channel; says which there are.
        BadRequest: several are called so.
    """
    wanted = name.strip().casefold()
    with db.acting(user) as conn:
        known = brand_channels.listed(conn)
    found = [one for one in known if one.slug == wanted]
    found = found or [one for one in known if one.name.casefold() == wanted]
    if len(found) > 1:
        slugs = ", ".join(one.slug for one in found)
        raise BadRequest("Channel", name, f"Several are called so: give one of {slugs}.")
    if not found:
        slugs = ", ".join(one.slug for one in known)
        told = f"There are: {slugs}." if slugs else "Add one in the studio under Channels."
        raise NotFound("channel", name, told)
    return found[0]


def add(db: Database, user: UUID, draft: Draft) -> BrandChannel:
    """A new channel; its slug is made from its name.

    Raises:
        BadRequest: something cannot be used; says which and what would do.
        NotFound: the user has no such workflow.
    """
    with db.acting(user) as conn:
        slug = slug_of(draft.name, brand_channels.slugs(conn))
        return brand_channels.add(conn, _checked(conn, slug, draft))


def change(db: Database, user: UUID, slug: str, draft: Draft) -> BrandChannel:
    """Set a channel anew; raises as `add`, and `NotFound` if there is none."""
    with db.acting(user) as conn:
        return brand_channels.change(conn, _checked(conn, slug, draft))


def archive(db: Database, user: UUID, slug: str, *, archived: bool = True) -> BrandChannel:
    """Put a channel away, or take it back; its videos stay.

    Raises:
        NotFound: the user has no such channel.
    """
    with db.acting(user) as conn:
        return brand_channels.archive(conn, slug, archived=archived)


def logo(data: bytes, name: str, store: Store) -> MediaRef:
    """A picture as a channel's logo: a clean PNG in the store.

    Raises:
        BadSource: no picture that is read, or one that is too large or too long a strip.
    """
    from vid_pipeline.media.logo import cleaned  # noqa: PLC0415  (it brings skia)

    if len(data) > LARGEST_LOGO_BYTES:
        limit = f"{LARGEST_LOGO_BYTES // 1_000_000} MB"
        raise BadSource(name, f"it is larger than {limit}", "Give a smaller picture.")
    return store.put_bytes(cleaned(data, name), "image/png")


def lent(shop: Workshop, user: UUID, slug: str, wishes: Wishes) -> Wishes:
    """The wishes for a video of a channel: what it lends, where nothing else is wished.

    Raises:
        NotFound: the user has no such channel.
        BadRequest: it is archived, or has used up its share of the budget.
    """
    with shop.db.acting(user) as conn:
        channel = brand_channels.get(conn, slug)
        spent_usd = brand_channels.spent_usd(conn, slug) if channel.month_usd is not None else 0.0
    if channel.archived_at is not None:
        raise BadRequest("Channel", channel.name, "It is archived: take it back under Channels.")
    if channel.month_usd is not None and spent_usd >= channel.month_usd > 0:
        told = f"It has used up its ${channel.month_usd:,.2f} of this month: raise its share."
        raise BadRequest("Channel", channel.name, told)
    return replace(
        wishes,
        voice=wishes.voice or channel.voice,
        language=wishes.language or channel.language,
        brand=channel.brand,
    )


def spent_usd(db: Database, user: UUID, slug: str) -> float:
    """What a channel's videos have cost in this calendar month of UTC."""
    with db.acting(user) as conn:
        return brand_channels.spent_usd(conn, slug)


def slug_of(name: str, taken: set[str]) -> str:
    """A slug that a name reads as, and nobody else has: `Münchner Küche` gives `munchner-kuche`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = _NOT_SLUG.sub("-", plain).strip("-")[:48].strip("-")
    if not base or not base[0].isalpha():
        base = f"channel-{base}".rstrip("-")
    numbers = (base if number == 1 else f"{base}-{number}" for number in range(1, 10_000))
    return next(slug for slug in numbers if slug not in taken | {MAIN})


def _checked(conn: Connection[Any], slug: str, draft: Draft) -> dict[str, object]:
    name, language = draft.name.strip(), (draft.language or "").strip().lower() or None
    if not 0 < len(name) <= LONGEST_NAME:
        raise BadRequest("Name", draft.name, f"Give 1 to {LONGEST_NAME} characters.")
    if language is not None and not _LANGUAGE.fullmatch(language):
        raise BadRequest("Language", draft.language, "Give its ISO 639-1 code: en, de, es, …")
    if draft.kit.palette is not None and draft.kit.palette not in PALETTES:
        raise BadRequest("Palette", draft.kit.palette, f"Choose one of: {', '.join(PALETTES)}.")
    if draft.month_usd is not None and not 0 <= draft.month_usd < float("inf"):
        raise BadRequest("Budget", draft.month_usd, "Give US dollars, 0 or more.")
    if draft.workflow is not None:
        workflows.get(conn, draft.workflow)
    return {
        "slug": slug,
        "name": name,
        "description": draft.description.strip()[:LONGEST_DESCRIPTION],
        "kit": draft.kit.model_dump_json(exclude_defaults=True),
        "voice": (draft.voice or "").strip() or None,
        "language": language,
        "workflow": draft.workflow,
        "month_usd": draft.month_usd,
    }
