"""Buttons that make something, each of them once.

A second click that comes while the first one is at work breaks its run of the page off at whatever
is drawn next, and the page begins anew with the press still set. So the button is another one from
the moment on when its work is done.
"""

import streamlit as st


def key(name: str) -> str:
    """The key of the button for now."""
    return f"{name}:{st.session_state.get(_turn(name), 0)}"


def spent(name: str) -> None:
    """Its work is done; to be said before anything is drawn after it."""
    st.session_state[_turn(name)] = st.session_state.get(_turn(name), 0) + 1


def _turn(name: str) -> str:
    return f"once:{name}"
