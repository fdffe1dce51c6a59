"""The studio's script: navigation, and the one place where errors become words on the page."""

from pathlib import Path

import streamlit as st

from ui import leading, listening, look, menu, navigation, state, texts
from ui.editing import open_draft
from vid_pipeline.errors import VidPipelineError

_STATIC = Path(__file__).parent / "server" / "static"
_t = texts.of("app")


def main() -> None:
    """Draw the page that the address names."""
    st.set_page_config(
        page_title=_t("title"),
        page_icon=(_STATIC / "icon.svg").read_text(encoding="utf-8"),
        layout="wide",
    )
    st.logo((_STATIC / "logo.svg").read_text(encoding="utf-8"), size="large")
    st.html(look.STYLE + listening.STYLE)
    try:
        here = state.studio()
        pages = menu.pages(here.role)
        navigation.remember(pages)
        page = st.navigation(pages, position="top")
        navigation.arrive(page)
        open_draft.left(here)
        listening.badge(here, page.url_path)
        look.flashes()
        if here.session is None:
            _without_account()
        page.run()
    except VidPipelineError as error:
        st.error(str(error), icon=":material/error:")


def _without_account() -> None:
    """Say that whoever sits at this machine is its user, until somebody has an account."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":gray[:material/lock_open: {_t('open')}]", width="content")
        if st.button(_t("open_button"), type="tertiary", key="app:first"):
            leading.lead("/signup")
