"""Where somebody is told: channels added, tested, paused, removed; and what was sent lately."""

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

import streamlit as st

from ui import look, navigation, refusals, state, texts
from ui.pages.words import ago, plain
from ui.state import Studio
from vid_pipeline import sending_process
from vid_pipeline.acts import subscribing
from vid_pipeline.acts.subscribing import Added
from vid_pipeline.notice_records import Channel, Told
from vid_pipeline.outbox import EVENTS, KINDS, Event, Kind
from vid_pipeline.settings import Settings
from vid_pipeline.store import notices
from vid_pipeline.store.database import Database

_t = texts.of("notices")
_ICONS = {"email": "mail", "slack": "tag", "webhook": "webhook"}
_MARKS = {
    "due": ":orange[:material/schedule_send:]",
    "sent": ":green[:material/check_circle:]",
    "failed": ":orange[:material/replay:]",
    "given_up": ":red[:material/error:]",
    "moot": ":gray[:material/remove_circle_outline:]",
}
_RECENT = 20
_MINUTE_S, _HOUR_S = 60, 3600


def render() -> None:
    """Draw the channels of whoever looks, and what went through them."""
    here = state.studio()
    look.heading(_t("title"), _t("said"))
    known = subscribing.listed(here.db, here.user)
    if known:
        for channel in known:
            _card(here, channel)
        if st.button(_t("add"), icon=":material/add:", key="notices:add"):
            _add(here)
    else:
        with look.empty("notifications", _t("empty_title"), _t("empty_said")):
            if kinds := operators(here.settings):
                names = _t.table("kinds")
                told = ", ".join(names[kind] for kind in kinds)
                st.markdown(f":gray[{_t('empty_operator', kinds=told)}]", width="content")
            if st.button(_t("add"), icon=":material/add:", type="primary", key="notices:first"):
                _add(here)
    _recent(here)


def operators(settings: Settings) -> tuple[Kind, ...]:
    """The studio's own channels, which tell those who have none."""
    own: dict[Kind, object] = {
        "email": settings.notice_email,
        "slack": settings.notice_slack,
        "webhook": settings.notice_webhook,
    }
    return tuple(kind for kind in KINDS if own[kind])


def became(told: Told, now: datetime) -> str:
    """What became of a delivery, in words."""
    if told.state == "sent" and told.sent_at is not None:
        return _t("row_sent", when=ago(told.sent_at))
    if told.state == "failed":
        return _t("row_failed", n=told.tries, when=until((told.next_at - now).total_seconds()))
    if told.state == "given_up":
        return _t("row_given_up", n=told.tries)
    return _t("row_moot" if told.state == "moot" else "row_due")


def reason(error: str) -> str:
    """Why a delivery failed, without how often, which is said beside it."""
    said = "given up after try "
    return error.partition(": ")[2] if error.startswith(said) else error


def until(seconds: float) -> str:
    """`in a moment`, `in 5 min`, `in 2 h`."""
    if seconds < _MINUTE_S:
        return _t("soon")
    if seconds < _HOUR_S:
        return _t("in_minutes", n=round(seconds / _MINUTE_S))
    return _t("in_hours", n=round(seconds / _HOUR_S))


def facts(channel: Channel) -> str:
    """What a channel tells of, since when, and what is stuck in it."""
    names = _t.table("event")
    told = [_t("all_events")] if channel.events == EVENTS else [names[e] for e in channel.events]
    lines = [_t("since", when=ago(channel.created_at)), ", ".join(told)]
    if channel.waiting:
        lines.append(_t("facts_waiting", n=channel.waiting))
    if channel.given_up:
        lines.append(_t("facts_given_up", n=channel.given_up))
    return " · ".join(lines)


def _card(here: Studio, channel: Channel) -> None:
    kind, shown = _t.table("kinds")[channel.kind], plain(channel.shown)
    with st.container(border=True):
        words, actions = st.columns([3, 2], vertical_alignment="center")
        with words, st.container(gap=None):
            icon = f":material/{_ICONS[channel.kind]}:"
            st.markdown(f"{icon} **{shown}** :gray[{kind}]")
            st.markdown(f":gray[{facts(channel)}]")
        with (
            actions,
            st.container(
                horizontal=True, horizontal_alignment="right", vertical_alignment="center"
            ),
        ):
            _actions(here, channel)
        if channel.error:
            st.markdown(f":red[{plain(reason(channel.error))}]")
        _verdict(channel)


def _actions(here: Studio, channel: Channel) -> None:
    key = f"notices:on-{channel.id}-{channel.enabled}"  # switched elsewhere: another widget
    on = st.toggle(_t("enabled"), channel.enabled, key=key)
    if on != channel.enabled:
        _switch(here, channel, enabled=on)
    if st.button(_t("test"), key=f"notices:test-{channel.id}"):
        _test(here, channel)
    if st.button(_t("change"), key=f"notices:events-{channel.id}"):
        _choose(here, channel)
    if st.button(_t("remove"), key=f"notices:remove-{channel.id}", type="tertiary"):
        _remove(here, channel)


def _switch(here: Studio, channel: Channel, *, enabled: bool) -> None:
    subscribing.enable(here.db, here.user, channel.id, enabled=enabled)
    look.flash(_t("on" if enabled else "off", shown=plain(channel.shown)))
    st.rerun()


def _test(here: Studio, channel: Channel) -> None:
    with refusals.shown(), st.spinner(_t("testing")):
        tested = sending_process.send_test(here.settings, here.user, channel.id)
        said = "" if tested.sent else (tested.reason or "?")
        st.session_state[f"notices:said-{channel.id}"] = said


def _verdict(channel: Channel) -> None:
    """How the last test went, on its card."""
    said: str | None = st.session_state.get(f"notices:said-{channel.id}")
    if said is None:
        return
    if said:
        st.error(_t("test_bad", reason=plain(said)))
    else:
        st.success(_t("test_good", shown=plain(channel.shown)))


@st.dialog(_t("add"), on_dismiss="rerun")
def _add(here: Studio) -> None:
    names = _t.table("kinds")
    kind = st.segmented_control(
        _t("kind"),
        KINDS,
        default=KINDS[0],
        required=True,
        format_func=lambda one: f":material/{_ICONS[one]}: {names[one]}",
        key="notices:kind",
    )
    if kind == "email" and here.settings.smtp_url is None:
        st.info(_t("no_mail"))
    with st.form("notices:new", border=False):
        target = st.text_input(
            _t(f"target_{kind}"),
            placeholder=_t(f"target_{kind}_hint"),
            help=None if kind == "email" else _t(f"target_{kind}_help"),
            key=f"notices:target-{kind}",
        )
        events = _events(EVENTS, "notices:new-events")
        if st.form_submit_button(_t("save"), type="primary"):
            with refusals.shown():
                _keep(subscribing.add(here.db, here.user, kind, target.strip(), events))


def _keep(added: Added) -> None:
    look.flash(_t("added"))
    if added.signing_key is None:
        st.rerun()
    st.markdown(f"**{_t('key_title')}**  \n{_t('key_said')}")
    st.code(added.signing_key, language=None, wrap_lines=True)


def _events(chosen: tuple[Event, ...], key: str) -> list[Event]:
    names = _t.table("event")
    return st.pills(
        _t("events"),
        EVENTS,
        selection_mode="multi",
        default=list(chosen),
        format_func=lambda event: names[event],
        key=key,
    )


def _choose(here: Studio, channel: Channel) -> None:
    title = _t("change_title", shown=plain(channel.shown))
    st.dialog(title)(partial(_choosing, here, channel))()


def _choosing(here: Studio, channel: Channel) -> None:
    events = _events(channel.events, f"notices:choose-{channel.id}")
    if st.button(_t("save_events"), type="primary", key="notices:choose-save"):
        with refusals.shown():
            subscribing.choose(here.db, here.user, channel.id, events)
            back = partial(_chosen, here.db, here.user, channel.id, channel.events)
            look.flash(_t("changed"), undo=back)
            st.rerun()


def _chosen(db: Database, user: UUID, channel: UUID, events: tuple[Event, ...]) -> None:
    subscribing.choose(db, user, channel, events)


@st.dialog(_t("remove_title"))
def _remove(here: Studio, channel: Channel) -> None:
    shown = plain(channel.shown)
    st.markdown(_t("remove_said", shown=shown))
    with st.container(horizontal=True):
        if st.button(_t("remove_yes"), type="primary", key="notices:remove-yes"):
            with refusals.shown():
                subscribing.remove(here.db, here.user, channel.id)
                look.flash(_t("removed", shown=shown))
                st.rerun()
        if st.button(_t("remove_no"), key="notices:remove-no"):
            st.rerun()


def _recent(here: Studio) -> None:
    with here.db.acting(here.user) as conn:
        found = notices.recent(conn, _RECENT)
    st.subheader(_t("recent"), anchor=False)
    if not found:
        st.markdown(f":gray[{_t('recent_none')}]")
    now = datetime.now(UTC)
    for told in found:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            with st.container(gap=None, width="stretch"):
                st.markdown(_row(told, now))
            _opens(told)


def _opens(told: Told) -> None:
    """The link to what it is about, if that is still there."""
    if told.production_id is not None:
        navigation.link("run", _t("open"), production=str(told.production_id))
    elif told.batch_id is not None:
        navigation.link("batches", _t("open"), batch=str(told.batch_id))
    elif told.trigger_id is not None:
        navigation.link("triggers", _t("open"), trigger=str(told.trigger_id))


def _row(told: Told, now: datetime) -> str:
    event = _t.table("event")[told.event]
    if told.operator:
        where = _t("row_operator", kind=_t.table("kinds")[told.operator])
    else:
        where = _t("row_to", shown=plain(told.shown or ""))
    head = f"{_MARKS[told.state]} **{_t('row', event=event, about=plain(told.about))}**"
    line = f":gray[{where} · {became(told, now)}]"
    why = f"  \n:red[{plain(reason(told.error))}]" if told.error else ""
    return f"{head}  \n{line}{why}"
