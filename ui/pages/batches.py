"""Batches: what they come to, item by item, and a form that begins one."""

import math
from collections.abc import Sequence

import streamlit as st

from ui import clock, look, navigation, state, texts
from ui.exports import link_to_batch
from ui.pages import batch_form
from ui.pages.words import length, plain
from ui.state import Studio
from vid_pipeline.acts import batching
from vid_pipeline.acts.batching import Overview
from vid_pipeline.batch_records import Batch, BatchItem
from vid_pipeline.store import batches

_t = texts.of("batches")
_CHOSEN, _NEW = "batch", "new"
_SHOWN = 100


def render() -> None:
    """Draw the page: all batches, or the one that the address names."""
    here = state.studio()
    chosen = st.query_params.get(_CHOSEN)
    if chosen is None:
        _all(here)
        return
    look.heading(_t("title"), _t("said"))
    if st.button(_t("back"), icon=":material/arrow_back:", type="tertiary", key="batches:back"):
        _open(None)
    if chosen == _NEW:
        batch_form.render(here, done=_begun)
        return
    _one(here, batching.overview(here.shop, here.user, chosen))


def _all(here: Studio) -> None:
    with here.db.acting(here.user) as conn:
        found = batches.listed(conn)
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch", gap=None):
            look.heading(_t("title"), _t("said"))
        if found and st.button(_t("new"), type="primary", icon=":material/add:", key="batches:new"):
            _open(_NEW)
    if not found:
        with look.empty("dynamic_feed", _t("none"), _t("none_said")):
            if st.button(_t("new"), type="primary", key="batches:first"):
                _open(_NEW)
        return
    for batch in found:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            badge = _t.table("batch_states")[batch.state]
            said = f"{plain(batch.workflow)} · {clock.minute(batch.created_at)}"
            st.markdown(f"**{plain(batch.name)}** {badge}  \n:gray[{said}]", width="stretch")
            if st.button(_t("look"), key=f"batches:open:{batch.id}", type="tertiary"):
                _open(str(batch.id))


def _one(here: Studio, told: Overview) -> None:
    batch, counts = told.batch, told.counts
    st.subheader(plain(batch.name), anchor=False)
    st.markdown(_t.table("batch_states")[batch.state])
    if batch.reason:
        st.warning(batch.reason)
    done, every = counts.get("done", 0), told.videos
    st.progress(done / every, _t("progress", done=done, all=every))
    states = _t.table("states")
    with st.container(horizontal=True):
        for name, count in counts.items():
            st.metric(states[name], count, width="content")
    _controls(here, told)
    _items(here, told)
    if done:
        address = link_to_batch(batch.id)
        st.link_button(_t("export"), address, icon=":material/folder_zip:", help=_t("export_said"))


def _controls(here: Studio, told: Overview) -> None:
    batch = told.batch
    with st.container(horizontal=True):
        if st.button(_t("refresh"), icon=":material/refresh:", key="batches:refresh"):
            batching.tick(here.shop, only=here.user)
            st.rerun()
        if batch.state == "running" and st.button(_t("pause"), key="batches:pause"):
            batching.pause(here.shop, here.user, batch.id)
            look.flash(_t("paused", name=batch.name), undo=lambda: _go_on(here, batch))
            st.rerun()
        if batch.state in {"paused", "stopped"} and st.button(_t("resume"), key="batches:resume"):
            _go_on(here, batch)
            look.flash(_t("resumed", name=batch.name))
            st.rerun()
        if told.failed_begun and st.button(_t("retry"), type="primary", key="batches:retry"):
            batching.resume(here.shop, here.user, batch.id, failed=True)
            look.flash(_t("resumed", name=batch.name))
            st.rerun()
        if batch.state == "running":
            _stop(here, batch)


def _go_on(here: Studio, batch: Batch) -> None:
    batching.resume(here.shop, here.user, batch.id)


def _stop(here: Studio, batch: Batch) -> None:
    asked = f"batches:stop:{batch.id}"
    if not st.session_state.get(asked):
        if st.button(_t("stop"), type="tertiary", key="batches:stop"):
            st.session_state[asked] = True
            st.rerun()
        return
    st.warning(_t("stopping", name=plain(batch.name)))
    if st.button(_t("really"), type="primary", key="batches:really"):
        batching.stop(here.shop, here.user, batch.id)
        look.flash(_t("stopped", name=batch.name))
        del st.session_state[asked]
        st.rerun()
    if st.button(_t("keep"), key="batches:keep"):
        del st.session_state[asked]
        st.rerun()


def _items(here: Studio, told: Overview) -> None:
    """Its items, by pages."""
    pages, place, page = math.ceil(told.videos / _SHOWN), st.container(), 1
    if pages > 1:
        page = st.pagination(pages, key=f"batches:page:{told.batch.id}:{pages}")
    offset = (page - 1) * _SHOWN
    found = batching.page(here.shop, here.user, told.batch.id, limit=_SHOWN, offset=offset)
    with place:
        _table(found, page)


def _table(items: Sequence[BatchItem], page: int) -> None:
    """The items as a table; one that was made opens its video."""
    states = _t.table("states")
    rows = [
        {
            _t("column_item"): one.input,
            _t("column_title"): one.title,
            _t("column_variant"): one.label,
            _t("column_state"): states[one.state],
            _t("column_took"): length(one.seconds) if one.seconds else "",
            _t("column_cost"): f"${one.cost_usd:.2f}" if one.cost_usd else "",
            _t("column_why"): one.why,
        }
        for one in items
    ]
    chosen = st.dataframe(
        rows, hide_index=True, on_select="rerun", selection_mode="single-row",
        key=f"batches:items:{page}",
    )  # fmt: skip
    for row in chosen["selection"]["rows"]:
        if (production := items[row].production_id) is not None and st.button(
            _t("open"), icon=":material/movie:", key="batches:video"
        ):
            navigation.go("run", production=str(production))


def _begun(batch: Batch) -> None:
    look.flash(_t("begun", name=batch.name))
    _open(str(batch.id))


def _open(batch: str | None) -> None:
    if batch is None:
        st.query_params.pop(_CHOSEN, None)
    else:
        st.query_params[_CHOSEN] = batch
    st.rerun()
