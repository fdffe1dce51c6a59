"""Run one step alone as it is drawn, on what the newest video gave that can give it."""

import streamlit as st

from ui import look, navigation, texts
from ui.alone import why
from ui.editing.open_draft import OpenDraft
from ui.editing.rerunning import price
from ui.editing.words import plain, quiet
from ui.state import Studio
from ui.words import ago
from vid_pipeline.acts import publishing, running_alone
from vid_pipeline.acts.draft_faults import readable
from vid_pipeline.acts.following import title_of
from vid_pipeline.acts.retrying import Forecast
from vid_pipeline.errors import NotAlone, UserError

_t = texts.of("editor")


@st.dialog(_t("alone_title"), icon=":material/play_arrow:")
def ask(here: Studio, opened: OpenDraft, step: str) -> None:
    """Say what it would work on, take and cost, and do it on demand; else why it cannot be."""
    if opened.held:
        st.markdown(_t("held"))
        return
    drawn = readable(opened.document)
    if opened.faults or drawn is None:
        wrong = sum(len(found) for found in opened.faults.values())
        st.markdown(f":red[:material/error: {_t('publish_faults', n=wrong)}]")
        return
    try:
        graph = publishing.nested_in(here.db, here.user, drawn).flat
        forecast = running_alone.drawn(here.shop, here.user, opened.draft.slug, graph, step)
        _say(forecast, step, changed=opened.draft.changed)
        if st.button(_t("run_now"), type="primary", key="editor:run_now"):
            _go(here, opened, forecast, step)
    except NotAlone as refused:
        st.warning(why(refused), icon=":material/block:")
    except UserError as refused:
        st.error(str(refused), icon=":material/error:")


def _say(forecast: Forecast, step: str, *, changed: bool) -> None:
    source = forecast.production
    name = plain(source.brief.title or source.brief.name)
    said = _t("alone_what", step=plain(title_of(step)), name=name, ago=ago(source.created_at))
    st.markdown(said)
    if changed:
        st.markdown(quiet(_t("alone_changed")))
    price(forecast)


def _go(here: Studio, opened: OpenDraft, forecast: Forecast, step: str) -> None:
    version = opened.draft.published_version
    if opened.draft.changed:
        version = opened.publish(here).version
    key = forecast.production.id
    made = running_alone.run(here.shop, here.user, key, step, version=version)
    look.flash(_t("running"))
    navigation.go("run", production=str(made.id), step=step)
