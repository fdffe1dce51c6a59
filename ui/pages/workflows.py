"""The page `workflows`: all there are, and where a new one begins."""

import streamlit as st

from ui import look, navigation, state, texts
from ui.pages import templates, workflow_cards
from ui.pages.words import plain
from ui.state import Studio
from vid_pipeline.acts import cataloguing

_t = texts.of("workflows")
_VIEW, _NEW = "view", "new"
_CARD_PX = 340


def render() -> None:
    """Draw the page."""
    here = state.studio()
    if st.query_params.get(_VIEW) == _NEW:
        _begin(here)
    else:
        _all(here)


def _begin(here: Studio) -> None:
    navigation.link("workflows", _t("back"), icon=":material/arrow_back:")
    with st.container(gap=None):
        look.heading(_t("new"), _t("new_said"))
    templates.gallery(here)


def _all(here: Studio) -> None:
    entries = cataloguing.entries(here.db, here.user)
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch", gap=None):
            look.heading(_t("title"), _t("said"))
        if entries and st.button(
            _t("new"), key="workflows:new", type="primary", icon=":material/add:"
        ):
            navigation.go("workflows", view=_NEW)
    if not entries:
        with look.empty("account_tree", _t("empty_title"), _t("empty")):
            if st.button(_t("new"), key="workflows:new", type="primary", icon=":material/add:"):
                navigation.go("workflows", view=_NEW)
    with st.grid(min_column_width=_CARD_PX):
        for entry in entries:
            workflow_cards.card(here, entry)
    _put_away(here)


def _put_away(here: Studio) -> None:
    away = cataloguing.put_away(here.db, here.user)
    if not away:
        return
    with st.expander(_t("away", n=len(away)), icon=":material/inventory_2:"):
        for version in away:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(plain(version.title), width="stretch")
                key = f"workflows:{version.slug}:back"
                if st.button(_t("bring_back"), key=key, icon=":material/unarchive:"):
                    cataloguing.archive(here.db, here.user, version.slug, away=False)
                    look.flash(_t("brought_back", title=version.title))
                    st.rerun()
