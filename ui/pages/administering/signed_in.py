"""Who is signed in where, and signing them out."""

import streamlit as st

from ui import look, texts
from ui.identity import KNOWN
from ui.pages.devices import device, icon
from ui.pages.words import ago, plain
from ui.state import Studio
from vid_pipeline.account_records import SessionOf
from vid_pipeline.acts.administering import Administration

_t = texts.of("administration")


def render(here: Studio, administration: Administration) -> None:
    """Draw the list, whoever was here last first."""
    for one in administration.sessions():
        _session(here, administration, one)


def _session(here: Studio, administration: Administration, one: SessionOf) -> None:
    own = one.id == here.session
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        parts = [plain(device(one.user_agent)), plain(one.client), _t("seen", ago=ago(one.seen_at))]
        mark = f" :green-badge[{_t('this')}]" if own else ""
        st.markdown(
            f":material/{icon(one.user_agent)}: **{plain(one.display_name)}**{mark}  \n"
            f":gray[{' · '.join(part for part in parts if part)}]",
            width="stretch",
        )
        if not own and st.button(_t("end"), key=f"administration:end:{one.id}"):
            administration.end_session(one.id)
            KNOWN.forget()
            look.flash(_t("ended", name=plain(one.display_name)))
            st.rerun()
