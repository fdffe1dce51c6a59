"""Invitations: links with which people make an account."""

from typing import get_args

import streamlit as st

from ui import clock, look, texts
from ui.pages.administering.links import address, keep_link, mailed
from ui.pages.words import plain
from ui.state import Studio
from vid_pipeline.account_records import Ticket
from vid_pipeline.acts.administering import Administration
from vid_pipeline.asking import Role
from vid_pipeline.errors import AccountError

_t = texts.of("administration")
_ROLES: tuple[Role, ...] = get_args(Role)


def render(here: Studio, administration: Administration) -> None:
    """Draw the form and the invitations that are still good."""
    if here.settings.sign_up == "closed":
        st.warning(_t("closed"), icon=":material/lock:")
    left, right = st.columns([2, 3], gap="large")
    names = administration.names()
    with left:
        _form(here, administration, names[here.user])
    with right:
        waiting = administration.invitations()
        if not waiting:
            with look.empty("mail", _t("invitations_none"), _t("invitations_none_said")):
                pass
        for one in waiting:
            by = names.get(one.made_by or one.owner_id, "")
            _invitation(administration, one, by)


def _form(here: Studio, administration: Administration, name: str) -> None:
    roles = _t.table("roles")
    with st.form("administration:invite", clear_on_submit=True):
        st.subheader(_t("invite"), anchor=False)
        email = st.text_input(
            _t("invite_email"), key="administration:email", help=_t("invite_email_hint")
        )
        role = st.selectbox(
            _t("role"), _ROLES, format_func=lambda one: roles[one], key="administration:as"
        )
        if not st.form_submit_button(_t("invite_button"), type="primary"):
            return
        try:
            ticket, token = administration.invite(email=email, role=role)
        except AccountError as error:
            st.error(str(error))
            return
        url = address(here, "/signup", invitation=token)
        said = mailed(here, ticket.email or "", url, name=name)
        keep_link(url, f"{_t('link_invite')} {plain(said)}".strip())
        st.rerun()


def _invitation(administration: Administration, one: Ticket, by: str) -> None:
    roles = _t.table("roles")
    who = plain(one.email) if one.email else _t("invitation_anybody")
    first = _t("invitation_for", who=f"**{who}**", role=roles[one.role or "creator"])
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        second = _t("invitation_until", by=plain(by), day=clock.day(one.expires_at))
        st.markdown(f"{first}  \n:gray[{second}]", width="stretch")
        if st.button(_t("withdraw"), key=f"administration:withdraw:{one.id}"):
            administration.withdraw(one.id)
            look.flash(_t("withdrawn"))
            st.rerun()
