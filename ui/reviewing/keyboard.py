"""Keys that press the buttons of the inbox."""

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_PRESSES = {
    "j": "inbox-next",
    "k": "inbox-previous",
    "a": "inbox-approve",
    "e": "inbox-edit",
    "c": "inbox-changes",
    "?": "inbox-help",
}


def listen() -> None:
    """Let `j`, `k`, `a`, `e`, `c` and `?` press their buttons, where there are any."""
    with st.container(key="inbox-keys"):
        _keys()(key="inbox-keyboard", data=_PRESSES)


@cache
def _keys() -> ComponentRenderer:
    js = Path(__file__).with_name("keyboard.js").read_text(encoding="utf-8")
    return st.components.v2.component("vidp_inbox_keys", html="<i hidden></i>", js=js)
