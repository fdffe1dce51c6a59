"""A user's own keys for providers: added, tested, rotated, revoked, and never shown."""

from collections.abc import Sequence

import streamlit as st
from pydantic import SecretStr

from ui import look, refusals, state, texts
from ui.pages.words import ago, plain
from ui.state import Studio
from vid_pipeline.acts import keys
from vid_pipeline.settings import Settings
from vid_pipeline.store.api_keys import ApiKey

_t = texts.of("keys")
_OTHER = ""
_TESTED = ("anthropic", "openai")


def render() -> None:
    """Draw the keys of whoever looks, and the ways to change them."""
    here = state.studio()
    look.heading(_t("title"), _t("said"))
    known = keys.listed(here.db, here.user)
    in_use = [key for key in known if key.revoked_at is None]
    if in_use:
        st.markdown(f":gray[:material/info: {_t('without')}]")
        for key in in_use:
            _card(here, key, is_newest=key.id == newest(in_use, key.provider).id)
        if st.button(_t("add"), icon=":material/add:", key="keys:add"):
            _add(here)
    else:
        with look.empty("key", _t("empty_title"), _t("empty_said")):
            if st.button(_t("add"), icon=":material/add:", type="primary", key="keys:first"):
                _add(here)
    _past([key for key in known if key.revoked_at is not None])


def newest(in_use: Sequence[ApiKey], provider: str) -> ApiKey:
    """The key that a provider is asked with."""
    of_it = [key for key in in_use if key.provider == provider]
    return max(of_it, key=lambda key: (key.created_at, key.id))


def enabled(settings: Settings, provider: str) -> str:
    """What a provider's key is used for."""
    wanted = [settings.model, settings.fallback_model or ""]
    models = [model for model in wanted if model.partition("/")[0] == provider]
    if models:
        return _t("models", models=" · ".join(plain(model) for model in models))
    return _t("models_any", provider=plain(provider))


def called(provider: str) -> str:
    """A provider's name as people write it."""
    return _t.table("providers").get(provider, plain(provider))


def _card(here: Studio, key: ApiKey, *, is_newest: bool) -> None:
    with st.container(border=True):
        words, actions = st.columns([3, 2], vertical_alignment="center")
        with words, st.container(gap=None):
            st.markdown(_headline(key, is_newest=is_newest))
            role = enabled(here.settings, key.provider) if is_newest else _t("spare_said")
            st.markdown(f":gray[{_facts(key)}  \n{role}]")
        with actions, st.container(horizontal=True, horizontal_alignment="right"):
            _actions(here, key)
        _verdict(key)


def _headline(key: ApiKey, *, is_newest: bool) -> str:
    badge = f":green-badge[{_t('newest')}]" if is_newest else f":gray-badge[{_t('spare')}]"
    name = "" if key.name == "default" else f" · {plain(key.name)}"
    last4 = _t("ends_in", last4=plain(key.last4))
    return f"**{called(key.provider)}**{name} · {last4} {badge}"


def _facts(key: ApiKey) -> str:
    used = _t("used", when=ago(key.last_used_at)) if key.last_used_at else _t("never_used")
    return f"{_t('since', when=ago(key.created_at))} · {used}"


def _actions(here: Studio, key: ApiKey) -> None:
    if key.provider in _TESTED and st.button(_t("test"), key=f"keys:test-{key.id}"):
        _test(here, key)
    if st.button(_t("rotate"), key=f"keys:rotate-{key.id}"):
        _rotate(here, key)
    if st.button(_t("revoke"), key=f"keys:revoke-{key.id}", type="tertiary"):
        _revoke(here, key)


def _test(here: Studio, key: ApiKey) -> None:
    with refusals.shown(), st.spinner(_t("testing", provider=called(key.provider))):
        tried = keys.test(here.db, here.user, here.settings, str(key.id))
        st.session_state[f"keys:said-{key.id}"] = tried.good


def _verdict(key: ApiKey) -> None:
    """What the provider said last, below its card."""
    good = st.session_state.get(f"keys:said-{key.id}")
    if good is None:
        return
    said = _t("good" if good else "bad", provider=called(key.provider))
    (st.success if good else st.error)(said)


@st.dialog(_t("add"))
def _add(here: Studio) -> None:
    """A form for a new key; what was typed leaves the browser with it."""
    names = _t.table("providers")
    provider = st.selectbox(
        _t("provider"),
        [*names, _OTHER],
        format_func=lambda one: names.get(one, _t("provider_other")),
        key="keys:provider",
    )
    if provider and here.settings.llm_key(provider) is not None:
        st.info(_t("operators", provider=called(provider)))
    with st.form("keys:new", border=False, clear_on_submit=True):
        if provider == _OTHER:
            provider = st.text_input(
                _t("provider_name"), placeholder=_t("provider_hint"), key="keys:other"
            )
        name = st.text_input(_t("name"), "default", help=_t("name_help"), key="keys:name")
        key = _secret("keys:key")
        if st.form_submit_button(_t("save"), type="primary"):
            with refusals.shown():
                _keep(here, provider.strip().lower(), key, name)


@st.dialog(_t("rotate_title"))
def _rotate(here: Studio, old: ApiKey) -> None:
    provider = called(old.provider)
    st.markdown(_t("rotate_said", last4=plain(old.last4), provider=provider))
    with st.form("keys:rotating", border=False, clear_on_submit=True):
        key = _secret("keys:new-key")
        if st.form_submit_button(_t("save"), type="primary"):
            with refusals.shown():
                _keep(here, old.provider, key, old.name)


@st.dialog(_t("revoke_title"))
def _revoke(here: Studio, key: ApiKey) -> None:
    st.markdown(_t("revoke_said", last4=plain(key.last4), provider=called(key.provider)))
    with st.container(horizontal=True):
        if st.button(_t("revoke_yes"), type="primary", key="keys:revoke-yes"):
            with refusals.shown():
                keys.revoke(here.db, here.user, str(key.id))
                look.flash(_t("revoked", last4=plain(key.last4)))
                st.rerun()
        if st.button(_t("revoke_no"), key="keys:revoke-no"):
            st.rerun()


def _secret(key: str) -> SecretStr:
    """What is typed, which no text of ours holds again."""
    return SecretStr(
        st.text_input(_t("key"), type="password", help=_t("key_help"), key=key, autocomplete="off")
    )


def _keep(here: Studio, provider: str, key: SecretStr, name: str) -> None:
    added = keys.add(here.db, here.user, provider, key, name=name.strip())
    told = _t("rotated" if added.replaced else "added", last4=plain(added.key.last4))
    look.flash(told)
    st.rerun()


def _past(revoked: Sequence[ApiKey]) -> None:
    if not revoked:
        return
    with st.expander(_t("past", n=len(revoked))):
        st.markdown("  \n".join(_past_row(key) for key in revoked))


def _past_row(key: ApiKey) -> str:
    assert key.revoked_at is not None
    return _t(
        "past_row",
        provider=called(key.provider),
        name=plain(key.name),
        last4=plain(key.last4),
        when=ago(key.revoked_at),
    )
