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
_WAIT = ["j", "k"]


def listen() -> None:
    """Let `j`, `k`, `a`, `e`, `c` and `?` press their buttons, where there are any.

    `j` and `k` wait while the page is drawn; the others count for what is shown alone. So draw it
    first.
    """
    with st.container(key="inbox-keys"):
        _keys()(key="inbox-keyboard", data={"presses": _PRESSES, "wait": _WAIT})


@cache
def _keys() -> ComponentRenderer:
    js = Path(__file__).with_name("keyboard.js").read_text(encoding="utf-8")
    return st.components.v2.component("vidp_inbox_keys", html="<i hidden></i>", js=js)
