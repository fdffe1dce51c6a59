"""Doing steps again: first what that would do, take and cost, then the doing."""

from contextlib import suppress

import streamlit as st

from ui import look, refusals, texts
from ui.pages.running.shown import Shown, dollars, step_name
from ui.pages.words import length
from vid_pipeline.acts import retrying
from vid_pipeline.acts.retrying import Forecast, Wish
from vid_pipeline.errors import ToolError, UserError
from vid_pipeline.workflow import id_in

_t = texts.of("run")

_ANY = "[?]"
"""Of a mapped step: its items are not known yet."""


def outlook(shown: Shown, expected: Forecast) -> str:
    """What going on would do, keep, take and cost, in words."""
    ours = {step.id for step in shown.version.graph.steps}
    price = _t("price_unknown")
    if expected.seconds is not None and expected.cost_usd is not None:
        price = _t("price", time=length(expected.seconds), cost=dollars(expected.cost_usd))
    return _t(
        "again_said",
        runs=_t("runs", n=sum(id_in(key) in ours for key in expected.runs)),
        keeps=_t("keeps", n=sum(id_in(key) in ours for key in expected.keeps)),
        price=price,
    )


def button(shown: Shown, key: str) -> None:
    """The way to do a step, or one item of it, again with all that comes after."""
    label = _t("this_item" if "[" in key else "from_here")
    idle = shown.phase == "ended"
    if st.button(
        label,
        icon=":material/replay:",
        key=shown.key("from", key),
        disabled=not idle,
        help=None if idle else _t("not_now"),
    ):
        _ask(shown, key)


@st.dialog(_t("from_here_title"))
def _ask(shown: Shown, key: str) -> None:
    """Show what it would do; do it when that is wanted."""
    wish = Wish(steps=(key,))
    shop, user, production = shown.here.shop, shown.here.user, shown.production
    try:
        expected = retrying.forecast(shop, user, production.id, wish)
    except UserError as reason:
        st.warning(str(reason))
        return
    st.write(outlook(shown, expected))
    _list(shown, expected)
    if st.button(_t("from_here_title"), type="primary", key=shown.key("confirm"), width="stretch"):
        with refusals.shown():
            with suppress(ToolError):  # it is planned, and a sweep starts it
                retrying.retry(shop, user, production.id, wish)
            look.flash(_t("begun_again"))
            st.rerun()


def _list(shown: Shown, expected: Forecast) -> None:
    ours = {step.id for step in shown.version.graph.steps}
    reasons = _t.table("reason")
    lines = [
        f"- {step_name(key.removesuffix(_ANY))} :gray[{reasons[why]}]"
        for key, why in expected.runs.items()
        if id_in(key) in ours
    ]
    with st.expander(_t("will_run"), expanded=len(lines) <= 6):
        st.markdown("\n".join(lines))
