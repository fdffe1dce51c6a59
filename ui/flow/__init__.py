"""Workflows drawn in the browser: the editor, and a production's steps as they happen.

Both are Components v2 of one bundle, made from the TypeScript in `frontend/`. The browser owns the
structure, Python the settings: what Python sends as structure counts only with a new `epoch`.
"""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from ui import texts
from ui.flow import bundle_files

_HTML = '<div class="host"></div>'
_LOADER = """
const bundle = import(new URL("{address}", location.origin).href);
export default function (context) {{
  let leave = null, left = false;
  bundle.then((loaded) => {{ if (!left) leave = loaded.default(context); }});
  return () => {{ left = true; if (leave) leave(); }};
}}
"""
_NAME = "studio_flow"


@dataclass(frozen=True)
class Drawn:
    """What the browser says: the whole structure after a change, what is selected, what was asked.

    `graph` comes once a change: {"epoch", "seq", "steps": [{"id", "kind", "in", "over", "when"}],
    "layout": {id: {"x", "y"}}, "notes": […], "groups": […], "params": {id: {…}}}; `params` only of
    steps that the browser brought back, pasted or changed. `selection` are step ids. `act` is
    {"name", "step", …} once a press. `ready` is False before it was ever drawn.
    """

    ready: bool = False
    graph: dict[str, Any] | None = None
    selection: tuple[str, ...] = ()
    act: dict[str, Any] | None = None


def editor(*, key: str, data: dict[str, Any], height_px: int = 660) -> Drawn:
    """The canvas that a workflow is drawn on; `data` as `ui.editing.canvas` makes it."""
    return _mounted("editor", key, data, height_px)


def graph(*, key: str, data: dict[str, Any], height_px: int = 420) -> Drawn:
    """A production's steps, drawn and kept up to date by the browser itself.

    `data` is {"steps": [{"id", "kind", "title", "icon", "in", "over", "when"}], "layout":
    {id: {"x", "y"}}, "notes", "groups", "state": the newest `steps` event (see
    `vid_pipeline.wire.events`), "events": the address of the stream or "" when it has ended,
    "texts": {…}}; with "panel": True what the steps say is beneath, with "selection": […] Python
    chooses. `selection` holds step keys (`draw` or `draw[s2]`).
    """
    return _mounted("graph", key, data, height_px)


def heard(key: str) -> Drawn:
    """What the browser has said, before the component is drawn in this run of the page.

    So a page can take in a change first, and draw the component with what came of it.
    """
    return _drawn(st.session_state.get(key))


def _mounted(mount: str, key: str, data: dict[str, Any], height_px: int) -> Drawn:
    said = texts.of("flow").plain() | data.get("texts", {})
    component = st.components.v2.component(
        _NAME, html=_HTML, js=_LOADER.format(address=bundle_files.address("flow"))
    )
    return _drawn(
        component(
            key=key,
            data=data | {"mount": mount, "height_px": height_px, "texts": said},
            default={"selection": data.get("selection", [])},
            height="content",
            on_selection_change=_nothing,
            on_graph_change=_nothing,
            on_act_change=_nothing,
        )
    )


def _drawn(said: Any) -> Drawn:
    """A `ComponentResult`, or the like from the session's state."""
    if said is None:
        return Drawn()
    return Drawn(True, said.get("graph"), tuple(said.get("selection") or ()), said.get("act"))


def _nothing() -> None:
    """Streamlit keeps only what somebody listens to."""
