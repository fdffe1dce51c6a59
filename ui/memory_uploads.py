"""Documents that people give to a brain: read, cut into parts, remembered."""

from datetime import datetime

from assets.sources.article import MAX_BYTES, parse
from assets.sources.clean import paragraphs
from vid_pipeline.acts import remembering
from vid_pipeline.acts.remembering import Brain
from vid_pipeline.errors import BadSource
from vid_pipeline.memories import Kept

TYPES = ("md", "txt", "html", "htm", "pdf")


def take_in(
    brain: Brain, name: str, data: bytes, *, expires_at: datetime | None = None, who: str = "you"
) -> list[Kept]:
    """Remember a document; its name says what it is.

    Raises:
        BadSource: it cannot be read, or is too large.
        BadRequest: there is nothing in it, or too much.
    """
    if len(data) > MAX_BYTES:
        remedy = f"Give a file of at most {MAX_BYTES / 1e6:.0f} MB."
        raise BadSource(name, "it is too large", remedy)
    parts = paragraphs(parse(data, name))
    return remembering.take_in(brain, name, parts, expires_at=expires_at, who=who)
