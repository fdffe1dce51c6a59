"""Records of agents, and whatever has no picture of its own, as tidy rows."""

from typing import Any

import streamlit as st

from ui import texts
from ui.showing.looking import Looking, quiet
from ui.words import plain

_t = texts.of("showing")

_DEEPEST = 4
_LONGEST_NAME = 40


def draw(looking: Looking, body: dict[str, Any]) -> None:
    """Each field by its name; what is nested is set in; what is nested too deep is JSON."""
    _ = looking
    _fields(body, 1)


def value(body: Any) -> None:
    """One value by itself."""
    if _is_plain(body):
        st.markdown(_said(body))
    else:
        st.json(body, expanded=1)


def label(name: str) -> str:
    """A field's name as people read it: `call_to_action` → `Call to action`."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _fields(body: dict[str, Any], depth: int) -> None:
    if not body:
        quiet(_t("nothing"))
    simple = {name: one for name, one in body.items() if _is_plain(one)}
    if simple:
        st.markdown("  \n".join(f":gray[{_name(n)}] {_said(one)}" for n, one in simple.items()))
    for name, one in body.items():
        if name not in simple:
            st.markdown(f":gray[{_name(name)}]")
            _nested(one, depth)


def _nested(found: Any, depth: int) -> None:
    if isinstance(found, list) and found and all(_is_plain(one) for one in found):
        st.markdown("\n".join(f"- {_said(one)}" for one in found))
    elif depth >= _DEEPEST or not isinstance(found, (list, dict)):
        st.json(found, expanded=1)
    elif isinstance(found, dict):
        with st.container(border=True):
            _fields(found, depth + 1)
    else:
        for one in found:
            with st.container(border=True, gap="small"):
                _fields(one, depth + 1) if isinstance(one, dict) else _nested(one, depth + 1)


def _is_plain(found: Any) -> bool:
    return found is None or isinstance(found, (str, int, float, bool))


def _said(found: Any) -> str:
    if isinstance(found, bool):
        return _t("yes" if found else "no")
    return "–" if found in (None, "") else plain(str(found)).replace("\n", "  \n")


def _name(name: str) -> str:
    return plain(label(name)[:_LONGEST_NAME])
