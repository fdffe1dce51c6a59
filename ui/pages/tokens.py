"""Access tokens: made for one's own programs, shown once, listed, revoked."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

import streamlit as st

from ui import clock, look, state, texts
from ui.pages.words import ago, plain
from ui.state import Studio
from vid_pipeline.acts import tokens
from vid_pipeline.errors import UserError
from vid_pipeline.scopes import SCOPES
from vid_pipeline.store.tokens import AccessToken

_t = texts.of("tokens")
_LASTS = {"week": 7, "month": 30, "quarter": 90, "year": 365, "never": None}
_USUAL = {"productions": "write", "approvals": "read", "workflows": "read"}
_SOON = timedelta(days=7)
_IN_A_ROW = 3
_AREAS = tuple(dict.fromkeys(scope.partition(":")[0] for scope in SCOPES))


def render() -> None:
    """Draw the page."""
    here = state.studio()
    look.heading(_t("title"), _t("said"))
    _form(here)
    found = tokens.listed(here.db, here.user)
    good = [one for one in found if tokens.is_good(one)]
    ended = [one for one in found if not tokens.is_good(one)]
    st.subheader(_t("mine"), anchor=False)
    if not good:
        with look.empty("vpn_key", _t("none"), _t("none_said")):
            pass
    for one in good:
        _row(here, one)
    if ended:
        with st.expander(_t("ended", n=len(ended))):
            for one in ended:
                _row(here, one)
    st.caption(_t("guide", url=f"{_origin()}/api/v1"))


def scopes_of(chosen: Mapping[str, str | None]) -> list[str]:
    """What is allowed, from `none`, `read` or `write` for each area; who changes sees, too."""
    wanted = {"read": ("read",), "write": ("read", "write")}
    found = {f"{a}:{verb}" for a, level in chosen.items() for verb in wanted.get(level or "", ())}
    return [scope for scope in SCOPES if scope in found]


def allowed(scopes: Iterable[str]) -> str:
    """The same in words: `Videos: see and change · Workflows: see`."""
    given = set(scopes)
    said = list[str]()
    for area in _AREAS:
        name = _t.table("area")[area]
        if f"{area}:write" in given:
            said.append(_t("writes", area=name))
        elif f"{area}:read" in given:
            said.append(_t("reads", area=name))
    return " · ".join(said)


def standing_of(token: AccessToken, now: datetime) -> str:
    """`good`, `soon`, `expired` or `revoked`."""
    if token.revoked_at is not None:
        return "revoked"
    if token.expires_at is None:
        return "good"
    left = token.expires_at - now
    return "expired" if left <= timedelta(0) else "soon" if left < _SOON else "good"


def facts_of(token: AccessToken, now: datetime) -> str:
    """Its last characters, its age, its last use and its end, as one line."""
    used = _t("used", ago=ago(token.last_used_at)) if token.last_used_at else _t("never_used")
    return _t(
        "facts", last4=token.last4, made=ago(token.created_at), used=used, ends=_end(token, now)
    )


def _end(token: AccessToken, now: datetime) -> str:
    if token.revoked_at is not None:
        return _t("revoked_on", ago=ago(token.revoked_at))
    if token.expires_at is None:
        return _t("ends_never")
    day = clock.day(token.expires_at)
    return _t("ended_on" if token.expires_at <= now else "ends_on", day=day)


def _form(here: Studio) -> None:
    with st.container(border=True):
        st.subheader(_t("new"), anchor=False)
        left, right = st.columns([3, 2])
        example = _t("name_example")
        name = left.text_input(_t("name"), placeholder=example, max_chars=60, key="tokens:name")
        lasts = right.selectbox(
            _t("ends"),
            [*_LASTS],
            index=2,
            format_func=_t.table("lasts").__getitem__,
            help=_t("ends_help"),
            key="tokens:lasts",
        )
        st.markdown(f"**{_t('may')}** :gray[{_t('may_help')}]")
        chosen = _areas()
        if not st.button(_t("make"), type="primary", icon=":material/add:", key="tokens:make"):
            return
        try:
            days = _LASTS[str(lasts)]
            until = None if days is None else datetime.now(UTC) + timedelta(days=days)
            new = tokens.make(here.db, here.user, name, scopes_of(chosen), expires_at=until)
        except UserError as refusal:  # beside the form that it is about
            st.error(str(refusal), icon=":material/edit:")
            return
        _shown_once(new.secret.get_secret_value())


def _areas() -> dict[str, str | None]:
    """What is chosen for each area."""
    chosen: dict[str, str | None] = {}
    names, levels = _t.table("area"), _t.table("access")
    options: list[str] = [*levels]
    for row in (_AREAS[at : at + _IN_A_ROW] for at in range(0, len(_AREAS), _IN_A_ROW)):
        for column, area in zip(st.columns(_IN_A_ROW), row, strict=False):
            chosen[area] = column.selectbox(
                names[area],
                options,
                index=options.index(_USUAL.get(area, "none")),
                format_func=levels.__getitem__,
                key=f"tokens:area:{area}",
            )
    return chosen


@st.dialog(_t("made_title"), width="medium", dismissible=False)
def _shown_once(secret: str) -> None:
    """The token itself; gone with the dialogue."""
    st.markdown(_t("made"))
    st.code(secret, language=None, wrap_lines=True)
    st.markdown(f":gray[{_t('made_use')}]")
    st.code(_example(_origin()), language="python", wrap_lines=True)
    if st.button(_t("made_done"), type="primary", key="tokens:done"):
        st.rerun()


def _example(url: str) -> str:
    return (
        "from vid_pipeline.client import Client\n\n"
        f'with Client("{url}", token) as client:\n'
        '    made = client.productions.create(url="https://…")\n'
        "    client.productions.wait(made.id)\n"
    )


def _row(here: Studio, token: AccessToken) -> None:
    now = datetime.now(UTC)
    badge = _t.table("badge")[standing_of(token, now)]
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        lines = [
            f"**{plain(token.name)}** {badge}",
            allowed(token.scopes),
            f":small[:gray[{facts_of(token, now)}]]",
        ]
        st.markdown("  \n".join(lines), width="stretch")
        if tokens.is_good(token):
            _revoking(here, token.id, token.name)


def _revoking(here: Studio, token_id: UUID, name: str) -> None:
    with st.popover(_t("revoke"), icon=":material/block:", width="content"):
        st.markdown(_t("revoke_sure", name=plain(name)))
        if st.button(_t("revoke_yes"), type="primary", key=f"tokens:revoke:{token_id}"):
            tokens.revoke(here.db, here.user, token_id)
            look.flash(_t("revoked", name=plain(name)))
            st.rerun()


def _origin() -> str:
    """Where the studio is, as the browser sees it."""
    return "/".join((st.context.url or "").split("/", 3)[:3])
