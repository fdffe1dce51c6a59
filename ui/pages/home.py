"""The first page: make a video, see it come about, find those made before."""

from uuid import UUID

import streamlit as st

from ui import state
from ui.pages import ordering, shelf, stage
from ui.state import Studio
from vid_pipeline.acts import sweeping
from vid_pipeline.errors import NotFound
from vid_pipeline.records import Production
from vid_pipeline.store import productions, workflows

_SHOWN = 24


def render() -> None:
    """Draw the page."""
    here = state.studio()
    sweeping.sweep(here.shop, only=here.user, most=1)
    with here.db.acting(here.user) as conn:
        recent = productions.recent(conn, _SHOWN)
        published = workflows.latest_of_all(conn)
    st.title("Videos")
    left, right = st.columns([5, 6], gap="medium")
    with left:
        made = ordering.render(here, published)
        if made is not None:
            state.choose(made.id)
            st.rerun()
    with right:
        stage.render(here, _shown(here, recent))
    shelf.productions(recent)
    shelf.workflows(published)


def _shown(here: Studio, recent: list[Production]) -> UUID | None:
    """The production in the address, else the newest."""
    key = state.chosen()
    if key is not None:
        try:
            with here.db.acting(here.user) as conn:
                return productions.get(conn, key).id
        except NotFound:
            st.warning("That video is not here any more.")
    return recent[0].id if recent else None
