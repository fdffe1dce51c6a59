"""Artifacts as people look at them: a script as text, scenes as cards, sound and video playing."""

from collections.abc import Mapping

import streamlit as st
from pydantic import JsonValue

from ui.state import Studio


def show(
    here: Studio,
    type_name: str,
    body: JsonValue,
    *,
    key: str,
    beside: Mapping[str, JsonValue] | None = None,
) -> None:
    """Draw an artifact of this class from its JSON; as JSON if nothing better is known.

    `key` tells two that are shown on one page apart.
    """
    _ = here, type_name, key, beside
    st.json(body, expanded=1)
