"""A link that is shown once: to be copied, and sent by e-mail where that can be done."""

from urllib.parse import urlencode

import streamlit as st

from ui import texts
from ui.state import Studio
from vid_pipeline import letters
from vid_pipeline.acts.notice_links import studio_url

_t = texts.of("administration")
_KEPT = "administration:link"


def keep_link(url: str, said: str) -> None:
    """Show a link after the next rerun, until it is put away."""
    st.session_state[_KEPT] = (url, said)


def shown_link() -> None:
    """Draw it, if there is one."""
    kept: tuple[str, str] | None = st.session_state.get(_KEPT)
    if kept is None:
        return
    url, said = kept
    with st.container(border=True):
        st.markdown(f":material/key: {said}")
        st.code(url, language=None, wrap_lines=True)
        if st.button(_t("link_done"), key="administration:copied", icon=":material/check:"):
            st.session_state.pop(_KEPT, None)
            st.rerun()


def address(here: Studio, path: str, **query: str) -> str:
    """A whole address of the studio."""
    return f"{studio_url(here.settings)}{path}?" + urlencode(query)


def mailed(here: Studio, email: str, url: str, *, name: str) -> str:
    """Send an invitation, where there is a mail server; a sentence on what became of it."""
    if not email or not here.settings.smtp_url:
        return ""
    line = _t("mail_line", name=name)
    letter = letters.Letter(to=email, subject=_t("mail_subject"), lines=(line,), link=url)
    sent = letters.send(here.settings, letter)
    return _t("link_mailed" if sent else "link_not_mailed", email=email)
