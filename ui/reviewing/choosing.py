"""The left side of the inbox: which requests there are, filtered, the chosen one marked."""

from collections.abc import Mapping, Sequence
from typing import Literal, cast

import streamlit as st

from ui import texts
from ui.choices import Choices
from ui.reviewing import places
from ui.state import Studio
from ui.words import ago, plain
from vid_pipeline.acts import inbox
from vid_pipeline.acts.inbox import Inbox, Wanted
from vid_pipeline.asking import RequestKind
from vid_pipeline.store.inbox import Listed

_t = texts.of("inbox")

_ANY = "any"
_AGES = {"1h": 1.0, "1d": 24.0, "1w": 168.0}
_KINDS = ("approval", "items", "budget")
_KEYS = {name: f"inbox-{name}" for name in ("state", "scope", "kind", "age", "workflow")}
_OF_OTHERS = ("page", "request")
"""Names in the address that mean something in one list alone."""
_MARKS = {
    "open": "",
    "approved": ":green[:material/check:]",
    "rejected": ":orange[:material/undo:]",
    "stopped": ":red[:material/stop_circle:]",
    "expired": ":gray[:material/timer_off:]",
    "withdrawn": ":gray[:material/remove_circle_outline:]",
}


def found(here: Studio) -> Inbox:
    """Draw the filters; what fits them."""
    choices = Choices("inbox", _KEYS)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        state = _segments(choices, "state", ("open", "decided"))
        scope = _segments(choices, "scope", ("mine", "all"))
    kind, age, workflow = _narrowed(here, choices, state, scope)
    usual = {"state": "open", "scope": "mine", "kind": _ANY, "age": _ANY, "workflow": _ANY}
    chosen = {"state": state, "scope": scope, "kind": kind, "age": age, "workflow": workflow}
    said = {name: "" if one == usual[name] else one for name, one in chosen.items()}
    choices.keep(said, drop=_OF_OTHERS)
    page = st.query_params.get("page", "1")
    wanted = _wanted(state, scope, kind, age, workflow)
    return inbox.listed(here.db, here.user, wanted, page=int(page) if page.isdigit() else 1)


def shown(listed: Inbox, chosen: str) -> None:
    """Draw them, one below the other."""
    for one in listed.requests:
        label = f"{_MARKS[one.state]} **{plain(one.title)}**  \n:small[{plain(about(one))}]"
        key = f"inbox-item-{one.id}"
        kind: Literal["primary", "secondary"] = "secondary"
        with st.container(key=f"inbox-row-{'chosen' if str(one.id) == chosen else one.id}"):
            if st.button(label.strip(), key=key, type=kind, width="stretch", wrap=True):
                places.choose(one.id)
                st.rerun()
    if listed.pages > 1:
        _pages(listed)


def about(one: Listed) -> str:
    """What it is about, in a line."""
    types = _t.table("types")
    what = types.get(one.type, "")
    if one.kind == "items":
        what = _t("type_scenes" if one.type == "Scene" else "type_items", n=one.things)
    what = _t("type_budget") if one.kind == "budget" else what
    when = ago(one.decided_at or one.asked_at)
    return " · ".join(part for part in (what, one.about, when) if part)


def _pages(listed: Inbox) -> None:
    key = f"inbox-page-{listed.page}-{listed.pages}"
    number = st.pagination(listed.pages, default=listed.page, key=key, max_visible_pages=5)
    if number != listed.page:
        st.query_params["page"] = str(number)
        places.choose("")
        st.rerun()


def _narrowed(here: Studio, choices: Choices, state: str, scope: str) -> tuple[str, str, str]:
    narrowed = any(st.query_params.get(name) for name in ("kind", "age", "workflow"))
    label = _t("filtered") if narrowed else _t("filter")
    with st.popover(label, icon=":material/filter_list:", key="inbox-filter"):
        kind = _select(choices, "kind", (_ANY, *_KINDS), _t.table("kinds"))
        age = _select(choices, "age", (_ANY, *_AGES), _t.table("ages"))
        known = inbox.workflows(here.db, here.user, _wanted(state, scope, kind, age, _ANY))
        names = {slug: f"{slug} ({count})" for slug, count in known.items()}
        asked = st.query_params.get("workflow", _ANY)
        options = tuple(dict.fromkeys((_ANY, *known, asked)))
        workflow = _select(choices, "workflow", options, {_ANY: _t("any_workflow"), **names})
    return kind, age, workflow


def _wanted(state: str, scope: str, kind: str, age: str, workflow: str) -> Wanted:
    return Wanted(
        open=state == "open",
        scope="all" if scope == "all" else "mine",
        kind=None if kind == _ANY else cast(RequestKind, kind),
        older_than_hours=_AGES.get(age),
        workflow=None if workflow == _ANY else workflow,
    )


def _segments(choices: Choices, name: str, options: Sequence[str]) -> str:
    choices.begin_one(name, options, options[0])
    found = st.segmented_control(
        _t(name),
        options,
        key=_KEYS[name],
        required=True,
        format_func=_t.table(f"{name}s").__getitem__,
        label_visibility="collapsed",
    )
    return str(found or options[0])


def _select(choices: Choices, name: str, options: Sequence[str], words: Mapping[str, str]) -> str:
    choices.begin_one(name, options, options[0])
    found = st.selectbox(
        _t(name), options, key=_KEYS[name], format_func=lambda one: words.get(one, one)
    )
    return str(found or options[0])
