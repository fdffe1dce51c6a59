"""The studio's script: navigation, and the one place where errors become words on the page."""

from pathlib import Path

import streamlit as st

from ui import leading, look, navigation, state, texts
from vid_pipeline.errors import VidPipelineError

# The dark theme's accent carries white words and is too dark for words of its own; Streamlit's
# captions are too pale on white. Source: WCAG 2.2, success criterion 1.4.3.
_STYLE = """<style>
[data-testid="stButtonGroup"] button[data-selected] {
    color: light-dark(#0B6E63, #5CCBB9) !important;
}
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] :is(p, li) {
    color: light-dark(#56635E, #A3B0AB) !important;
    opacity: 1 !important;
}
</style>"""
_STATIC = Path(__file__).parent / "static"
_t = texts.of("app")


def main() -> None:
    """Draw the page that the address names."""
    st.set_page_config(
        page_title=_t("title"),
        page_icon=(_STATIC / "icon.svg").read_text(encoding="utf-8"),
        layout="wide",
    )
    st.html(_STYLE)
    st.logo((_STATIC / "logo.svg").read_text(encoding="utf-8"), size="large")
    try:
        here = state.studio()
        menu = navigation.pages(here.role)
        navigation.remember(menu)
        page = st.navigation(menu, position="top")
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
