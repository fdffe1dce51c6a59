"""What is at work at this moment, kept up to date by the user's own stream."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import streamlit as st

from ui import listening, look, navigation, texts
from ui.live import mine
from ui.live.routes import MINE
from ui.state import Studio
from vid_pipeline.acts import making
from vid_pipeline.acts.watching import Sight
from vid_pipeline.errors import UserError

_t = texts.of("running_now")
_FILES = Path(__file__).with_suffix("")
_WORDS = ("starting", "next_step", "steps", "left", "progress")


def render(here: Studio, productions: Sequence[UUID]) -> None:
    """Draw them."""
    if not productions:
        return
    st.subheader(_t("title"), anchor=False)
    for production in productions:
        with st.container(border=True, gap="small"):
            _row(here, here.watch(production).look())


def _row(here: Studio, sight: Sight) -> None:
    production, words = sight.production, _t.plain()
    line = listening.component("vidp_at_work", _FILES, '<div class="at-work"></div>')
    line(
        key=f"home:line:{production.id}",
        data={
            "events": MINE,
            "state": mine.at_work(sight).model_dump(mode="json"),
            "texts": {name: words[name] for name in _WORDS},
        },
    )
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        navigation.link(
            "run", _t("open"), icon=":material/visibility:", production=str(production.id)
        )
        key = f"home:stop:{production.id}"
        if st.button(_t("stop"), key=key, icon=":material/stop_circle:", type="tertiary"):
            _stop(here, production.id)


def _stop(here: Studio, production: UUID) -> None:
    try:
        making.cancel(here.shop, here.user, production)
    except UserError as over:  # it ended in the meantime
        st.toast(str(over))
    else:
        look.flash(_t("stopping"))
        st.rerun()
