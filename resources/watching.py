"""What triggers see the world by; as a program, what a trigger would find: one JSON object.

    python -m resources.watching USER < trigger.json

A root like the code location: here the filtering proxy and the installation are joined.
"""

import json
import sys
from dataclasses import asdict
from uuid import UUID

from resources.web import WebResource
from vid_pipeline.acts import rehearsing
from vid_pipeline.acts.triggers.looking import Outside, folders
from vid_pipeline.errors import VidPipelineError
from vid_pipeline.settings import Settings
from vid_pipeline.store.database import opened
from vid_pipeline.trigger_records import NewTrigger


def outside(settings: Settings) -> Outside:
    """The real world, as far as the operator lets triggers see it."""
    allowed = tuple(one.strip() for one in settings.watched_buckets.split(",") if one.strip())
    return Outside(WebResource.of(settings).fetch, folders(settings), allowed)


def main(arguments: list[str] | None = None) -> int:
    """Print what the trigger on standard input would find for a user."""
    (user,) = arguments or sys.argv[1:]
    settings = Settings.read()
    new = NewTrigger.model_validate_json(sys.stdin.read())
    with opened(settings) as db:
        try:
            seen = rehearsing.would(db, UUID(user), new, outside(settings))
            told: dict[str, object] = {"finds": [asdict(one) for one in seen], "fault": None}
        except VidPipelineError as fault:
            told = {"finds": [], "fault": str(fault)}
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
