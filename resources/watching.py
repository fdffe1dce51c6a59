"""What triggers see the world by; as a program, what is there to be found: one JSON object.

    python -m resources.watching USER < trigger.json     what the trigger would make
    python -m resources.watching < feed.json             the items of the feed at its `url`

A root like the code location: here the filtering proxy and the installation are joined.
"""

import json
import sys
from dataclasses import asdict
from typing import Any
from uuid import UUID

from resources.web import WebResource
from vid_pipeline.acts import rehearsing
from vid_pipeline.acts.triggers import feeds
from vid_pipeline.acts.triggers.looking import Outside, folders
from vid_pipeline.errors import VidPipelineError
from vid_pipeline.settings import Settings
from vid_pipeline.store.database import opened
from vid_pipeline.trigger_records import NewTrigger
from vid_pipeline.watched import OnFeed


def outside(settings: Settings) -> Outside:
    """The real world, as far as the operator lets triggers see it."""
    allowed = tuple(one.strip() for one in settings.watched_buckets.split(",") if one.strip())
    return Outside(WebResource.of(settings).fetch, folders(settings), allowed)


def main(arguments: list[str] | None = None) -> int:
    """Print what the trigger on standard input would find for a user, or what a feed holds."""
    user = next(iter(sys.argv[1:] if arguments is None else arguments), None)
    settings, asked = Settings.read(), sys.stdin.read()
    try:
        found = _items(settings, asked) if user is None else _would(settings, UUID(user), asked)
        told: dict[str, object] = {"finds": found, "fault": None}
    except VidPipelineError as fault:
        told = {"finds": [], "fault": str(fault)}
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


def _would(settings: Settings, user: UUID, asked: str) -> list[dict[str, Any]]:
    new = NewTrigger.model_validate_json(asked)
    with opened(settings) as db:
        return [asdict(one) for one in rehearsing.would(db, user, new, outside(settings))]


def _items(settings: Settings, asked: str) -> list[dict[str, Any]]:
    url = OnFeed.model_validate_json(asked).url
    page = outside(settings).fetch(url)
    return [
        {
            "title": one.title,
            "url": one.url,
            "name": one.document and one.document.name,
            "text": one.document and one.document.data.decode("utf-8", "replace"),
        }
        for one in feeds.read(page.body, url)
    ]


if __name__ == "__main__":
    sys.exit(main())
