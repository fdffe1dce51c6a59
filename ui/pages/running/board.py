"""The graph of a production, and the choice of a step in it."""

from typing import Any

import streamlit as st

from ui import flow, texts
from ui.live.picture import steps_of
from ui.live.previews import Previews
from ui.pages.running.shown import Shown, step_name
from vid_pipeline.acts import inspecting
from vid_pipeline.acts.following import title_of
from vid_pipeline.kinds import StepKind
from vid_pipeline.wiring import Wiring
from vid_pipeline.workflow import Step

_t = texts.of("run")

_STEP = "step"
_ICONS = {
    "Brief": "assignment",
    "Article": "article",
    "Research": "travel_explore",
    "Script": "description",
    "FactCheck": "fact_check",
    "Critique": "rate_review",
    "Metadata": "sell",
    "Storyboard": "view_carousel",
    "Scene": "crop_portrait",
    "Narration": "record_voice_over",
    "Drawing": "brush",
    "Music": "music_note",
    "Sound": "graphic_eq",
    "Captions": "closed_caption",
    "Video": "movie",
    "Clip": "movie",
    "Still": "image",
    "QualityReport": "verified",
    "Delivery": "inventory_2",
    "Memories": "psychology",
    "KeptMemories": "psychology",
}


def render(shown: Shown) -> str:
    """Draw the graph; the key of the step that is chosen, "" if none."""
    drawn = flow.graph(key=shown.key("graph"), data=data(shown, st.query_params.get(_STEP, "")))
    return _chosen(shown, drawn.selection)


def data(shown: Shown, chosen: str) -> dict[str, Any]:
    """What the graph is drawn from."""
    graph, catalog = shown.version.graph, shown.here.shop.catalog
    kinds = Wiring(graph, catalog).kinds
    preview = Previews(shown.here.shop, shown.here.user, made=True).of
    return {
        "steps": [_step(step, kinds.get(step.id)) for step in graph.steps],
        "layout": {key: point.model_dump() for key, point in graph.layout.items()},
        "notes": [],
        "groups": [],
        "state": steps_of(shown.sight, preview).model_dump(mode="json"),
        "events": shown.events,
        "selection": [chosen] if chosen else [],
        "panel": True,
        "texts": {},
    }


def _step(step: Step, kind: StepKind | None) -> dict[str, Any]:
    body = step.model_dump(mode="json", by_alias=True)
    shown = {name: body[name] for name in ("id", "kind", "in", "over", "when")}
    return shown | {"title": title_of(step.kind), "icon": _icon(step, kind)}


def _icon(step: Step, kind: StepKind | None) -> str:
    if step.kind == "agent":
        return "smart_toy"
    if kind is None or kind.gate:
        return "how_to_reg" if kind else "widgets"
    return _ICONS.get(getattr(kind.output, "__name__", ""), "widgets")


def _chosen(shown: Shown, selection: tuple[str, ...]) -> str:
    """The step chosen in the graph or in the list beneath it, whichever was touched last."""
    keys = inspecting.keys_of(shown.sight, shown.version)
    titles = {step.id: title_of(step.kind) for step in shown.version.graph.steps}
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
        format_func=lambda one: step_name(titles[one.partition("[")[0]], one),
        index=None,
        placeholder=_t("choose"),
        label_visibility="collapsed",
    )
    if key:
        st.query_params[_STEP] = key
    else:
        st.query_params.pop(_STEP, None)
    return key or ""
