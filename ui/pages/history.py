"""History: what was made, what it took, and how that adds up."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from urllib.parse import urlencode

import streamlit as st

from ui import charts, clock, exports, filters, look, navigation, state, texts
from ui.choices import Choices
from ui.pages.running.shown import step_name
from ui.showing.looking import quiet
from ui.state import Studio
from ui.words import length
from vid_pipeline.acts import history
from vid_pipeline.acts.history import History, Made, Wanted
from vid_pipeline.store import workflows

_t = texts.of("history")
_ANY = ""
_KEYS = {name: f"history-{name}" for name in ("workflow", "status", "days", "person")}


def render() -> None:
    """Draw the page."""
    here = state.studio()
    zone = clock.zone().key
    look.heading(_t("title"), _t("said"))
    bar = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    asked = st.query_params.to_dict()
    try:
        wanted = filters.wanted(asked, zone=zone)
    except ValueError:
        asked, wanted = {}, filters.wanted({}, zone=zone)
    page = asked.get("page", "1")
    number = int(page) if page.isdigit() else 1
    found = history.listed(here.db, here.user, wanted, page=number)
    with here.db.acting(here.user) as conn:
        names = {one.slug: one.title for one in workflows.latest_of_all(conn)}
    with bar:
        _filters(here, found, wanted, names)
    if not found.total:
        _nothing(asked)
        return
    _figures(found)
    _charts(found, names)
    _list(found, names)


def _filters(
    here: Studio,
    found: History,
    wanted: Wanted,
    names: Mapping[str, str],
) -> None:
    """Draw them as the address says; another choice is another address."""

    def named(slug: str) -> str:
        return names.get(slug, slug) or _t("any_workflow")

    choices = Choices("history", _KEYS)
    known = tuple(dict.fromkeys([_ANY, *found.workflows, wanted.workflow or _ANY]))
    states, periods = _t.table("states"), _t.table("periods")
    chosen = {
        "workflow": _select(choices, "workflow", known, named),
        "status": _select(
            choices, "status", tuple(filters.STATES), states.__getitem__, filters.USUAL_STATE
        ),
        "days": _select(
            choices, "days", tuple(filters.DAYS), periods.__getitem__, filters.USUAL_DAYS
        ),
        "from": "",
        "to": "",
        "person": "",
    }
    if chosen["days"] == filters.DATES:
        chosen |= _dates(wanted)
    people = history.people(here.db, here.user)
    if len(people) > 1:
        names = {_ANY: _t("anybody"), **{str(one): name for one, name in people.items()}}
        chosen["person"] = _select(choices, "person", tuple(names), names.__getitem__)
    usual = {"status": filters.USUAL_STATE, "days": filters.USUAL_DAYS}
    now = {name: "" if one == usual.get(name) else one for name, one in chosen.items()}
    if choices.keep(now, drop=["page"]):
        st.rerun()
    asked = {name: one for name, one in now.items() if one}
    address = f"{exports.HISTORY}?{urlencode({**asked, 'zone': wanted.zone})}"
    st.link_button(_t("export"), address, icon=":material/download:", disabled=not found.total)


def _select(
    choices: Choices,
    name: str,
    options: Sequence[str],
    words: Callable[[str], str],
    usual: str = _ANY,
) -> str:
    choices.begin_one(name, options, usual)
    return str(st.selectbox(_t(name), options, key=_KEYS[name], format_func=words, width=190))


def _dates(wanted: Wanted) -> dict[str, str]:
    today = clock.today()
    start, end = wanted.since or today - timedelta(days=29), wanted.until or today
    key = f"history-dates-{start}-{end}"  # other days in the address are another widget
    found = st.date_input(_t("dates"), (start, end), key=key, width=230)
    days = found if isinstance(found, tuple) else (found,)
    if len(days) < 2:  # the second day is still to be chosen
        return {"from": start.isoformat(), "to": end.isoformat()}
    return {"from": days[0].isoformat(), "to": days[-1].isoformat()}


def _nothing(asked: Mapping[str, str]) -> None:
    if asked:
        with look.empty("filter_list_off", _t("none_fit"), _t("none_fit_said")):
            return
    with look.empty("history", _t("empty"), _t("empty_said")):
        navigation.link("home", _t("make"), icon=":material/add:")


def _figures(found: History) -> None:
    rate = found.usd_a_minute
    per = _t("none_yet") if rate is None else _t("a_minute", usd=f"\\${rate:.2f}")
    grid = st.grid(4, min_column_width=150, border=True)
    for label, value, said in (
        (_t("runs"), f"{found.total:,}", _t("of_them_done", n=found.done)),
        (_t("minutes"), length(found.video_s) if found.video_s else "–", _t("of_video")),
        (_t("tokens"), f"{found.tokens:,}", _t("by_models", n=len(found.models))),
        (_t("cost"), f"${found.cost_usd:,.2f}", per),
    ):
        with grid.cell():
            st.metric(label, value)
            quiet(said)


def _charts(found: History, names: Mapping[str, str]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        by = _segments("by", ("day", "workflow", "model"))
        measure = _segments("measure", ("cost", "videos", "tokens"))
    rows = charts.rows(found, by, measure, names)
    if not rows:
        quiet(_t("no_calls"))
        return
    title = f"{_t.table('measures')[measure]}, {_t.table('bys')[by].lower()}"
    charts.bars(rows, title, key=f"history-{by}-{measure}")


def _segments(name: str, options: Sequence[str]) -> str:
    words = _t.table(f"{name}s")
    chosen = st.segmented_control(
        _t(name),
        options,
        key=f"history-{name}",
        default=options[0],
        required=True,
        format_func=words.__getitem__,
        label_visibility="collapsed",
    )
    return str(chosen)


def _list(found: History, names: Mapping[str, str]) -> None:
    seen = st.dataframe(
        [_row(one, names) for one in found.made],
        hide_index=True,
        key=f"history-list-{found.page}",
        on_select="rerun",
        selection_mode="single-cell",
        row_height=36,
        placeholder="–",
        height="content",
        column_config={
            _t("made"): st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm"),
            _t("tokens"): st.column_config.NumberColumn(format="localized"),
            _t("cost"): st.column_config.NumberColumn(format="$%.2f"),
            _t("per_minute"): st.column_config.NumberColumn(format="$%.2f"),
        },
        alt=_t("list"),
    )
    quiet(_t("open_by_click"))
    cells = seen["selection"]["cells"]
    if cells:
        navigation.go("run", production=str(found.made[cells[0][0]].id))
    if found.pages > 1:
        _pages(found)


def _pages(found: History) -> None:
    key = f"history-page-{found.page}-{found.pages}"
    number = st.pagination(found.pages, default=found.page, key=key)
    if number != found.page:
        st.query_params["page"] = str(number)
        st.rerun()


def _row(one: Made, names: Mapping[str, str]) -> dict[str, object]:
    return {
        _t("video"): _name(one),
        _t("workflow"): f"{names.get(one.workflow, one.workflow)} v{one.version}",
        _t("status"): _t.table("state_of")[one.state],
        _t("made"): clock.local(one.created_at),
        _t("took"): "–" if one.seconds is None else length(one.seconds),
        _t("length"): "–" if one.video_s is None else length(one.video_s),
        _t("tokens"): one.tokens,
        _t("cost"): one.cost_usd,
        _t("per_minute"): one.usd_a_minute,
        _t("model"): one.models or "–",
    }


def _name(one: Made) -> str:
    """What it is called; and which step, where only one was run."""
    if one.only_step is None:
        return one.title
    return _t("only", step=step_name(one.only_step), name=one.title)
