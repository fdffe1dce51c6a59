"""The tags by which a Dagster run and our production know each other."""

from vid_pipeline.records import Launch, Production

PRODUCTION = "vidp/production"
LAUNCH = "vidp/launch"
SOURCE = "vidp/source"
FRESH = "vidp/fresh"
WAITING = "vidp/waiting"
"""What a run waits for; "no" once it has moved on, since Dagster takes no tag away."""

FOREGROUND = "vidp/foreground"
"""Set on runs whose process is ours and not Dagster's: a signal there means "cancel"."""

MOVED_ON = "no"
_LONGEST = 120


def of(production: Production, launch: Launch) -> dict[str, str]:
    """The tags of a production's run; a fresh one reuses nothing of earlier runs."""
    tags = {
        PRODUCTION: str(production.id),
        LAUNCH: str(launch.id),
        SOURCE: production.brief.name[:_LONGEST],
    }
    return tags | ({FRESH: "1"} if launch.fresh else {})
