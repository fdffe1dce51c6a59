"""Beside the canvas: the chosen step's settings, or how the whole workflow stands."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st
from pydantic import ValidationError

from assets.catalog import TOOLS
from ui import forms, kinds, navigation, texts
from ui.editing import alone, rerunning
from ui.editing.canvas import spoken
from ui.editing.document import step_in, steps_of
from ui.editing.open_draft import OpenDraft
from ui.editing.words import length, plain, quiet
from ui.state import Studio
from vid_pipeline.acts.drafting import Estimate
from vid_pipeline.acts.following import title_of
from vid_pipeline.kinds import StepKind
from vid_pipeline.nesting import NESTED

_t = texts.of("editor")
_FAULTS = 6


def draw(here: Studio, opened: OpenDraft, chosen: Sequence[str]) -> None:
    """Draw it; changed settings are in `opened` afterwards."""
    if len(chosen) > 1:
        st.markdown(f"**{_t('chosen_many', n=len(chosen))}**")
        st.markdown(quiet(_t("chosen_many_said")))
        return
    step = step_in(opened.document, chosen[0]) if chosen else None
    if step is None:
        _whole(opened)
    else:
        _step(here, opened, step)


def _whole(opened: OpenDraft) -> None:
    count = len(steps_of(opened.document))
    st.markdown(f"**{_t('steps', n=count)}**")
    wrong = sum(len(found) for found in opened.faults.values())
    if wrong:
        st.markdown(f":red[:material/error: {_t('faults', n=wrong)}]")
        for step, found in list(opened.faults.items())[:_FAULTS]:
            said = f"**{plain(title_of(step))}**: " if step else ""
            st.markdown(quiet(said + plain(spoken(found[0]))))
    else:
        st.markdown(f":green[:material/check_circle: {_t('ready')}]")
    if opened.estimate is not None and count:
        _estimate(opened.estimate)
    st.markdown(quiet(_t("choose")))


def _estimate(estimate: Estimate) -> None:
    if estimate.seconds is None and estimate.dollars is None:
        st.markdown(quiet(_t("estimate_none")))
        return
    st.markdown(f":material/payments: {priced(estimate)}")
    if estimate.unknown:
        st.markdown(quiet(_t("estimate_unknown", n=len(estimate.unknown))))


def priced(estimate: Estimate) -> str:
    """What a run may take and cost, in words."""
    time = _t("estimate_no_time")
    if estimate.seconds is not None:
        time = _t("estimate_time", time=length(estimate.seconds))
    return _t("estimate", time=time, cost=_cost(estimate.dollars))


def _cost(dollars: float | None) -> str:
    if dollars is None:
        return _t("estimate_no_cost")
    return _t("estimate_cost", cost=dollars) if dollars >= 0.005 else _t("estimate_free")


def _step(here: Studio, opened: OpenDraft, step: Mapping[str, Any]) -> None:
    looks = kinds.of_step(step["id"], step["kind"], here.shop.catalog)
    st.markdown(f":material/{looks.icon}: **{plain(looks.title)}**")
    if step["kind"] == NESTED:
        _nested(step)
    else:
        st.markdown(quiet(looks.help))
    for fault in opened.faults.get(step["id"], []):
        st.markdown(f":red[:material/error: {plain(spoken(fault))}]")
    if step.get("over"):
        over = _t("runs_over", item=title_of(step["over"]).lower())
        st.markdown(f":material/repeat: {plain(over)}")
    kind = here.shop.catalog.get(step["kind"])
    if kind is not None:
        _settings(opened, step, kind)
    elif step["kind"] != NESTED:
        st.markdown(quiet(_t("missing_kind")))
    if opened.draft.published_version is not None:
        _runs(here, opened, step)


def _runs(here: Studio, opened: OpenDraft, step: Mapping[str, Any]) -> None:
    """Ways to run the newest video again: from the step on, or the step alone."""
    if st.button(
        _t("run_from"), icon=":material/fast_forward:", key="editor:run_from", width="stretch"
    ):
        rerunning.ask(here, opened, step["id"])
    kind = here.shop.catalog.get(step["kind"])
    if (
        kind is not None
        and not kind.gate
        and st.button(
            _t("run_alone"),
            icon=":material/play_arrow:",
            key="editor:run_alone",
            width="stretch",
            help=_t("run_alone_help"),
        )
    ):
        alone.ask(here, opened, step["id"])


def _nested(step: Mapping[str, Any]) -> None:
    params = step.get("params") or {}
    slug = str(params.get("slug", ""))
    st.markdown(quiet(plain(_t("nested", slug=slug, version=params.get("version", "")))))
    if st.button(_t("nested_open"), icon=":material/open_in_new:", key="editor:nested"):
        navigation.go("editor", workflow=slug)


def _settings(opened: OpenDraft, step: Mapping[str, Any], kind: StepKind) -> None:
    before = step.get("params") or {}
    key = opened.form_key(step["id"])
    now = forms.settings(kind, before, key=key, offers=_offers(opened, step))
    if not _same(kind, before, now):
        opened.set_params(step["id"], now)


def _same(kind: StepKind, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether settings mean the same: one may spell out what the other leaves to the kind."""
    if one == other:
        return True
    try:
        return kind.params.model_validate(one) == kind.params.model_validate(other)
    except ValidationError:
        return False


def _offers(opened: OpenDraft, step: Mapping[str, Any]) -> dict[str, list[str]]:
    """What some settings may name."""
    others = [one["id"] for one in steps_of(opened.document) if one["id"] != step["id"]]
    fed = sorted(step.get("in") or {})
    return {"back_to": others, "instructions": fed, "tools": sorted(TOOLS)}
