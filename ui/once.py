"""Buttons that make something, each of them once.

A second click that comes while the first one is at work breaks its run of the page off at whatever
is drawn next, and the page begins anew with the press still set. So the button is another one from
the moment on when its work is done, and the page leads on to what was made.
"""

import streamlit as st

from ui import navigation


def key(name: str) -> str:
    """The key of the button for now."""
    return f"{name}:{st.session_state.get(_turn(name), 0)}"


def spent(name: str, page: str = "", **query: str) -> None:
    """Its work is done, and `navigation.go` leads to a page next, if there is one.

    To be said before anything is drawn after the work.
    """
    if page:
        navigation.ahead(page, **query)
    st.session_state[_turn(name)] = st.session_state.get(_turn(name), 0) + 1


def _turn(name: str) -> str:
    return f"once:{name}"
