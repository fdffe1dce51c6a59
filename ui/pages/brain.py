"""What a channel remembers: reading, searching, and teaching it more."""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from ui import look, state, texts
from ui.choices import Choices
from ui.pages import brain_dialogs, brain_words
from ui.state import Studio
from vid_pipeline.acts import brain_reading, remembering
from vid_pipeline.acts.remembering import Brain
from vid_pipeline.embedding import LocalEmbeddings
from vid_pipeline.memories import KINDS, MAIN
from vid_pipeline.memory_records import MemoryRecord

_t = texts.of("brain")
_PAGE = 25
_CHANNEL, _KIND, _QUERY, _OLD, _MEMORY = "channel", "kind", "q", "replaced", "memory"
_KEYS = {_QUERY: "brain:query", _KIND: "brain:kinds", _OLD: "brain:old"}


def render() -> None:
    """Draw the memory of the channel that the address names."""
    here = state.studio()
    look.heading(_t("title"), _t("said"))
    brain = _chosen(here)
    counts = brain_reading.counts(brain)
    choices = Choices("brain", _KEYS)
    query = _controls(brain, choices)
    if not counts and not query:
        _teach(brain)
    else:
        _memories(brain, choices, query, _kinds(choices, counts))
    if key := st.query_params.get(_MEMORY):
        brain_dialogs.detail(brain, key)


def _chosen(here: Studio) -> Brain:
    """The brain of the channel in the address; with several to choose from, a choice."""
    wanted = st.query_params.get(_CHANNEL, MAIN)
    brain = Brain(here.db, here.user, LocalEmbeddings(), wanted)
    known = brain_reading.channels(here.db, here.user)
    options = known if wanted in known else [*known, wanted]
    if len(options) == 1:
        return brain
    picked = st.selectbox(
        _t("channel"), options, index=options.index(wanted), key=f"brain:channel-{wanted}"
    )
    if picked != wanted:
        st.query_params[_CHANNEL] = picked
        st.rerun()
    return brain


def _controls(brain: Brain, choices: Choices) -> str:
    """The question that is asked of the memory, and the ways to teach it more."""
    choices.begin(_QUERY, st.query_params.get(_QUERY, ""))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        query = st.text_input(
            _t("search"),
            key=_KEYS[_QUERY],
            type="search",
            placeholder=_t("search_hint"),
            icon=":material/search:",
        )
        _teaching(brain, "brain:top")
    choices.keep({_QUERY: query or ""})
    return (query or "").strip()


def _teaching(brain: Brain, key: str) -> None:
    if st.button(_t("add"), icon=":material/add:", key=f"{key}-add", type="primary"):
        brain_dialogs.add(brain)
    if st.button(_t("upload"), icon=":material/upload_file:", key=f"{key}-upload"):
        brain_dialogs.upload(brain)


def _kinds(choices: Choices, counts: dict[str, int]) -> Sequence[str]:
    """The kinds to show; all where none is chosen."""
    there = [kind for kind in KINDS if counts.get(kind)]
    names = _t.table("kind")
    asked = st.query_params.get_all(_KIND)
    choices.begin(_KIND, [kind for kind in there if kind in asked])
    picked = st.pills(
        _t("kinds"),
        there,
        selection_mode="multi",
        format_func=lambda kind: f"{names[kind]} {counts[kind]}",
        key=_KEYS[_KIND],
        label_visibility="collapsed",
    )
    choices.keep({_KIND: picked})
    return picked


def _memories(brain: Brain, choices: Choices, query: str, kinds: Sequence[str]) -> None:
    place = st.empty()
    if query:
        with place.container():
            for _ in range(3):
                st.skeleton(height=88)
        found = brain_reading.found(brain, query, kinds=kinds)
        draw: Callable[[], None] = partial(_hits, brain, found)
    else:
        draw = partial(_everything, brain, choices, kinds)
    with place.container():
        draw()


def _hits(brain: Brain, found: Sequence[MemoryRecord]) -> None:
    if not found:
        with look.empty("search_off", _t("none_title"), _t("none_said")):
            return
    st.markdown(f":gray[{_t('hits', n=len(found))}]")
    for memory in found:
        _row(brain, memory)


def _everything(brain: Brain, choices: Choices, kinds: Sequence[str]) -> None:
    choices.begin(_OLD, _OLD in st.query_params)
    old = st.toggle(_t("all_versions"), key=_KEYS[_OLD])
    choices.keep({_OLD: "1" if old else ""})
    limit = _PAGE * st.session_state.get("brain:pages", 1)
    found = remembering.listed(brain, kinds=kinds, limit=limit + 1, superseded=old)
    for memory in found[:limit]:
        _row(brain, memory)
    if len(found) > limit and st.button(_t("more"), key="brain:more"):
        st.session_state["brain:pages"] = limit // _PAGE + 1
        st.rerun()


def _row(brain: Brain, memory: MemoryRecord) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(gap=None, width="stretch"):
            st.markdown(brain_words.badges(memory))
            st.markdown(f"{brain_words.said(memory)}  \n:gray[{brain_words.meta(memory)}]")
        with st.container(horizontal=True, width="content", gap="small"):
            pin = _t("unpin") if memory.pinned else _t("pin")
            if memory.superseded_by is None and st.button(
                pin, key=f"brain:pin-{memory.id}", type="tertiary", icon=":material/keep:"
            ):
                brain_dialogs.pin(brain, memory)
            if st.button(_t("open"), key=f"brain:open-{memory.id}", type="tertiary"):
                st.query_params[_MEMORY] = memory.short_id
                st.rerun()


def _teach(brain: Brain) -> None:
    with (
        look.empty("psychology", _t("empty_title"), _t("empty_said")),
        st.container(horizontal=True, horizontal_alignment="center"),
    ):
        _teaching(brain, "brain:empty")
