"""The audit log, with filters that are in the address."""

from collections.abc import Mapping
from uuid import UUID

import streamlit as st

from ui import clock, texts
from ui.choices import Choices
from ui.state import Studio
from vid_pipeline.account_records import Entry
from vid_pipeline.acts.administering import Administration
from vid_pipeline.acts.auditing import ACTS

_t = texts.of("administration")
_MOST_AT_ONCE, _HEIGHT_PX = 16, 620
_KEYS = {name: f"administration:{name}" for name in ("act", "person")}


def render(here: Studio, administration: Administration) -> None:
    """Draw the filters and the newest lines."""
    _ = here
    names = administration.names()
    acts, people = ["", *ACTS], ["", *(str(one) for one in names)]
    choices = Choices("administration:log", _KEYS)
    choices.begin_one("act", acts, "")
    choices.begin_one("person", people, "")
    left, right = st.columns(2)
    act = left.selectbox(
        _t("log_act"),
        acts,
        format_func=lambda one: said(one) if one else _t("log_all"),
        key=_KEYS["act"],
    )
    person = right.selectbox(
        _t("log_person"),
        people,
        format_func=lambda one: names[UUID(one)] if one else _t("log_everybody"),
        key=_KEYS["person"],
    )
    choices.keep({"act": act, "person": person})
    lines = administration.log(act=act or None, person=UUID(person) if person else None)
    if not lines:
        st.caption(_t("log_none"))
        return
    st.dataframe(
        [row(one, names) for one in lines],
        hide_index=True,
        width="stretch",
        height="content" if len(lines) <= _MOST_AT_ONCE else _HEIGHT_PX,
        column_config={_t("log_when"): st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm")},
    )


def row(one: Entry, names: Mapping[UUID, str]) -> dict[str, object]:
    """A line of the log as people read it."""
    return {
        _t("log_when"): clock.local(one.at),
        _t("log_act"): said(one.act),
        _t("log_who"): names.get(one.actor_id, "") if one.actor_id else _t("log_nobody"),
        _t("log_whom"): names.get(one.owner_id, "") if one.owner_id else _t("log_unknown"),
        _t("log_where"): one.client,
        _t("log_more"): ", ".join(f"{key}: {value}" for key, value in one.detail.items() if value),
    }


def said(act: str) -> str:
    """An act in words."""
    return _t.table("acts").get(act, act)
