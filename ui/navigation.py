"""The addresses that lead to the studio's pages."""

import time
from dataclasses import dataclass

import streamlit as st
from streamlit.navigation.page import StreamlitPage

_HOME = "home"
_AHEAD = "navigation:ahead"
_LATE_CLICKS_S = 1.0


@dataclass
class _Ahead:
    """Where to go; `until` is set once it was reached, for clicks that are still under way."""

    page: str
    query: dict[str, str]
    until: float | None = None


def go(page: str, **query: str) -> None:
    """Open another page; the rest of this one is not drawn."""
    st.switch_page(_opened()[page], query_params=query)


def ahead(page: str, **query: str) -> None:
    """Let nothing come between this page and that one: `go` there next.

    A second click, which the browser sends before it has heard of the other page, breaks off
    whatever is at work and has this page drawn again; `arrive` then leads on.
    """
    st.session_state[_AHEAD] = _Ahead(page, query)


def arrive(page: StreamlitPage) -> None:
    """Lead on, if this is not yet the page that `ahead` has named."""
    led: _Ahead | None = st.session_state.get(_AHEAD)
    if led is None:
        return
    now, there = time.monotonic(), page.url_path == _opened()[led.page].url_path
    if there and led.until is None:
        led.until = now + _LATE_CLICKS_S
    elif led.until is not None and now > led.until:
        del st.session_state[_AHEAD]
    elif not there:
        go(led.page, **led.query)


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
