"""The studio's script: navigation, and the one place where errors become words on the page."""

from pathlib import Path

import streamlit as st

from ui import look, menu, navigation, state, texts
from vid_pipeline.errors import VidPipelineError

_STATIC = Path(__file__).parent / "static"
_t = texts.of("app")


def main() -> None:
    """Draw the page that the address names."""
    st.set_page_config(
        page_title=_t("title"),
        page_icon=(_STATIC / "icon.svg").read_text(encoding="utf-8"),
        layout="wide",
    )
    st.logo((_STATIC / "logo.svg").read_text(encoding="utf-8"), size="large")
    try:
        pages = menu.pages(state.studio().role)
        navigation.remember(pages)
        page = st.navigation(pages, position="top")
        look.flashes()
        page.run()
    except VidPipelineError as error:
        st.error(str(error), icon=":material/error:")
