"""The empty inbox while videos are being made: what they ask next comes by itself."""

from collections.abc import Sequence

from ui import look, navigation, texts
from ui.state import Studio
from ui.words import plain
from vid_pipeline.records import Production
from vid_pipeline.store import productions

_t = texts.of("inbox")
_MOST = 12


def at_work(here: Studio) -> list[Production]:
    """What is being made for this user at this moment, and waits for nobody."""
    with here.db.acting(here.user) as conn:
        return productions.at_work(conn, _MOST)


def render(made: Sequence[Production]) -> None:
    """Lead to them."""
    with look.empty("inbox", _t("at_work"), _t("at_work_said", n=len(made))):
        for one in made:
            title = plain(one.brief.title or one.brief.name)
            navigation.link(
                "run", _t("watch_it", title=title), icon=":material/movie:", production=str(one.id)
            )
