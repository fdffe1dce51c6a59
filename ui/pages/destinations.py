"""Where finished videos go: destinations added, tested, changed, paused, removed."""

from functools import partial
from uuid import UUID

import streamlit as st

from ui import look, navigation, refusals, state, texts
from ui.pages import destination_form
from ui.pages.destination_form import ICONS
from ui.pages.words import ago, plain
from ui.state import Studio
from vid_pipeline.acts import addressing, destinations
from vid_pipeline.acts.destinations import Added, Stands
from vid_pipeline.destination_records import Destination, Sending
from vid_pipeline.destinations import ToFolder
from vid_pipeline.store.database import Database

_t = texts.of("destinations")
_MARKS = {
    "sent": ":green[:material/check_circle:]",
    "failed": ":red[:material/error:]",
    "begun": ":orange[:material/schedule_send:]",
}


def render() -> None:
    """Draw the destinations of whoever looks."""
    here = state.studio()
    look.heading(_t("title"), _t("said"))
    known = destinations.standing(here.db, here.user)
    if not known:
        with look.empty("send", _t("empty_title"), _t("empty_said")):
            if st.button(
                _t("add"), icon=":material/add:", type="primary", key="destinations:first"
            ):
                _add(here)
        return
    for stands in known:
        _card(here, stands)
    if st.button(_t("add"), icon=":material/add:", key="destinations:add"):
        _add(here)
    st.caption(_t("use"))


def headline(one: Destination) -> str:
    """Its icon, name and state."""
    badge = f":green-badge[{_t('on')}]" if one.enabled else f":orange-badge[{_t('off')}]"
    return f":material/{ICONS[one.kind]}: **{plain(one.name)}** {badge}"


def leads(one: Destination) -> str:
    """Its kind, and where it leads."""
    where = one.goes.path if isinstance(one.goes, ToFolder) else one.shown
    return f"{_t.table('kinds')[one.kind]} · {plain(where)}"


def came(last: Sending | None) -> str:
    """What was sent there last, what became of it, and why it did not get through."""
    if last is None:
        return f":gray[{_t('never')}]"
    when = ago(last.ended_at or last.begun_at)
    said = {
        "sent": _t("sent", about=plain(last.about), when=when),
        "failed": _t("failed", about=plain(last.about), when=when),
        "begun": _t("begun", about=plain(last.about), when=when),
    }[last.state]
    why = f"  \n:red[{plain(last.error)}]" if last.error else ""
    return f"{_MARKS[last.state]} :gray[{said}]{why}"


def _card(here: Studio, stands: Stands) -> None:
    one = stands.destination
    with st.container(border=True):
        words, actions = st.columns([3, 2], vertical_alignment="center")
        with words, st.container(gap=None):
            st.markdown(headline(one))
            st.markdown(f":gray[{leads(one)}]")
            st.markdown(came(stands.last))
        with (
            actions,
            st.container(
                horizontal=True,
                horizontal_alignment="right",
                vertical_alignment="center",
                gap="xsmall",
            ),
        ):
            _actions(here, one, stands.last)
        _verdict(one)


def _actions(here: Studio, one: Destination, last: Sending | None) -> None:
    if st.button(_t("test"), key=f"destinations:test-{one.id}"):
        _test(here, one)
    if st.button(_t("change"), key=f"destinations:change-{one.id}"):
        _change(here, one)
    if st.button(_t("pause") if one.enabled else _t("enable"), key=f"destinations:rest-{one.id}"):
        _switch(here, one)
    if last is not None and st.button(
        _t("open"), key=f"destinations:open-{one.id}", type="tertiary"
    ):
        navigation.go("run", production=str(last.production_id))
    if st.button(_t("remove"), key=f"destinations:remove-{one.id}", type="tertiary"):
        _remove(here, one)


def _switch(here: Studio, one: Destination) -> None:
    """Pause it, or send there again; the same undoes it."""
    _enable(here.db, here.user, one.id, not one.enabled)
    undo = partial(_enable, here.db, here.user, one.id, one.enabled)
    look.flash(_t("paused" if one.enabled else "enabled", name=plain(one.name)), undo=undo)
    st.rerun()


def _enable(db: Database, user: UUID, destination: UUID, enabled: bool) -> None:
    destinations.enable(db, user, str(destination), enabled=enabled)


def _test(here: Studio, one: Destination) -> None:
    with refusals.shown(), st.spinner(_t("testing")):
        tested = destinations.test(here.settings, here.db, here.user, str(one.id))
        st.session_state[_said(one)] = tested.fault or ""


def _verdict(one: Destination) -> None:
    """How the last test went, on its card."""
    fault: str | None = st.session_state.get(_said(one))
    if fault is None:
        return
    if fault:
        st.error(plain(fault), icon=":material/error:")
    else:
        st.success(_t("test_good", name=plain(one.name)), icon=":material/check:")


def _said(one: Destination) -> str:
    return f"destinations:said-{one.id}"


@st.dialog(_t("add"), on_dismiss="rerun")
def _add(here: Studio) -> None:
    destination_form.add(here, added)


def added(new: Added) -> None:
    """Say that it is there; of a webhook, show the key of its signatures this once."""
    look.flash(_t("added", name=plain(new.destination.name)))
    if new.signing_key is None:
        st.rerun()
    st.markdown(f"**{_t('key_title')}**  \n{_t('key_said')}")
    st.code(new.signing_key, language=None, wrap_lines=True)


def _change(here: Studio, one: Destination) -> None:
    title = _t("change_title", name=plain(one.name))
    st.dialog(title)(partial(destination_form.change, here, one, _changed))()


def _changed(one: Destination) -> None:
    st.session_state.pop(_said(one), None)
    look.flash(_t("changed", name=plain(one.name)))
    st.rerun()


@st.dialog(_t("remove_title"))
def _remove(here: Studio, one: Destination) -> None:
    removing(here, one)


def removing(here: Studio, one: Destination) -> None:
    """Say what is lost with it and who sends there, and ask once more."""
    name = plain(one.name)
    st.markdown(_t("remove_said", name=name))
    with here.db.acting(here.user) as conn:
        titles = addressing.senders(conn, here.shop.catalog, one.name)
    if titles:
        st.warning(_t("remove_used", titles=", ".join(plain(title) for title in titles)))
    with st.container(horizontal=True):
        if st.button(_t("remove_yes"), type="primary", key="destinations:remove-yes"):
            with refusals.shown():
                destinations.remove(here.db, here.user, str(one.id))
                look.flash(_t("removed", name=name))
                st.rerun()
        if st.button(_t("remove_no"), key="destinations:remove-no"):
            st.rerun()
