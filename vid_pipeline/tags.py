"""The tags by which a Dagster run and our production know each other."""

from vid_pipeline.records import Production

PRODUCTION = "vidp/production"
SOURCE = "vidp/source"
FRESH = "vidp/fresh"
FOREGROUND = "vidp/foreground"
"""Set on runs whose process belongs to a terminal: a signal there means "cancel"."""

_LONGEST = 120


def of(production: Production, *, fresh: bool) -> dict[str, str]:
    """The tags of a production's run; a fresh one reuses nothing of earlier runs."""
    tags = {PRODUCTION: str(production.id), SOURCE: production.brief.name[:_LONGEST]}
    return tags | ({FRESH: "1"} if fresh else {})
