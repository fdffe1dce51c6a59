"""The addresses that lead to the studio's pages."""

import streamlit as st
from streamlit.navigation.page import StreamlitPage

_HOME = "home"
_AHEAD = "navigation:ahead"


def go(page: str, **query: str) -> None:
    """Open another page; the rest of this one is not drawn."""
    target = _opened()[page]
    ahead(page, **query)
    st.switch_page(target, query_params=query)


def ahead(page: str, **query: str) -> None:
    """Say that `go` comes next; so it comes also if a click breaks this run of the page off."""
    st.session_state[_AHEAD] = (page, query)


def arrive(page: StreamlitPage) -> None:
    """Go on to where `go` leads, if a click on the page before has brought that one back."""
    target, query = st.session_state.pop(_AHEAD, (None, {}))
    if target is not None and _opened()[target].url_path != page.url_path:
        go(target, **query)


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
