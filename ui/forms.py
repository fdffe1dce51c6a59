"""Forms made from the schemas of settings."""

import json
from typing import Any

import streamlit as st
from pydantic import BaseModel, JsonValue

from vid_pipeline.kinds import StepKind


def settings(kind: StepKind, params: dict[str, JsonValue], *, key: str) -> dict[str, JsonValue]:
    """A widget for each setting of a kind; what is set now, defaults left out.

    `key` begins the key of every widget, as `<key>:<setting>`, so that a page can set them anew.
    """
    _ = kind
    told = st.text_area("Settings", json.dumps(params), key=f"{key}:json")
    found: dict[str, Any] = json.loads(told or "{}")
    return found


_FIXED = {
    "id",
    "layout",
    "role",
    "language",
    "author",
    "model",
    "origin",
    "cites",
    "look",
    "canvas",
}
_LONG = 60


def edited(model: type[BaseModel], body: JsonValue, *, key: str) -> JsonValue:
    """A widget for each text of a thing; the thing as it is edited now.

    `key` begins the key of every widget.
    """
    _ = model
    found: JsonValue = _texts(body, key, "")
    return found


def _texts(body: Any, key: str, name: str) -> Any:
    if isinstance(body, dict):
        return {
            inner: one if inner in _FIXED else _texts(one, f"{key}:{inner}", inner)
            for inner, one in body.items()
        }
    if isinstance(body, list):
        return [_texts(one, f"{key}:{number}", name) for number, one in enumerate(body)]
    if not isinstance(body, str):
        return body
    label = name.replace("_", " ").capitalize()
    widget = st.text_area if len(body) > _LONG else st.text_input
    return widget(label, body, key=key)
