"""Everybody who works here: their role, whether they may come in, a link to reset a password."""

from typing import get_args

import streamlit as st

from ui import look, texts
from ui.identity import KNOWN
from ui.pages.administering.links import address, keep_link
from ui.pages.words import ago, plain
from ui.state import Studio
from vid_pipeline.account_records import Account
from vid_pipeline.acts.administering import Administration, People
from vid_pipeline.asking import Role
from vid_pipeline.errors import AccountError

_t = texts.of("administration")
_ROLES: tuple[Role, ...] = get_args(Role)


def render(here: Studio, administration: Administration) -> None:
    """Draw the list; its page is in the address."""
    asked = st.text_input(
        _t("search"),
        placeholder=_t("search_hint"),
        key="administration:search",
        width=360,
        on_change=_first_page,
    )
    page = st.query_params.get("page", "1")
    found = administration.people(asked, page=int(page) if page.isdigit() else 1)
    if not found.people:
        st.caption(_t("nobody"))
    for one in found.people:
        _person(here, administration, one)
    if found.pages > 1:
        _pages(found)


def _first_page() -> None:
    st.query_params.pop("page", None)


def _pages(found: People) -> None:
    st.caption(_t("people", n=found.total))
    key = f"administration-page-{found.page}-{found.pages}"
    number = st.pagination(found.pages, default=found.page, key=key)
    if number != found.page:
        st.query_params["page"] = str(number)
        st.rerun()


def told(one: Account, *, own: bool) -> str:
    """A line on somebody: their address, when they were here."""
    seen = _t("seen", ago=ago(one.seen_at)) if one.seen_at else _t("never")
    parts = [plain(one.email or one.handle), seen]
    if one.sessions:
        parts.append(_t("at", n=one.sessions))
    if not one.has_password and not one.sessions:
        parts[1:] = [_t("waiting")]
    line = " · ".join(parts)
    name = f"**{plain(one.display_name)}**"
    marks = [f":green-badge[{_t('you')}]"] if own else []
    marks += [f":red-badge[{_t('off')}]"] if one.deactivated_at else []
    return f"{' '.join([name, *marks])}  \n:gray[{line}]"


def _person(here: Studio, administration: Administration, one: Account) -> None:
    own = one.id == here.user
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(told(one, own=own), width="stretch")
        _role(administration, one)
        with st.popover(_t("more"), icon=":material/more_horiz:", width="content"):
            _actions(here, administration, one, own=own)


def _role(administration: Administration, one: Account) -> None:
    names = _t.table("roles")
    chosen = st.selectbox(
        _t("role"),
        _ROLES,
        index=_ROLES.index(one.role),
        format_func=lambda role: names[role],
        key=f"administration:role:{one.id}:{one.role}",
        label_visibility="collapsed",
        width=170,
    )
    if chosen == one.role:
        return
    try:
        administration.set_role(one.id, chosen)
    except AccountError as error:
        st.error(str(error))
        return
    KNOWN.forget()
    before = one.role

    def back() -> None:
        administration.set_role(one.id, before)
        KNOWN.forget()

    said = _t("role_changed", name=plain(one.display_name), role=names[chosen])
    look.flash(said, undo=back if one.id != administration.who else None)
    st.rerun()


def _actions(here: Studio, administration: Administration, one: Account, *, own: bool) -> None:
    name = plain(one.display_name)
    active = one.deactivated_at is None
    if active and st.button(
        _t("reset"), icon=":material/key:", key=f"administration:reset:{one.id}", type="tertiary"
    ):
        token = administration.reset_link(one.id)
        keep_link(address(here, "/reset", token=token), _t("link_reset", name=name))
        st.rerun()
    _ways_in(here, administration, one)
    if own:
        return
    label, icon = (
        (_t("deactivate"), ":material/person_off:")
        if active
        else (_t("reactivate"), ":material/person:")
    )
    if st.button(label, icon=icon, key=f"administration:active:{one.id}", type="tertiary"):
        _switch(administration, one, active=not active)


def _ways_in(here: Studio, administration: Administration, one: Account) -> None:
    """What else lets somebody in, to be taken away when somebody else may have it."""
    name = plain(one.display_name)
    revoke, icon = _t("revoke", n=one.tokens), ":material/vpn_key_off:"
    if one.tokens and st.button(
        revoke, icon=icon, key=f"administration:tokens:{one.id}", type="tertiary"
    ):
        look.flash(_t("revoked", n=administration.revoke_tokens(one.id), name=name))
        st.rerun()
    provider = here.settings.oidc_name
    label, icon = _t("disconnect", name=provider), ":material/link_off:"
    if one.logins and st.button(
        label, icon=icon, key=f"administration:logins:{one.id}", type="tertiary"
    ):
        try:
            administration.disconnect(one.id)
        except AccountError as error:
            st.error(str(error))
            return
        KNOWN.forget()
        look.flash(_t("disconnected", name=name, provider=plain(provider)))
        st.rerun()


def _switch(administration: Administration, one: Account, *, active: bool) -> None:
    administration.set_active(one.id, active=active)
    KNOWN.forget()

    def back() -> None:
        administration.set_active(one.id, active=not active)
        KNOWN.forget()

    key = "reactivated" if active else "deactivated"
    look.flash(_t(key, name=plain(one.display_name)), undo=back)
    st.rerun()
