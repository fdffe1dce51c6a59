"""The addresses that lead to the studio's pages."""

import streamlit as st
from streamlit.navigation.page import StreamlitPage

_HOME = "home"


def go(page: str, **query: str) -> None:
    """Open another page; the rest of this one is not drawn."""
    st.switch_page(_opened()[page], query_params=query)


def link(page: str, label: str, *, icon: str | None = None, **query: str) -> None:
    """A link to another page."""
    st.page_link(_opened()[page], label=label, icon=icon, query_params=query)


def remember(menu: dict[str, list[StreamlitPage]]) -> None:
    """Keep this run's pages, by the last part of their addresses."""
    st.session_state["navigation:pages"] = {
        page.url_path or _HOME: page for group in menu.values() for page in group
    }


def _opened() -> dict[str, StreamlitPage]:
    found: dict[str, StreamlitPage] = st.session_state["navigation:pages"]
    return found
