"""Run a workflow's newest video again from a step; what it takes is said before."""

from contextlib import suppress

import streamlit as st

from ui import look, navigation, texts
from ui.editing import newest
from ui.editing.open_draft import OpenDraft
from ui.editing.words import length, plain, quiet
from ui.state import Studio
from vid_pipeline.acts import retrying
from vid_pipeline.acts.following import title_of
from vid_pipeline.acts.retrying import Forecast, Wish
from vid_pipeline.errors import ToolError, UserError
from vid_pipeline.workflow import id_in, step_of

_t = texts.of("editor")


@st.dialog(_t("run_title"), icon=":material/fast_forward:")
def ask(here: Studio, opened: OpenDraft, step: str) -> None:
    """Say what running from a step would do, and do it on demand."""
    if opened.held:
        st.markdown(_t("held"))
        return
    made = newest.production(here, opened.draft.slug)
    if made is None:
        st.markdown(_t("run_none"))
        return
    try:
        if opened.draft.changed:
            st.markdown(quiet(_t("run_changed")))
        forecast = retrying.forecast(here.shop, here.user, made.id, Wish(steps=(step,)))
        _say(forecast)
        if st.button(_t("run_now"), type="primary", key="editor:run_now"):
            _go(here, opened, forecast, step)
    except UserError as refused:
        st.error(str(refused), icon=":material/error:")


def _say(forecast: Forecast) -> None:
    steps = list(dict.fromkeys(step_of(id_in(key)) for key in forecast.runs))
    name = plain(forecast.production.brief.name or "")
    st.markdown(_t("run_what", n=len(steps), name=name))
    titles = [plain(title_of(one)) for one in steps]
    st.markdown(quiet(_t("run_which", steps=", ".join(titles))))
    price(forecast)


def price(forecast: Forecast) -> None:
    """What it takes and costs, where that is known."""
    if forecast.seconds:
        st.markdown(_t("run_time", time=length(forecast.seconds)))
    if forecast.cost_usd:
        st.markdown(plain(_t("run_cost", cost=forecast.cost_usd)))


def _go(here: Studio, opened: OpenDraft, forecast: Forecast, step: str) -> None:
    version = None
    if opened.draft.changed:
        version = opened.publish(here).version
    elif opened.draft.published_version != forecast.version:
        version = opened.draft.published_version
    wish = Wish(steps=(step,), version=version)
    with suppress(ToolError):  # it is planned, and a sweep starts it
        retrying.retry(here.shop, here.user, forecast.production.id, wish)
    look.flash(_t("running"))
    navigation.go("run", production=str(forecast.production.id))
