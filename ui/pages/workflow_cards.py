"""Workflows as cards: what they look like, how they have done, what can be done with them."""

import json
from collections.abc import Mapping
from uuid import UUID

import streamlit as st
from pydantic import JsonValue

from ui import look, navigation, texts
from ui.graph_picture import picture
from ui.pages.words import STATE_BADGES, ago, length, plain
from ui.state import Studio
from vid_pipeline.acts import cataloguing, drafting
from vid_pipeline.acts.cataloguing import Entry
from vid_pipeline.records import Draft
from vid_pipeline.store.workflow_figures import Figures

_t = texts.of("workflows")
_CENT = 0.01


def card(here: Studio, entry: Entry) -> None:
    """One workflow."""
    document = document_of(entry)
    with st.container(border=True, height="stretch", gap="small"):
        with st.container(gap=None):
            st.markdown(f"**{plain(entry.title)}** {_badges(entry)}")
            st.caption(_state(entry, len(_list(document.get("steps")))))
        said = document.get("description")
        if isinstance(said, str) and said:
            st.markdown(f":gray[{plain(said)}]")
        drawn(document, entry.title)
        with st.container(height="stretch", gap=None):
            st.caption(figures(entry.figures))
        _actions(here, entry, document)


def drawn(document: Mapping[str, JsonValue], title: str) -> None:
    """The picture of a workflow."""
    drawing = picture(document, label=_t("picture", title=title))
    st.markdown(drawing, unsafe_allow_html=True)  # `st.html` takes SVG away; ours is escaped


def document_of(entry: Entry) -> dict[str, JsonValue]:
    """What a workflow says now: its draft, else its newest version."""
    if entry.draft is not None:
        return entry.draft.document
    assert entry.version is not None, "a workflow has a version or a draft"
    return entry.version.document.document()


def figures(known: Figures | None) -> str:
    """How a workflow has done: `8 videos · 88 % finished · about 1:20 · $0.04 each`."""
    if known is None:
        return _t("none_made")
    told = [_t("made", n=known.runs)]
    if known.ended:
        told.append(_t("well", share=f"{known.done / known.ended:.0%}"))
    if known.seconds is not None:
        told.append(_t("takes", time=length(known.seconds)))
    if known.cost_usd is not None:
        told.append(_t("costs", cost=_dollars(known.cost_usd)) if known.cost_usd else _t("free"))
    return " · ".join(told)


def _dollars(cost_usd: float) -> str:
    return "< $0.01" if cost_usd < _CENT else f"${cost_usd:.2f}"


def _badges(entry: Entry) -> str:
    last = STATE_BADGES[entry.figures.last_state] if entry.figures else ""
    if entry.version is None:
        return f":blue-badge[{_t('draft')}] {last}"
    return f":blue-badge[{_t('changes')}] {last}" if entry.pending else last


def _state(entry: Entry, count: int) -> str:
    steps = _t("steps", n=count)
    if entry.version is None:
        assert entry.draft is not None, "a workflow has a version or a draft"
        return _t("never", steps=steps, when=ago(entry.draft.updated_at))
    when = ago(entry.version.published_at)
    return _t("version", version=entry.version.version, steps=steps, when=when)


def _actions(here: Studio, entry: Entry, document: dict[str, JsonValue]) -> None:
    key = f"workflows:{entry.slug}"
    with st.container(horizontal=True, gap="small"):
        if st.button(_t("open"), key=f"{key}:open", icon=":material/edit:"):
            draft = entry.draft or drafting.open_for(here.db, here.user, entry.slug)
            navigation.go("editor", draft=str(draft.id))
        if entry.version is not None and st.button(
            _t("make"), key=f"{key}:make", icon=":material/movie:"
        ):
            navigation.go("home", workflow=entry.slug)
        chosen = st.menu_button(
            _t("more"),
            choices(entry),
            key=f"{key}:more",
            format_func=_t.table("actions").__getitem__,
            type="tertiary",
        )
    if chosen == "export":
        _download(here, entry, document)
    elif chosen:
        _do(here, entry, document, chosen)


def choices(entry: Entry) -> list[str]:
    """What else can be done with a workflow, by the names of its texts."""
    if entry.version is None:
        return ["duplicate", "export", "discard_draft"]
    changed = ["discard"] if entry.pending else []
    return ["versions", "duplicate", "export", *changed, "archive"]


def _do(here: Studio, entry: Entry, document: dict[str, JsonValue], chosen: str) -> None:
    match chosen:
        case "versions":
            navigation.go("versions", workflow=entry.slug)
        case "duplicate":
            title = _t("copy", title=entry.title)
            copy = drafting.create(here.db, here.user, title, document)
            look.flash(_t("duplicated", title=copy.title), undo=lambda: _discard(here, copy.id))
        case "archive":
            cataloguing.archive(here.db, here.user, entry.slug)
            look.flash(_t("archived", title=entry.title), undo=lambda: _bring_back(here, entry))
        case _:
            assert entry.draft is not None, "only a draft is thrown away"
            gone = drafting.discard(here.db, here.user, entry.draft.id)
            look.flash(_t("discarded", title=gone.title), undo=lambda: _put_back(here, gone))
    st.rerun()


def _discard(here: Studio, draft_id: UUID) -> None:
    drafting.discard(here.db, here.user, draft_id)


def _put_back(here: Studio, gone: Draft) -> None:
    drafting.put_back(here.db, here.user, gone)


def _bring_back(here: Studio, entry: Entry) -> None:
    cataloguing.archive(here.db, here.user, entry.slug, away=False)


def _download(here: Studio, entry: Entry, document: dict[str, JsonValue]) -> None:
    """A link to the document as a file, until the next thing is done."""
    data = json.dumps(document, indent=2, ensure_ascii=False).encode() + b"\n"
    name = f"{entry.slug}.json"
    address = here.url(here.store.put_bytes(data, "application/json"), name=name)
    st.link_button(_t("download", name=name), address, icon=":material/download:", type="primary")


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []
