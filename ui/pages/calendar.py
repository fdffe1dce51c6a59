"""The content calendar: a month of planned videos, and how each stands."""

import calendar
from collections.abc import Sequence
from datetime import date, timedelta
from textwrap import shorten

import streamlit as st

from ui import clock, look, navigation, state, texts
from ui.exports import link_to_calendar
from ui.pages.words import plain
from ui.state import Studio
from ui.uploads import TEXT_MB
from vid_pipeline.acts import planning
from vid_pipeline.errors import UserError
from vid_pipeline.store import calendar_rows, triggers, workflows
from vid_pipeline.trigger_records import CalendarRow

_t = texts.of("calendar")
_CSS = """
<style>
@media (max-width: 640px) {
  .st-key-calendar-grid { display: none; }
  .st-key-calendar-head > :first-child { flex: 1 0 100% !important; }
  [class*=st-key-calendar-row] { flex-wrap: nowrap !important; }
  [class*=st-key-calendar-row] > :first-child { flex: 1 1 0 !important; min-width: 0 !important; }
}
</style>"""
_MONTH, _TURN = "month", "calendar:turn"
_IN_A_DAY, _CHARACTERS = 3, 34
_COLOURS = {"done": "green", "failed": "red", "dead": "red", "planned": "gray", "asking": "violet"}


def render() -> None:
    """Draw the month that the address names, or this one."""
    here = state.studio()
    st.html(_CSS)
    look.heading(_t("title"), _t("said"))
    first = _month()
    last = date(first.year, first.month, calendar.monthrange(first.year, first.month)[1])
    with here.db.acting(here.user) as conn:
        rows = calendar_rows.between(conn, first, last)
        watched = any(one.watches.kind == "calendar" for one in triggers.listed(conn))
        titles = {one.slug: one.title for one in workflows.latest_of_all(conn)}
    _head(first)
    if not rows:
        with look.empty("calendar_month", _t("none"), _t("none_said")):
            pass
    elif not watched:
        st.info(_t("unwatched"), icon=":material/info:")
        navigation.link("triggers", _t("unwatched_do"), trigger="new")
    _grid(first, rows)
    with st.expander(_t("add"), icon=":material/add:", expanded=not rows):
        _add(here, first, titles)
    _listed(here, rows)
    _files(here, first, last)


def _month() -> date:
    told = st.query_params.get(_MONTH, "")
    try:
        return date.fromisoformat(f"{told}-01")
    except ValueError:
        return clock.today().replace(day=1)


def _head(first: date) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="calendar-head"):
        st.subheader(f"{first:%B %Y}", anchor=False, width="stretch")
        if st.button(_t("earlier"), icon=":material/chevron_left:", key="calendar:earlier"):
            _show(first - timedelta(days=1))
        if st.button(_t("today"), key="calendar:today"):
            _show(clock.today())
        if st.button(_t("later"), icon=":material/chevron_right:", key="calendar:later"):
            _show(first + timedelta(days=31))


def _show(day: date) -> None:
    st.query_params[_MONTH] = f"{day:%Y-%m}"
    st.rerun()


def _grid(first: date, rows: Sequence[CalendarRow]) -> None:
    """Weeks of seven days; narrow screens show the list below alone."""
    by_day: dict[date, list[CalendarRow]] = {}
    for row in rows:
        by_day.setdefault(row.day, []).append(row)
    with st.container(key="calendar-grid"):
        names = _t.table("weekdays")
        for place, name in zip(st.columns(7), names.values(), strict=True):
            place.markdown(f":gray[{name}]")
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month):
            for place, day in zip(st.columns(7), week, strict=True):
                with place.container(
                    border=True, height="stretch", gap=None, key=f"calendar-day-{day}"
                ):
                    _day(day, by_day.get(day, []), inside=day.month == first.month)


def _day(day: date, rows: Sequence[CalendarRow], *, inside: bool) -> None:
    number = f"**{day.day}**" if day == clock.today() else f"{day.day}"
    st.markdown(number if inside else f":gray[{number}]")
    for row in rows[:_IN_A_DAY]:
        colour = _COLOURS.get(row.status, "orange")
        st.markdown(
            f":{colour}[●] :small[{plain(shorten(row.topic, _CHARACTERS, placeholder='…'))}]"
        )
    if len(rows) > _IN_A_DAY:
        st.caption(_t("more", n=len(rows) - _IN_A_DAY))


def _add(here: Studio, first: date, titles: dict[str, str]) -> None:
    """The form for one video; what was saved is gone from it, and saved once."""
    turn = st.session_state.setdefault(_TURN, 0)
    left, right = st.columns([3, 1])
    start = clock.today() if clock.today().replace(day=1) == first else first
    day = left.date_input(_t("day"), start, key=f"calendar:day:{turn}:{first:%Y-%m}")
    at = right.text_input(_t("at"), key="calendar:at", help=_t("at_help"))
    topic = st.text_area(_t("topic"), key=f"calendar:topic:{turn}")
    left, right = st.columns(2)
    channel = left.text_input(_t("channel"), key="calendar:channel")
    chosen = right.selectbox(
        _t("workflow"), ["", *titles], key="calendar:workflow",
        format_func=lambda slug: titles.get(slug, _t("workflow_any")),
    )  # fmt: skip
    notes = st.text_area(_t("notes"), key=f"calendar:notes:{turn}")
    if not st.button(_t("save"), type="primary", key=f"calendar:save:{turn}"):
        return
    try:
        planning.add(
            here.shop, here.user, day=day, at=at, topic=topic, channel=channel,
            workflow=chosen or "", notes=notes,
        )  # fmt: skip
    except UserError as refusal:
        st.error(str(refusal), icon=":material/edit:")
        return
    st.session_state[_TURN] = turn + 1
    look.flash(_t("saved", topic=topic.splitlines()[0][:60], day=f"{day:%d %b}"))
    _show(day)


def _listed(here: Studio, rows: Sequence[CalendarRow]) -> None:
    words = _t.table("states")
    for row in rows:
        key = f"calendar-row-{row.id}"
        with st.container(horizontal=True, vertical_alignment="center", wrap=False, key=key):
            when = f"{row.day:%a %d %b} {row.at}".strip()
            said = f":gray[{when}] {plain(row.topic.splitlines()[0][:90])}"
            colour = _COLOURS.get(row.status, "orange")
            st.markdown(f"{said} :{colour}-badge[{words[row.status]}]", width="stretch")
            if row.production_id is not None:
                if st.button(_t("open"), key=f"calendar:open:{row.id}", type="tertiary"):
                    navigation.go("run", production=str(row.production_id))
            elif st.button(_t("remove"), key=f"calendar:remove:{row.id}", type="tertiary"):
                planning.remove(here.shop, here.user, [row.id])
                look.flash(
                    _t("removed", topic=row.topic.splitlines()[0][:60]),
                    undo=lambda row=row: planning.put_back(here.shop, here.user, row),  # type: ignore[misc]
                )
                st.rerun()


def _files(here: Studio, first: date, last: date) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.link_button(_t("export_csv"), link_to_calendar("csv", first, last))
        st.link_button(_t("export_ics"), link_to_calendar("ics", first, last))
    file = st.file_uploader(
        _t("import"),
        ["csv", "ics"],
        key="calendar:file",
        help=_t("import_help"),
        max_upload_size=TEXT_MB,
    )
    if file is None or not st.button(_t("import"), key="calendar:import"):
        return
    try:
        count = planning.take_in(here.shop, here.user, file.name, file.getvalue())
    except UserError as refusal:
        st.error(str(refusal), icon=":material/edit:")
        return
    look.flash(_t("imported", n=count))
    st.rerun()
