"""The graph of a production, and the choice of a step in it."""

from typing import Any

import streamlit as st

from ui import flow, kinds, texts
from ui.live.picture import steps_of
from ui.live.previews import Previews
from ui.pages.running.shown import Shown, step_name
from vid_pipeline.acts import inspecting
from vid_pipeline.kinds import Catalog
from vid_pipeline.workflow import Step

_t = texts.of("run")

_STEP = "step"


def render(shown: Shown) -> str:
    """Draw the graph; the key of the step that is chosen, "" if none."""
    drawn = flow.graph(key=shown.key("graph"), data=data(shown, st.query_params.get(_STEP, "")))
    return _chosen(shown, drawn.selection)


def data(shown: Shown, chosen: str) -> dict[str, Any]:
    """What the graph is drawn from."""
    graph, catalog = shown.version.graph, shown.here.shop.catalog
    preview = Previews(shown.here.shop, shown.here.user, made=True).of
    return {
        "steps": [_step(step, catalog) for step in graph.steps],
        "layout": {key: point.model_dump() for key, point in graph.layout.items()},
        "notes": [],
        "groups": [],
        "state": steps_of(shown.sight, preview).model_dump(mode="json"),
        "events": shown.events,
        "selection": [chosen] if chosen else [],
        "panel": True,
        "texts": {},
    }


def _step(step: Step, catalog: Catalog) -> dict[str, Any]:
    looks = kinds.of_step(step.id, step.kind, catalog)
    body = step.model_dump(mode="json", by_alias=True)
    shown = {name: body[name] for name in ("id", "kind", "in", "over", "when")}
    return shown | {"title": looks.title, "icon": looks.icon, "colour": looks.colour}


def _chosen(shown: Shown, selection: tuple[str, ...]) -> str:
    """The step chosen in the graph or in the list beneath it, whichever was touched last."""
    keys = inspecting.keys_of(shown.sight, shown.version)
    picked, seen = shown.key("picked"), shown.key("selection")
    if picked not in st.session_state:
        st.session_state[picked] = st.query_params.get(_STEP)
        st.session_state[seen] = selection
    if selection != st.session_state[seen]:
        st.session_state[seen] = selection
        st.session_state[picked] = selection[0] if selection else None
    if st.session_state[picked] not in keys:
        st.session_state[picked] = None
    key = st.selectbox(
        _t("choose"),
        keys,
        key=picked,
        format_func=step_name,
        index=None,
        placeholder=_t("choose"),
        label_visibility="collapsed",
    )
    if key:
        st.query_params[_STEP] = key
    else:
        st.query_params.pop(_STEP, None)
    return key or ""
