"""For administrators: people and their roles, invitations, who is signed in, the audit log."""

import streamlit as st

from ui import look, state, texts
from ui.choices import Choices
from ui.pages.administering import inviting, people, reading, signed_in
from ui.pages.administering.links import shown_link
from vid_pipeline.acts.administering import Administration

_t = texts.of("administration")
_TABS = {
    "people": people.render,
    "invitations": inviting.render,
    "sessions": signed_in.render,
    "log": reading.render,
}


def render() -> None:
    """Draw the page."""
    here = state.studio()
    look.heading(_t("title"), _t("said"))
    if here.role != "administrator":
        st.info(_t("only"), icon=":material/lock:")
        return
    tab = _tab()
    shown_link()
    _TABS[tab](here, Administration(here.door, here.user))


def _tab() -> str:
    """Which one is shown; it is in the address."""
    names = _t.table("tabs")
    choices = Choices("administration", {"tab": "administration:tab"})
    choices.begin_one("tab", _TABS, "people")
    found = st.segmented_control(
        _t("tab"),
        list(_TABS),
        format_func=lambda name: names[name],
        required=True,
        key="administration:tab",
        label_visibility="collapsed",
    )
    chosen = str(found)
    choices.keep({"tab": "" if chosen == "people" else chosen}, drop=("page",))
    return chosen
