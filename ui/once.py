"""Buttons that make something, each of them once.

A second click that comes while the first one is at work breaks its run of the page off at whatever
is drawn, read from or written to the session next, and the page begins anew with the press still
set. So the button is another one from the moment on when its work is done, and the page leads on to
what was made.
"""

from dataclasses import dataclass

import streamlit as st

from ui import navigation
from ui.navigation import Way


@dataclass
class Once:
    """A button's work, kept in the session; `turn` counts how often it was done."""

    name: str
    way: Way
    turn: int = 0

    @property
    def key(self) -> str:
        """The button's key for now."""
        return f"{self.name}:{self.turn}"

    def spent(self, page: str = "", **query: str) -> None:
        """It is done, and `navigation.go` leads to a page next, if there is one.

        To be said right after the work: nothing here can be broken off.
        """
        self.turn += 1
        if page:
            self.way.lead(page, **query)


def of(name: str) -> Once:
    """The work of the button of this name; asked for before it is done."""
    found: Once = st.session_state.setdefault(f"once:{name}", Once(name, navigation.way()))
    return found
