"""The studio's script: navigation, and the one place where errors become words on the page."""

from pathlib import Path

import streamlit as st

from ui.pages import home
from vid_pipeline.errors import VidPipelineError

_STATIC = Path(__file__).parent / "static"


def main() -> None:
    """Draw the page that the address names."""
    st.set_page_config(
        page_title="vid_pipeline studio",
        page_icon=(_STATIC / "icon.svg").read_text(encoding="utf-8"),
        layout="wide",
    )
    st.logo((_STATIC / "logo.svg").read_text(encoding="utf-8"), size="large")
    page = st.navigation([st.Page(home.render, title="Videos", default=True)], position="hidden")
    try:
        page.run()
    except VidPipelineError as error:
        st.error(str(error), icon=":material/error:")


main()
