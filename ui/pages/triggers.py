"""Triggers: what is watched, what was found, and a form that sets one."""

from collections.abc import Sequence

import streamlit as st

from ui import clock, look, navigation, state, texts
from ui.pages import trigger_form
from ui.pages.words import ago, plain
from ui.state import Studio
from vid_pipeline.acts import triggering
from vid_pipeline.acts.notice_links import studio_url
from vid_pipeline.store import triggers
from vid_pipeline.trigger_records import Find, Trigger
from vid_pipeline.watched import OnWebhook

_t = texts.of("triggers")
_CHOSEN, _NEW = "trigger", "new"
_SHOWN = 30


def render() -> None:
    """Draw the page: all triggers, or the one that the address names."""
    here = state.studio()
    chosen = st.query_params.get(_CHOSEN)
    if chosen is None:
        _all(here)
        return
    look.heading(_t("title"), _t("said"))
    if st.button(_t("back"), icon=":material/arrow_back:", type="tertiary", key="triggers:back"):
        _open(None)
    if chosen == _NEW:
        trigger_form.render(here, None, done=_told_new)
        return
    with here.db.acting(here.user) as conn:
        trigger = triggers.get(conn, chosen)
        found = triggers.finds(conn, trigger.id, limit=_SHOWN)
        dead = triggers.finds(conn, trigger.id, dead=True, limit=_SHOWN)
    _one(here, trigger, found, dead)


def _all(here: Studio) -> None:
    with here.db.acting(here.user) as conn:
        found = triggers.listed(conn)
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch", gap=None):
            look.heading(_t("title"), _t("said"))
        if found and st.button(
            _t("new"), type="primary", icon=":material/add:", key="triggers:new"
        ):
            _open(_NEW)
    if not found:
        with look.empty("sensors", _t("none"), _t("none_said")):
            if st.button(_t("new"), type="primary", key="triggers:first"):
                _open(_NEW)
        return
    for trigger in found:
        _card(here, trigger)


def _card(here: Studio, trigger: Trigger) -> None:
    with st.container(border=True):
        left, right = st.columns([5, 2], vertical_alignment="center")
        kind = _t.table("kinds")[trigger.watches.kind]
        said = " · ".join(part for part in (kind, _next(trigger)) if part)
        left.markdown(f"**{plain(trigger.name)}** {_badge(trigger)}  \n:gray[{said}]")
        if trigger.error:
            left.caption(f":red[:material/error:] {plain(trigger.error)}")
        with right.container(horizontal=True, horizontal_alignment="right"):
            _rest(here, trigger)
            if st.button(_t("edit"), key=f"triggers:edit:{trigger.id}"):
                _open(str(trigger.id))


def _rest(here: Studio, trigger: Trigger) -> None:
    """The button that pauses a trigger, or lets it go on."""
    label = _t("resume") if trigger.paused else _t("pause")
    if not st.button(label, key=f"triggers:pause:{trigger.id}", type="tertiary"):
        return
    paused = not trigger.paused
    shop, user = here.shop, here.user
    triggering.pause(shop, user, trigger.id, paused=paused)
    said = _t("paused" if paused else "resumed", name=trigger.name)
    look.flash(said, undo=lambda: _undo_pause(here, trigger, paused=not paused))
    st.rerun()


def _undo_pause(here: Studio, trigger: Trigger, *, paused: bool) -> None:
    triggering.pause(here.shop, here.user, trigger.id, paused=paused)


def _one(here: Studio, trigger: Trigger, found: Sequence[Find], dead: Sequence[Find]) -> None:
    st.subheader(plain(trigger.name), anchor=False)
    st.markdown(f"{_badge(trigger)} :gray[{_next(trigger)}]")
    if trigger.error:
        st.error(trigger.error, icon=":material/error:")
    _fed_by(here, trigger)
    if dead:
        st.markdown(f"##### {_t('dead')}")
        st.caption(_t("dead_said"))
        for one in dead:
            _dead(here, one)
    st.markdown(f"##### {_t('found')}")
    if not found:
        st.caption(_t("found_none", next=_when(trigger)))
    for one in found:
        _find(here, one)
    with st.expander(_t("edit"), icon=":material/tune:"):
        trigger_form.render(here, trigger, done=_told_saved)
    _remove(here, trigger)


def _fed_by(here: Studio, trigger: Trigger) -> None:
    """Where files are put, or where posts go and what they are signed with."""
    if (folder := triggering.folder_of(here.shop, trigger)) is not None:
        st.markdown(_t("put_in"))
        st.code(str(folder), language=None)
    elif isinstance(trigger.watches, OnWebhook):
        st.markdown(_t("posts_to"))
        st.code(f"{studio_url(here.settings)}/hooks/{trigger.id}", language=None)
        if st.toggle(_t("posts_show"), key=f"triggers:key:{trigger.id}"):
            st.markdown(_t("posts_key"))
            st.code(triggering.hook_key(here.shop, trigger), language=None)
            _rotating(here, trigger)


def _rotating(here: Studio, trigger: Trigger) -> None:
    """The way to another key, if somebody has seen this one who should not."""
    with st.popover(_t("rotate"), icon=":material/autorenew:", width="content"):
        st.markdown(_t("rotate_said"))
        key = f"triggers:rotate:{trigger.id}:{trigger.key_turn}"
        if st.button(_t("rotate_yes"), type="primary", key=key):
            triggering.rotate(here.shop, here.user, trigger.id)
            look.flash(_t("rotated", name=plain(trigger.name)))
            st.rerun()


def _dead(here: Studio, one: Find) -> None:
    why = one.reason or one.production_error or ""
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(one.title)}**  \n:gray[{plain(why)}]", width="stretch")
        if one.production_id is not None:
            if st.button(_t("open"), key=f"triggers:open:{one.id}"):
                navigation.go("run", production=str(one.production_id))
        elif one.brief is not None and st.button(_t("again"), key=f"triggers:again:{one.id}"):
            _again(here, one)


def _again(here: Studio, one: Find) -> None:
    triggering.again(here.shop, here.user, one.id)
    look.flash(_t("again_done", title=plain(one.title)))
    st.rerun()


def _find(here: Studio, one: Find) -> None:
    badge = _t.table("states")[one.state]
    said = f" · {plain(one.reason)}" if one.reason else ""
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        st.markdown(f"{badge} {plain(one.title)} :gray[{ago(one.found_at)}{said}]", width="stretch")
        if one.production_id is not None and st.button(
            _t("open"), key=f"triggers:found:{one.id}", type="tertiary"
        ):
            navigation.go("run", production=str(one.production_id))
        if one.state == "passed" and st.button(
            _t("after_all"), key=f"triggers:after_all:{one.id}", type="tertiary"
        ):
            _again(here, one)


def _remove(here: Studio, trigger: Trigger) -> None:
    asked = f"triggers:remove:{trigger.id}"
    if not st.session_state.get(f"{asked}:asked"):
        if st.button(_t("remove"), icon=":material/delete:", key=asked, type="tertiary"):
            st.session_state[f"{asked}:asked"] = True
            st.rerun()
        return
    st.warning(_t("removing", name=plain(trigger.name)))
    with st.container(horizontal=True):
        if st.button(_t("really"), key=f"{asked}:really", type="primary"):
            triggering.remove(here.shop, here.user, trigger.id)
            look.flash(_t("removed", name=trigger.name))
            _open(None)
        if st.button(_t("keep"), key=f"{asked}:keep"):
            del st.session_state[f"{asked}:asked"]
            st.rerun()


def _badge(trigger: Trigger) -> str:
    if trigger.paused:
        return f":gray-badge[{_t('state_paused')}]"
    if trigger.finished:
        return f":blue-badge[{_t('state_finished')}]"
    if trigger.failures:
        return f":red-badge[{_t('state_failing')}]"
    return f":green-badge[{_t('state_on')}]"


def _next(trigger: Trigger) -> str:
    return "" if trigger.paused or trigger.finished else _t("next", when=_when(trigger))


def _when(trigger: Trigger) -> str:
    return clock.minute(trigger.next_at)


def _told_new(trigger: Trigger) -> None:
    look.flash(_t("started", name=trigger.name))
    _open(str(trigger.id))


def _told_saved(trigger: Trigger) -> None:
    look.flash(_t("saved", name=trigger.name))
    st.rerun()


def _open(trigger: str | None) -> None:
    """Name a trigger in the address, or none, and draw the page anew."""
    if trigger is None:
        st.query_params.pop(_CHOSEN, None)
    else:
        st.query_params[_CHOSEN] = trigger
    st.rerun()
