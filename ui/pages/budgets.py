"""Caps on spending: how each stands, setting one, what was spent, what waits for more."""

from functools import partial
from uuid import UUID

import streamlit as st

from ui import look, navigation, refusals, state, texts
from ui.pages.words import plain
from ui.state import Studio
from vid_pipeline.acts import budgeting, spending
from vid_pipeline.acts.spending import Spending
from vid_pipeline.records import BudgetScope, Production, Request
from vid_pipeline.store import productions, requests, workflows
from vid_pipeline.store.budgets import Standing
from vid_pipeline.store.database import Database

_t = texts.of("budgets")
_SHOWN: tuple[BudgetScope, ...] = ("month", "user", "production")
_DAYS = (7, 30, 90)
_NEARLY = 0.8
_CENT = 0.01
_DAY_LABEL = "timeFormat(toDate(datum.value), '%-d %b')"


def render() -> None:
    """Draw how the caps stand, what waits for a higher one, and what was spent."""
    here = state.studio()
    look.heading(_t("title"), _t("said"))
    standing = {one.scope: one for one in budgeting.standing(here.settings, here.db, here.user)}
    _waiting(here)
    for column, scope in zip(st.columns(len(_SHOWN)), _SHOWN, strict=True):
        with column, st.container(border=True, height="stretch"):
            _cap(here, standing[scope])
    with st.expander(_t("how_title"), icon=":material/help:"):
        st.markdown(_t("how"))
    _spending(here)


def money(usd: float) -> str:
    """Dollars and cents, and more digits where cents would say nothing; safe in Markdown."""
    if 0 < usd < _CENT:
        return f"\\${usd:.2g}"
    return f"\\${usd:,.2f}"


def share(one: Standing) -> float | None:
    """How much of a cap is taken, 0 to 1; None where there is no cap to take of."""
    if one.limit_usd is None:
        return None
    taken = one.spent_usd + one.reserved_usd
    return 1.0 if one.limit_usd <= taken else taken / one.limit_usd


def _cap(here: Studio, one: Standing) -> None:
    taken = None if one.scope == "production" else share(one)
    st.markdown(f"**{_t.table('scope')[one.scope]}**{_badge(taken)}")
    st.markdown(f"### {_headline(one)}")
    if taken is not None:
        st.progress(taken)
    facts = [_t.table("scope_said")[one.scope], *_facts(one)]
    st.markdown(f":gray[{'  '.join(facts)}]")
    label = _t("set_cap") if one.limit_usd is None else _t("change")
    if st.button(label, key=f"budgets:change-{one.scope}"):
        _change(here, one)


def _badge(taken: float | None) -> str:
    if taken is None or taken < _NEARLY:
        return ""
    return f" :red-badge[{_t('met')}]" if taken >= 1 else f" :orange-badge[{_t('nearly')}]"


def _headline(one: Standing) -> str:
    if one.scope == "production":
        return _t("no_cap") if one.limit_usd is None else money(one.limit_usd)
    if one.limit_usd is None:
        return _t("spent_no_cap", spent=money(one.spent_usd))
    return _t("spent_of", spent=money(one.spent_usd), cap=money(one.limit_usd))


def _facts(one: Standing) -> list[str]:
    facts = []
    if one.scope != "production":
        if one.left_usd is not None:
            facts.append(_t("left", left=money(one.left_usd)))
        if one.reserved_usd:
            facts.append(_t("reserved", usd=money(one.reserved_usd)))
    if one.limit_usd is not None and one.set_by is None:
        facts.append(_t("from_studio"))
    return [" · ".join(facts) + "."] if facts else []


def _change(here: Studio, one: Standing) -> None:
    name = _t.table("scope")[one.scope]
    st.dialog(_t("dialog_title", scope=name))(partial(_form, here, one))()


def _form(here: Studio, one: Standing) -> None:
    st.markdown(f":gray[{_t.table('scope_said')[one.scope]}]")
    none = st.toggle(_t("none"), one.limit_usd is None, key=f"budgets:none-{one.scope}")
    amount = st.number_input(
        _t("amount"),
        min_value=0.0,
        value=one.limit_usd if one.limit_usd is not None else 10.0,
        step=1.0,
        format="%.2f",
        disabled=none,
        key=f"budgets:amount-{one.scope}",
    )
    if not none and one.scope != "production" and amount < one.spent_usd:
        st.warning(_t("below"))
    if st.button(_t("save"), type="primary", key="budgets:save"):
        with refusals.shown():
            _set(here, one, None if none else amount)


def _set(here: Studio, one: Standing, to_usd: float | None) -> None:
    budgeting.set_cap(here.db, here.user, one.scope, to_usd)
    cap = _t("no_cap") if to_usd is None else money(to_usd)
    back = partial(_set_back, here.db, here.user, one.scope, one.limit_usd)
    look.flash(_t("saved", cap=cap), undo=back)
    st.rerun()


def _set_back(db: Database, user: UUID, scope: BudgetScope, to_usd: float | None) -> None:
    budgeting.set_cap(db, user, scope, to_usd)


def _waiting(here: Studio) -> None:
    """Videos that stand still until a cap is raised."""
    with here.db.acting(here.user) as conn:
        asked = [
            one
            for one in requests.open_ones(conn)
            if one.kind == "budget" and one.owner_id == here.user
        ]
        titles = [_title(productions.get(conn, one.production_id)) for one in asked]
    if not asked:
        return
    with st.container(border=True):
        st.markdown(f":orange[:material/savings:] **{_t('waiting_title')}**")
        for one, title in zip(asked, titles, strict=True):
            navigation.link("inbox", _wait(one, title), request=str(one.id))


def _wait(asked: Request, title: str) -> str:
    needed = asked.facts.get("to_usd")
    if isinstance(needed, (int, float)):
        return _t("waiting", title=plain(title), usd=money(needed))
    return _t("waiting_plain", title=plain(title))


def _spending(here: Studio) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        days = st.session_state.get("budgets:days", _DAYS[1])
        st.subheader(_t("spending_title", n=days), anchor=False, width="stretch")
        days = st.segmented_control(
            _t("days"),
            _DAYS,
            default=days,
            required=True,
            format_func=lambda n: _t("last_days", n=n),
            key="budgets:days",
            label_visibility="collapsed",
        )
    spent = spending.recent(here.db, here.user, days=days)
    if not spent.spent:
        st.markdown(f":gray[{_t('spending_none')}]")
        return
    names = _names(here)
    st.markdown(f":gray[{_t('spending_total', usd=money(spent.usd), n=spent.calls)}]")
    chart, table = st.columns([2, 1], gap="large")
    with chart:
        _chart(spent, names)
    with table:
        _workflows(spent, names)


def _chart(spent: Spending, names: dict[str, str]) -> None:
    """A bar a day, parted by workflow; days without spending have their place."""
    rows = [
        {
            "day": one.day.isoformat(),
            "usd": one.usd,
            "workflow": names.get(one.workflow, one.workflow),
        }
        for one in spent.spent
    ]
    days = [day.isoformat() for day in spent.days]
    axis = {"title": None, "labelAngle": 0, "labelOverlap": "greedy", "labelExpr": _DAY_LABEL}
    encoding = {
        "x": {"field": "day", "type": "ordinal", "scale": {"domain": days}, "axis": axis},
        "y": {
            "field": "usd",
            "type": "quantitative",
            "axis": {"title": None, "format": "$.2f", "tickCount": 4},
        },
        "color": {
            "field": "workflow",
            "type": "nominal",
            "legend": {"title": None, "orient": "top"},
        },
        "tooltip": [
            {"field": "day", "title": _t("day_axis")},
            {"field": "workflow", "title": _t("workflow")},
            {"field": "usd", "title": _t("usd_axis"), "format": "$.2f"},
        ],
    }
    st.vega_lite_chart(
        rows,
        {"mark": {"type": "bar", "cornerRadiusEnd": 3}, "encoding": encoding, "height": 240},
        alt=_t("chart_alt", n=len(days)),
    )


def _workflows(spent: Spending, names: dict[str, str]) -> None:
    st.markdown(f"**{_t('by_workflow')}**")
    most = max(one.usd for one in spent.workflows)
    for one in spent.workflows:
        name = plain(names.get(one.workflow, one.workflow))
        st.progress(one.usd / most, _t("workflow_line", name=name, usd=money(one.usd), n=one.calls))


def _names(here: Studio) -> dict[str, str]:
    with here.db.acting(here.user) as conn:
        return {version.slug: version.title for version in workflows.latest_of_all(conn)}


def _title(production: Production) -> str:
    return production.brief.title or production.brief.name
