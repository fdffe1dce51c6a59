"""Channels: a look, a voice and a memory that videos have in common."""

from collections.abc import Callable

import streamlit as st

from ui import look, navigation, state, texts
from ui.pages import brand_preview, channel_form
from ui.pages.words import plain
from ui.state import Studio
from vid_pipeline.acts import branding
from vid_pipeline.acts.branding import Listed
from vid_pipeline.errors import NotFound

_t = texts.of("channels")
_ARG, _NEW = "channel", "new"


def render() -> None:
    """Draw all channels, or the one that the address names."""
    here = state.studio()
    named = st.query_params.get(_ARG)
    if named is None:
        _all(here)
        return
    try:
        channel = None if named == _NEW else branding.get(here.db, here.user, named)
    except NotFound:
        st.title(_t("title"), anchor=False)
        st.warning(_t("gone"))
        navigation.link("channels", _t("back"), icon=":material/arrow_back:")
        return
    channel_form.render(here, channel)


def _all(here: Studio) -> None:
    archived = bool(st.session_state.get("channels:archived"))
    found = branding.listed(here.db, here.user, archived=True)
    active = [one for one in found if one.channel.archived_at is None]
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch", gap=None):
            look.heading(_t("title"), _t("said"))
        if active and st.button(
            _t("new"), key="channels:new", type="primary", icon=":material/add:"
        ):
            navigation.go("channels", channel=_NEW)
    if not active:
        with look.empty("podcasts", _t("empty_title"), _t("empty_said")):
            if st.button(_t("new"), key="channels:new", type="primary", icon=":material/add:"):
                navigation.go("channels", channel=_NEW)
    with st.grid(3, min_column_width=260, gap="medium"):
        for one in found if archived else active:
            with st.container(border=True, gap="small", height="stretch"):
                _card(here, one)
    if len(active) < len(found):
        st.toggle(_t("show_archived"), key="channels:archived")


def _card(here: Studio, one: Listed) -> None:
    channel = one.channel
    brand_preview.strip(channel.kit, channel.name)
    badge = f" {_t('archived_badge')}" if channel.archived_at else ""
    said = f"  \n{plain(channel.description)}" if channel.description else ""
    facts = [
        _t("videos", n=one.videos),
        *(fact for fact in (channel.voice, channel.language) if fact),
    ]
    st.markdown(f"**{plain(channel.name)}**{badge}{said}  \n:gray[{' · '.join(map(plain, facts))}]")
    with st.container(horizontal=True, gap="small"):
        if channel.archived_at is not None:
            if st.button(_t("restore"), key=f"channels:restore:{channel.slug}"):
                _archiver(here, channel.slug, archived=False)()
                look.flash(_t("restored", name=channel.name))
                st.rerun()
            return
        if st.button(_t("open"), key=f"channels:open:{channel.slug}", icon=":material/edit:"):
            navigation.go("channels", channel=channel.slug)
        if st.button(_t("make"), key=f"channels:make:{channel.slug}", icon=":material/movie:"):
            navigation.go("home", channel=channel.slug)
        if st.button(_t("archive"), key=f"channels:archive:{channel.slug}", type="tertiary"):
            _archiver(here, channel.slug, archived=True)()
            undo = _archiver(here, channel.slug, archived=False)
            look.flash(_t("archived", name=channel.name), undo=undo)
            st.rerun()


def _archiver(here: Studio, slug: str, *, archived: bool) -> Callable[[], None]:
    db, user = here.db, here.user

    def act() -> None:
        branding.archive(db, user, slug, archived=archived)

    return act
