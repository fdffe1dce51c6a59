"""The page `editor`: a workflow is drawn, set, published and run."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui import flow, look, navigation, once, refusals, state, texts
from ui.editing import alone, bar, canvas, catalogue, document, newest, pane, rerunning
from ui.editing.open_draft import CANVAS, OpenDraft, opened
from ui.editing.words import plain
from ui.state import Studio
from vid_pipeline.acts import drafting
from vid_pipeline.errors import VidPipelineError
from vid_pipeline.store import traces, workflows

_t = texts.of("editor")
_HEIGHT_PX = 660
_ASKED = {"run_from": rerunning.ask, "run_alone": alone.ask}


def render() -> None:
    """Draw the page."""
    here = state.studio()
    draft = opened(here, st.query_params.get("workflow"), st.query_params.get("draft"))
    if draft is None:
        _nothing()
        return
    _desk(here, draft, _beside(here, draft))


def _nothing() -> None:
    look.heading(_t("draw"))
    with look.empty("account_tree", _t("nothing_open"), _t("nothing_open_said")):
        navigation.link("workflows", _t("to_workflows"), icon=":material/arrow_forward:")


def _beside(here: Studio, draft: OpenDraft) -> dict[str, Any]:
    """What does not change while somebody draws: the catalogue, and how the newest video went."""
    with here.db.acting(here.user) as conn:
        others = [one for one in workflows.latest_of_all(conn) if one.slug != draft.draft.slug]
        typical = traces.typical(conn)
    made = newest.production(here, draft.draft.slug)
    return {
        "catalog": catalogue.drawn(here.shop.catalog, others),
        "typical": typical,
        "newest": newest.states(here, made),
    }


@st.fragment
def _desk(here: Studio, draft: OpenDraft, beside: dict[str, Any]) -> None:
    """All that is drawn anew when something is drawn, chosen or set."""
    try:
        _drawn(here, draft, beside)
    except VidPipelineError as refused:
        st.error(str(refused), icon=":material/error:")


def _drawn(here: Studio, draft: OpenDraft, beside: dict[str, Any]) -> None:
    said = flow.heard(CANVAS)
    draft.take(said)
    draft.save(here)  # at once: a click that leads away breaks this run off
    chosen = _chosen(draft, said)
    draft.show(chosen)
    top, conflict = st.container(), st.container()
    left, right = st.columns([3.1, 1], gap="medium")
    with right, st.container(height=_HEIGHT_PX, border=False):
        draft.look(here)
        pane.draw(here, draft, chosen)
    draft.save(here)
    draft.look(here)
    with top:
        bar.draw(here, draft)
    with conflict, refusals.shown():
        _held(here, draft)
    with left:
        flow.editor(key=CANVAS, data=_data(here, draft, beside, chosen), height_px=_HEIGHT_PX)
    if said.act is not None and said.act["name"] in _ASKED:
        _ASKED[said.act["name"]](here, draft, said.act["step"])
    draft.finish()


def _chosen(draft: OpenDraft, said: flow.Drawn) -> tuple[str, ...]:
    """The chosen steps: as the canvas says, at first as the address says; kept in the address."""
    here = {step["id"] for step in document.steps_of(draft.document)}
    asked = st.query_params.get("step")
    told = said.selection if said.ready else ((asked,) if asked else ())
    found = tuple(step for step in told if step in here)
    if said.ready:
        if len(found) == 1:
            st.query_params["step"] = found[0]
        else:
            st.query_params.pop("step", None)
    return found


def _data(
    here: Studio, draft: OpenDraft, beside: dict[str, Any], chosen: tuple[str, ...]
) -> dict[str, Any]:
    known = canvas.Known(draft.faults, beside["typical"], beside["newest"])
    return {
        **document.structure(draft.document),
        "epoch": draft.epoch,
        "seq": draft.seq,
        "view": canvas.view(draft.document, here.shop.catalog, known),
        "catalog": beside["catalog"],
        "selection": list(chosen),
        "read_only": bool(draft.conflict),
    }


def _held(here: Studio, draft: OpenDraft) -> None:
    """Why what is drawn is not saved, and the ways on."""
    if draft.conflict:
        _conflict(here, draft)
    elif draft.gone:
        with _warning(_t("gone"), _t("gone_said")):
            work = once.of("editor:keep_copy")
            if st.button(_t("keep_copy"), type="primary", key=work.key):
                copy = drafting.create(here.db, here.user, draft.draft.title, draft.document)
                work.spent()
                look.flash(_t("kept_copy"))
                navigation.go("editor", draft=str(copy.id))
    elif draft.refused:
        _warning(_t("refused"), f"{plain(draft.refused)} {_t('refused_said')}")


def _warning(title: str, said: str) -> DeltaGenerator:
    """A box that says so; what is to be pressed is drawn into it."""
    box = st.container(border=True, horizontal=True, vertical_alignment="center")
    box.markdown(f":orange[:material/warning: **{title}**] {said}", width="stretch")
    return box


def _conflict(here: Studio, draft: OpenDraft) -> None:
    with _warning(_t("conflict"), _t("conflict_said")):
        if st.button(_t("take_theirs"), key="editor:theirs"):
            draft.take_theirs(here)
            if not draft.held:
                look.flash(_t("took_theirs"))
            st.rerun()
        if st.button(_t("keep_mine"), type="primary", key="editor:mine"):
            draft.keep_mine(here)
            if not draft.held:
                look.flash(_t("kept_mine"))
            st.rerun()
