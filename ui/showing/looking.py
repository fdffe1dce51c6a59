"""What a drawer of artifacts is given, and what all of them need."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st
from pydantic import JsonValue

from ui import texts
from ui.state import Studio
from vid_pipeline.artifacts import MediaRef

_t = texts.of("showing")


@dataclass(frozen=True)
class Looking:
    """Who looks, the key that tells this look apart, and what was made beside the thing."""

    here: Studio
    key: str
    beside: Mapping[str, JsonValue]

    def url(self, ref: Any, *, name: str = "") -> str:
        """Where the browser gets a file, from its reference as JSON."""
        return self.here.url(MediaRef.model_validate(ref), name=name)

    def companion(self, name: str) -> dict[str, Any]:
        """Something that was made beside it; empty if there is none."""
        found = self.beside.get(name)
        return found if isinstance(found, dict) else {}


def gone() -> None:
    """Say that there is nothing to look at any more."""
    quiet(_t("gone"))


def quiet(text: str) -> None:
    """A small line of Markdown that stands back, and is still dark enough to be read (AA)."""
    st.markdown(f":small[:gray[{text}]]")


def markup(text: object) -> str:
    """A text that HTML shows as it is, in elements and in quoted attributes."""
    return escape(str(text), quote=True)


def clock(seconds: float) -> str:
    """`0:07`, `1:05`, `1:02:09`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
