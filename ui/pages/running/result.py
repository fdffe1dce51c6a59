"""A finished production: the video, its files, where it comes from, what it took."""

from collections.abc import Sequence
from typing import Any

import streamlit as st
from pydantic import JsonValue

from ui import showing, texts
from ui.pages.running.shown import Shown, dollars
from ui.pages.words import length, plain
from ui.showing import script
from vid_pipeline.acts import citing
from vid_pipeline.acts.following import title_of
from vid_pipeline.acts.results import DeliveredManifest, manifest_of
from vid_pipeline.artifacts import MediaRef
from vid_pipeline.records import StepTrace

_t = texts.of("run")

_BESIDE = {citing.RESEARCH: "Research", citing.FACTS: "FactCheck", citing.CRITIQUE: "Critique"}
_VIDEO = "Video"


def render(shown: Shown, made: dict[str, JsonValue]) -> None:
    """Draw it."""
    video = made.get(_VIDEO)
    if not isinstance(video, dict):
        st.warning(_t("no_video"), icon=":material/movie_off:")
        _cost(shown)
    else:
        _watch(shown, video, made)


def _watch(shown: Shown, video: dict[str, Any], made: dict[str, JsonValue]) -> None:
    upright = video["canvas"]["height_px"] > video["canvas"]["width_px"]
    picture, words = st.columns([2, 3] if upright else [3, 2], gap="large")
    with picture:
        showing.show(shown.here, _VIDEO, video, key=shown.key("video"), beside=made)
    with words:
        _facts(manifest_of(shown.production))
        _downloads(shown, made)
        _citations(made)
        _cost(shown)


def _facts(manifest: DeliveredManifest | None) -> None:
    if manifest is None:
        return
    st.markdown(_t("voice", voice=plain(manifest.voice), author=plain(manifest.author)))
    if not manifest.checks_passed:
        failed = [one.name.replace("_", " ") for one in manifest.checks if not one.passed]
        st.warning(_t("checks_failed", checks=", ".join(failed)), icon=":material/fact_check:")


def _downloads(shown: Shown, made: dict[str, JsonValue]) -> None:
    delivery = made.get("Delivery")
    files: Any = delivery.get("files") if isinstance(delivery, dict) else None
    if not files:
        return
    names = _t.table("download_all")
    with st.container(horizontal=True, gap="small"):
        for one in files:
            ref = MediaRef.model_validate(one["file"])
            st.link_button(
                names.get(one["name"], one["name"]),
                shown.here.url(ref, name=one["name"]),
                icon=":material/download:",
                type="primary" if one["name"].endswith(".mp4") else "secondary",
            )


def _citations(made: dict[str, JsonValue]) -> None:
    beside = {name: made.get(kind) for name, kind in _BESIDE.items()}
    found = citing.citing(made.get("Script"), beside)
    if found is not None:
        with st.expander(_t("citations"), icon=":material/format_quote:"):
            script.cited(found)


def _cost(shown: Shown) -> None:
    spent = shown.sight.all_traces
    cost = sum(trace.cost_usd for trace in spent)
    tokens = sum(trace.input_tokens + trace.output_tokens for trace in spent)
    with st.expander(_t("cost_title"), icon=":material/receipt_long:", expanded=True):
        said = _t(
            "cost_said",
            time=length(shown.sight.elapsed_s),
            cost=dollars(cost),
            tokens=f"{tokens:,}",
        )
        st.caption(said)
        st.dataframe(rows(shown.sight.all_traces), hide_index=True, width="stretch")


def rows(traces: Sequence[StepTrace]) -> list[dict[str, object]]:
    """What each step took: a line a step, its items and tries together."""
    steps: dict[str, list[StepTrace]] = {}
    for trace in traces:
        steps.setdefault(trace.step_id, []).append(trace)
    return [
        {
            _t("column_step"): title_of(found[0].step_id),
            _t("column_time"): length(sum(one.seconds or 0 for one in found)),
            _t("column_input"): sum(one.input_tokens for one in found),
            _t("column_output"): sum(one.output_tokens for one in found),
            _t("column_cost"): dollars(sum(one.cost_usd for one in found)),
        }
        for found in steps.values()
    ]
