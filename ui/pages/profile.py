"""One's own account: name, address, password, and the browsers where one is signed in."""

import streamlit as st

from ui import clock, leading, look, state, texts
from ui.identity import KNOWN
from ui.pages.devices import device, icon
from ui.pages.words import ago, plain
from ui.state import Studio
from vid_pipeline.account_records import Caller, Login, Session
from vid_pipeline.acts import accounts, connecting, tokens
from vid_pipeline.errors import AccountError, UserError
from vid_pipeline.records import User
from vid_pipeline.store import sessions, users

_t = texts.of("profile")
_OUT = "/signin?said=signed_out"


def render() -> None:
    """Draw the page."""
    here = state.studio()
    with here.db.acting(here.user) as conn:
        who = users.get(conn, here.user)
        open_ones = sessions.of_user(conn, here.user, idle=here.door.idle)
    connected = connecting.connected(here.db, here.user)
    held = sum(tokens.is_good(one) for one in tokens.listed(here.db, here.user))
    look.heading(_t("title"), _t("said"))
    if here.session is None:
        _open()
        return
    if st.button(_t("out"), icon=":material/logout:", key="profile:out"):
        accounts.end_session(here.db, here.user, here.session)
        _leave()
    mine = next((one for one in open_ones if one.id == here.session), None)
    caller = Caller(client=mine.client, user_agent=mine.user_agent) if mine else Caller()
    left, right = st.columns([1, 1], gap="large")
    with left:
        _you(here, who, caller)
        _password(here, caller, held)
        _provider(here, connected, caller)
    with right:
        _sessions(here, open_ones, held)


def _open() -> None:
    """Nobody has an account yet."""
    with look.empty("lock_open", _t("open_title"), _t("open_said")):
        if st.button(_t("open_button"), type="primary", key="profile:first"):
            leading.lead("/signup")


def _you(here: Studio, who: User, caller: Caller) -> None:
    with st.form("profile:you"):
        st.subheader(_t("you"), anchor=False)
        st.caption(_t("role", role=_t.table("roles")[who.role]))
        name = st.text_input(_t("name"), who.display_name, key="profile:name", max_chars=80)
        email = st.text_input(_t("email"), who.email or "", key="profile:email", max_chars=254)
        password = st.text_input(
            _t("password_now"), type="password", key="profile:confirm", help=_t("password_why")
        )
        if st.form_submit_button(_t("save")):
            try:
                accounts.rename(
                    here.door, here.user, name=name, email=email, password=password, caller=caller
                )
            except UserError as error:
                st.error(str(error))
                return
            look.flash(_t("saved"))
            st.rerun()


def _password(here: Studio, caller: Caller, held: int) -> None:
    has_one = accounts.has_password(here.db, here.user)
    with st.form("profile:password", clear_on_submit=True):
        st.subheader(_t("password"), anchor=False)
        old = ""
        if has_one:
            old = st.text_input(_t("password_old"), type="password", key="profile:old")
        new = st.text_input(
            _t("password_new"), type="password", key="profile:new", help=_t("password_hint")
        )
        too = _tokens_too(held, "password")
        if st.form_submit_button(_t("password_change" if has_one else "password_set")):
            try:
                accounts.change_password(
                    here.door,
                    here.user,
                    old,
                    new,
                    session=here.session,
                    with_tokens=too,
                    caller=caller,
                )
            except UserError as error:
                st.error(str(error))
                return
            KNOWN.forget()
            look.flash(_t("password_changed"))
            st.rerun()


def _tokens_too(held: int, where: str) -> bool:
    """Whether access tokens shall end as well; asked of whoever has some."""
    return held > 0 and st.checkbox(_t("tokens_too", n=held), key=f"profile:tokens:{where}")


def _provider(here: Studio, connected: list[Login], caller: Caller) -> None:
    """Sign-in by a provider, where the installation has one."""
    if not here.settings.oidc_issuer:
        return
    name = here.settings.oidc_name
    for number, one in enumerate(connected):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            who = plain(one.email or one.subject)
            line = f":gray[{who} · {_t('since', day=clock.day(one.made_at))}]"
            title = _t("connected", name=plain(name))
            st.markdown(f":material/link: {title}  \n{line}", width="stretch")
            if st.button(_t("disconnect"), key=f"profile:disconnect:{number}"):
                _disconnect(here, one, caller)
    if not connected and st.button(
        _t("connect", name=name), icon=":material/link:", key="profile:connect"
    ):
        leading.lead("/oidc/connect")


def _disconnect(here: Studio, one: Login, caller: Caller) -> None:
    try:
        connecting.disconnect(here.door, here.user, one, session=here.session, caller=caller)
    except AccountError:  # the act says why; this says what to do on this page
        st.error(_t("disconnect_last"))
        return
    KNOWN.forget()
    look.flash(_t("disconnected", name=plain(here.settings.oidc_name)))
    st.rerun()


def _sessions(here: Studio, open_ones: list[Session], held: int) -> None:
    st.subheader(_t("sessions"), anchor=False)
    for one in sorted(open_ones, key=lambda each: each.id != here.session):
        _session(here, one)
    others = len(open_ones) - 1
    too = others > 0 and _tokens_too(held, "sessions")
    with st.container(horizontal=True):
        if others > 0 and st.button(_t("others", n=others), key="profile:others"):
            ended = accounts.sign_out_everywhere(
                here.db, here.user, but=here.session, with_tokens=too
            )
            KNOWN.forget()
            look.flash(_t("others_ended", n=ended))
            st.rerun()
        if others > 0 and st.button(_t("everywhere"), key="profile:everywhere", type="tertiary"):
            accounts.sign_out_everywhere(here.db, here.user, with_tokens=too)
            _leave()


def _session(here: Studio, one: Session) -> None:
    own = one.id == here.session
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        where = f":gray[{plain(one.client)}]" if one.client else ""
        used = f":green[{_t('this')}]" if own else f":gray[{_t('seen', ago=ago(one.seen_at))}]"
        began = f":gray[{_t('since', day=clock.day(one.began_at))}]"
        st.markdown(
            f":material/{icon(one.user_agent)}: **{plain(device(one.user_agent))}**  \n"
            + " · ".join(part for part in (used, began, where) if part),
            width="stretch",
        )
        if not own and st.button(_t("end"), key=f"profile:end:{one.id}"):
            accounts.end_session(here.db, here.user, one.id)
            KNOWN.forget()
            look.flash(_t("ended"))
            st.rerun()


def _leave() -> None:
    KNOWN.forget()
    leading.lead(_OUT)
