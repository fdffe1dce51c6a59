"""Why a step cannot run alone, as people are told."""

from ui import texts
from ui.words import plain
from vid_pipeline.acts.following import title_of
from vid_pipeline.errors import NotAlone

_t = texts.of("alone")


def why(reason: NotAlone) -> str:
    """Why it cannot, and what to do first."""
    first = plain(title_of(reason.first or ""))
    return _t.table("refused")[reason.cause].format(step=plain(title_of(reason.step)), first=first)
