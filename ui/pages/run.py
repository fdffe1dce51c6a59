"""The page `run`: a production while it is made, when it waits, and when it has ended."""

from uuid import UUID

import streamlit as st

from ui import look, navigation, state, texts
from ui.pages.running import board, details, header, result
from ui.pages.running.shown import Shown
from ui.state import Studio
from vid_pipeline.acts import inspecting
from vid_pipeline.errors import NotFound

_t = texts.of("run")


def render() -> None:
    """Draw the production that the address names."""
    shown = _found(state.studio(), state.chosen())
    if shown is None:
        look.heading(_t("title"))
        with look.empty("movie_off", _t("nothing_title"), _t("nothing_said")):
            navigation.link("home", _t("to_home"), icon=":material/home:")
        return
    header.render(shown)
    made = inspecting.made(shown.here.shop, shown.version, shown.sight)
    if shown.production.state == "done" and shown.production.only_step is None:
        result.render(shown, made)
    st.subheader(_t("graph_title"), anchor=False)
    if key := board.render(shown):
        details.render(shown, key, made)


def _found(here: Studio, chosen: str | None) -> Shown | None:
    """The production; None if there is none, or if it is somebody else's."""
    try:
        watch = here.watch(UUID(chosen or ""))
    except (ValueError, NotFound):
        return None
    return Shown(here, watch.version, watch.look())
