"""The empty inbox while videos are being made: what they ask next comes by itself."""

from collections.abc import Sequence
from uuid import UUID

import streamlit as st

from ui import look, navigation, texts
from ui.state import Studio
from ui.words import plain
from vid_pipeline.records import Production
from vid_pipeline.store import productions, requests

_t = texts.of("inbox")
_EVERY = "3s"
_MOST = 12


def at_work(here: Studio) -> list[Production]:
    """What is being made for this user at this moment, and waits for nobody."""
    with here.db.acting(here.user) as conn:
        found = productions.at_work(conn, _MOST)
    return [one for one in found if one.state != "waiting"]


def render(here: Studio, made: Sequence[Production]) -> None:
    """Lead to them, and draw the whole page again as soon as one of them asks or has ended."""
    with look.empty("inbox", _t("at_work"), _t("at_work_said", n=len(made))):
        for one in made:
            title = plain(one.brief.title or one.brief.name)
            navigation.link(
                "run", _t("watch_it", title=title), icon=":material/movie:", production=str(one.id)
            )
        _listen(here, {one.id for one in made})


@st.fragment(run_every=_EVERY)
def _listen(here: Studio, known: set[UUID]) -> None:
    with here.db.acting(here.user) as conn:
        waiting = requests.count_open(conn)
    if waiting or {one.id for one in at_work(here)} != known:
        st.rerun()
