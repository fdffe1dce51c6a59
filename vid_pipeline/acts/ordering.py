"""Ordering a video with whatever somebody has: a link, an article, an idea or a file."""

import re
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from vid_pipeline.acts import branding, launching, making
from vid_pipeline.acts.briefs import Upload, Wishes, brief_from, is_url, pasted
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.errors import BadSource
from vid_pipeline.kinds import Catalog
from vid_pipeline.records import Production, WorkflowVersion
from vid_pipeline.research import Research
from vid_pipeline.store import api_keys, workflows

Given = Literal["nothing", "link", "idea", "article"]

FEWEST_WORDS = 40
"""Of an article; what is shorter can only be an idea."""
_DOMAIN = re.compile(r"([\w-]+\.)+[a-z]{2,24}(:\d+)?(/\S*)?", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Order:
    """What was given: a text of any kind, or a file instead."""

    text: str = ""
    file: Upload | None = None


def recognised(text: str) -> Given:
    """What a text is: the address of a page, an idea, or an article to make a video of."""
    text = text.strip()
    if not text:
        return "nothing"
    if len(text.split()) == 1 and (is_url(text) or _DOMAIN.fullmatch(text)):
        return "link"
    return "idea" if len(text.split()) < FEWEST_WORDS else "article"


def takes_ideas(version: WorkflowVersion, catalog: Catalog) -> bool:
    """Whether a workflow finds out by itself what an idea leaves open."""
    kinds = (catalog.get(step.kind) for step in version.graph.steps)
    return any(kind is not None and kind.output is Research for kind in kinds)


def has_model(shop: Workshop, user: UUID) -> bool:
    """Whether a model can be asked: a key of the user's or the installation's, or none needed."""
    settings, provider = shop.settings, shop.settings.model.partition("/")[0]
    keys = {
        "anthropic": settings.anthropic_api_key,
        "openai": settings.openai_api_key or settings.openai_base_url,
    }
    if keys.get(provider, settings.model_key):
        return True
    with shop.db.acting(user) as conn:
        own = api_keys.of_user(conn)
    return any(key.provider == provider and key.revoked_at is None for key in own)


def make(
    shop: Workshop,
    user: UUID,
    order: Order,
    wishes: Wishes,
    *,
    workflow: str,
    channel: str | None = None,
) -> Production:
    """Begin a video, for a channel if one is named, which is being started meanwhile.

    Raises:
        BadSource: nothing was given, or this workflow cannot begin with it; says what would do.
        BadRequest: a wish that cannot be met, or the channel takes no more.
        NotFound: the user has no such workflow or channel.
        WorkflowError: the workflow cannot run here, or sends to a destination that is missing or
            paused; nothing was begun.
    """
    with shop.db.acting(user) as conn:
        version = workflows.get(conn, workflow)
    source = source_of(shop, user, order, version)
    making.refuse_unsendable(shop, user, workflow)
    if channel is not None:
        wishes = branding.lent(shop, user, channel, wishes)
    brief = brief_from(source, wishes, shop.store)
    production = making.begin(shop.db, user, brief, workflow=workflow)
    launching.soon(shop, making.planned(shop, production))
    return production


def source_of(shop: Workshop, user: UUID, order: Order, version: WorkflowVersion) -> str | Upload:
    """What a brief is made from; raises as `make` if this workflow cannot begin with it."""
    if order.file is not None:
        return order.file
    text = order.text.strip()
    given = recognised(text)
    if given == "nothing":
        raise BadSource(
            "New video", "nothing was given", "Paste a link, an article or an idea, or add a file."
        )
    if given == "link":
        return text if is_url(text) else f"https://{text}"
    if given == "idea":
        _refuse_idea(shop, user, text, version)
    return pasted(text)


def _refuse_idea(shop: Workshop, user: UUID, text: str, version: WorkflowVersion) -> None:
    shown = text if len(text) <= FEWEST_WORDS else f"{text[:FEWEST_WORDS].rstrip()}…"
    if not takes_ideas(version, shop.catalog):
        raise BadSource(
            shown,
            f"this is an idea, and “{version.title}” starts from an article",
            f"Paste the article itself ({FEWEST_WORDS} words or more), give the link of a page, "
            "or choose a workflow that does research.",
        )
    if not _ADDRESS.search(text) and not has_model(shop, user):
        raise BadSource(
            shown,
            "without a key for a model nobody can look this up",
            "Write the links of some pages under your idea, or add a key in Settings, Keys.",
        )
