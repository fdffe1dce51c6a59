"""Above the graph: what is made, how it stands, and what can be done about it."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import streamlit as st

from ui import listening, look, navigation, texts
from ui.live.picture import steps_of
from ui.pages.running import again, alone
from ui.pages.running.shown import Shown
from ui.pages.words import ago, plain
from vid_pipeline.acts import making, retrying
from vid_pipeline.dagster_api import DagsterApi
from vid_pipeline.errors import ToolError, UserError
from vid_pipeline.records import Production, Request
from vid_pipeline.store import requests

_t = texts.of("run")

_FOLDER = Path(__file__).parent
_STATES = ("draft", "queued", "running", "waiting", "failed", "cancelled", "done")
_WORDS = (
    *("steps", "of", "elapsed", "left", "about_time", "unknown", "cost", "tokens", "progress"),
    *(f"state_{state}" for state in _STATES),
)


def render(shown: Shown) -> None:
    """Draw it; the page is drawn anew when the stream says that this one has had its time."""
    production = shown.production
    look.heading(plain(shown.name))
    st.caption(
        _t(
            "about",
            workflow=plain(shown.version.title),
            version=production.version,
            ago=ago(production.created_at),
        )
    )
    _live(shown)
    alone.banner(shown)
    _banner(shown)
    _actions(shown)


@st.fragment
def _live(shown: Shown) -> None:
    """A fragment, as it waits for a run of the page to end: what was pressed is done first."""
    words = _t.plain()
    if shown.production.only_step is not None:
        words |= {"state_done": words["state_alone"], "state_running": words["state_one"]}
    line = listening.component("vidp_run_header", _FOLDER / "header", '<div class="header"></div>')
    said = line(
        key=shown.key("header"),
        data={
            "events": shown.events,
            "state": steps_of(shown.sight, lambda _: "").model_dump(mode="json"),
            "texts": {name: words[name] for name in _WORDS},
        },
        on_ended_change=listening.nothing,
    )
    if said.get("ended"):
        st.rerun()


def _banner(shown: Shown) -> None:
    """What has to be known before all else: why it stands still, and what would help."""
    production = shown.production
    if production.state == "waiting":
        _waits(shown)
    elif production.state == "failed":
        st.error(_why(shown), icon=":material/error:")
        _forecast(shown)
    elif production.state == "cancelled":
        why = plain(production.error or "") or _t("stopped_unknown")
        st.info(why, icon=":material/stop_circle:")
        _forecast(shown)
    elif production.state == "draft":
        st.info(_t("drafted"), icon=":material/draft:")


def _waits(shown: Shown) -> None:
    for request in _open(shown):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(
                f":violet[:material/how_to_reg:] {_t('waits', title=plain(request.title))}",
                width="stretch",
            )
            if st.button(
                _t("decide"),
                icon=":material/arrow_forward:",
                key=shown.key(f"decide-{request.id}"),
                type="primary",
            ):
                navigation.go("inbox", request=str(request.id))


def _open(shown: Shown) -> list[Request]:
    with shown.here.db.acting(shown.here.user) as conn:
        asked = requests.of_production(conn, shown.production.id)
    return [one for one in asked if one.state == "open"]


def _why(shown: Shown) -> str:
    why = plain(shown.production.error or "") or _t("failed_unknown")
    failed = next((s.title for s in shown.sight.view.steps if s.state == "failed"), None)
    return _t("failed", step=failed, why=why) if failed else why


def _forecast(shown: Shown) -> None:
    try:
        expected = retrying.forecast(shown.here.shop, shown.here.user, shown.production.id)
    except UserError as reason:
        st.caption(_t("cannot", why=plain(str(reason))))
    else:
        st.caption(again.outlook(shown, expected))


def _actions(shown: Shown) -> None:
    production = shown.production
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        _go_on(shown, production)
        if production.state in {"queued", "running", "waiting"} and st.button(
            _t("stop"), icon=":material/stop_circle:", key=shown.key("stop")
        ):
            _act(lambda: making.cancel(shown.here.shop, shown.here.user, production.id), "stopping")
        if production.folder is not None:
            with st.popover(_t("folder"), icon=":material/folder_open:"):
                st.caption(_t("folder_said"))
                st.code(production.folder, language=None, wrap_lines=True)
        if shown.here.role == "administrator" and production.run_id is not None:
            url = DagsterApi.of(shown.here.settings).run_url(production.run_id)
            st.link_button(_t("dagster"), url, icon=":material/open_in_new:", type="tertiary")


def _go_on(shown: Shown, production: Production) -> None:
    shop, user, key = shown.here.shop, shown.here.user, shown.key("again")
    if production.state == "draft":
        if st.button(_t("start"), icon=":material/play_arrow:", key=key, type="primary"):
            _begin(lambda: making.launch(shop, production))
    elif production.state in {"failed", "cancelled"}:
        label = _t("try_again" if production.state == "failed" else "go_on")
        if st.button(label, icon=":material/refresh:", key=key, type="primary"):
            _begin(lambda: retrying.retry(shop, user, production.id))


def _begin(act: Callable[[], object]) -> None:
    def begun() -> None:
        with suppress(ToolError):  # it is planned, and a sweep starts it
            act()

    _act(begun, "begun_again")


def _act(act: Callable[[], object], done: str) -> None:
    act()
    look.flash(_t(done))
    st.rerun()
