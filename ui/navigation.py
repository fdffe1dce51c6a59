"""The addresses that lead to the studio's pages."""

import time
from dataclasses import dataclass, field

import streamlit as st
from streamlit.navigation.page import StreamlitPage

_HOME = "home"
_WAY = "navigation:way"
_LATE_CLICKS_S = 1.0


@dataclass
class Way:
    """From a page to another one, with nothing between them.

    A second click, which the browser sends before it has heard of the other page, breaks off
    whatever is at work and has the first page drawn again; `arrive` then leads on. `until` is set
    once the other one was reached, for clicks that are still under way.
    """

    page: str = ""
    query: dict[str, str] = field(default_factory=dict)
    until: float | None = None

    def lead(self, page: str, **query: str) -> None:
        """To this page; `go` there next."""
        self.page, self.query, self.until = page, query, None


def way() -> Way:
    """This session's."""
    found: Way = st.session_state.setdefault(_WAY, Way())
    return found


def go(page: str, **query: str) -> None:
    """Open another page; the rest of this one is not drawn."""
    st.switch_page(_opened()[page], query_params=query)


def arrive(page: StreamlitPage) -> None:
    """Lead on, if this is not yet the page that the way goes to."""
    led, now = way(), time.monotonic()
    there = not led.page or page.url_path == _opened()[led.page].url_path
    if led.until is not None and now > led.until:
        led.page = ""
    elif not there:
        go(led.page, **led.query)
    elif led.until is None:
        led.until = now + _LATE_CLICKS_S


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
