"""What pages have in common: headings, empty states, states in colour, and what was just done."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st

from ui import texts

_t = texts.of("look")
_FLASH = "look:flash"
_UNDO_S = 30.0
STYLE = """<style>
button[data-variant="segmented_control"][data-selected="true"],
button[data-variant="segmented_control"][data-selected="true"] *,
button[data-variant="pills"][data-selected="true"],
button[data-variant="pills"][data-selected="true"] * {
    color: inherit !important; font-weight: 600;
}
[data-testid="stCaptionContainer"] { color: light-dark(#5C6662, #A3AFAB); opacity: 1; }
[data-testid="stCaptionContainer"] a { color: light-dark(#0B6E63, #5CCBB9); }
[data-testid="stFileUploaderDropzoneInstructions"] span { white-space: normal; }
[class*="st-key-calendar-day-"] { min-height: 6.5rem; }
@media (max-width: 640px) { .st-key-calendar-grid { display: none; } }
</style>"""
"""What is chosen is drawn in the text's colour: Streamlit takes the buttons', too dark on dark.

Captions are darker than Streamlit's, which miss 4.5:1 on white. What an uploader takes is told on
as many lines as it needs. On a phone the calendar is a list.
"""


@dataclass(frozen=True)
class _Flash:
    text: str
    undo: Callable[[], None] | None
    at: float


def heading(title: str, said: str = "") -> None:
    """A page's title, and one line on what it is for."""
    with st.container(gap=None):
        st.title(title, anchor=False)
        if said:
            st.markdown(f":gray[{said}]")


@contextmanager
def empty(icon: str, title: str, said: str) -> Iterator[None]:
    """Where nothing is yet: what will be here, and inside the block the way to it."""
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.markdown(f":gray[:material/{icon}:] **{title}**", width="content")
        st.markdown(f":gray[{said}]", width="content", text_alignment="center")
        yield


def flash(text: str, *, undo: Callable[[], None] | None = None) -> None:
    """Say after the next rerun what was done; with a way back for as long as it is shown.

    `undo` must hold no connection: it is called in a later run of the page.
    """
    st.session_state[_FLASH] = _Flash(text, undo, time.monotonic())


def flashes() -> None:
    """Draw what was just done, above the page; for some seconds, if it can be undone."""
    told: _Flash | None = st.session_state.pop(_FLASH, None)
    if told is None:
        return
    if told.undo is None:
        st.toast(told.text, icon=":material/check:")
    elif time.monotonic() - told.at < _UNDO_S:
        st.session_state[_FLASH] = told
        _offer(told, told.undo)


def _offer(told: _Flash, undo: Callable[[], None]) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f":green[:material/check:] {told.text}", width="stretch")
        if st.button(_t("undo"), icon=":material/undo:", key="look:undo", type="tertiary"):
            undo()
            flash(_t("undone"))
            st.rerun()
