"""The page `keys`."""

import streamlit as st

from ui import texts

_t = texts.of("app")


def render() -> None:
    """Draw the page."""
    st.title(_t("keys"), anchor=False)
    st.info(_t("soon"))
