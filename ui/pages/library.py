"""The library: what was made and what was brought, to be found, tagged and used again."""

from collections.abc import Sequence

import streamlit as st

from ui import look, navigation, state, texts
from ui.pages import library_item, pictures
from ui.pages.words import length, plain, size
from ui.state import Studio
from ui.uploads import LARGEST_MB
from vid_pipeline.acts import library, uploading
from vid_pipeline.acts.briefs import Upload
from vid_pipeline.acts.library import Entry
from vid_pipeline.errors import UserError

_t = texts.of("library")
_PAGE = 24
_TYPES = [
    "png", "jpg", "jpeg", "webp", "gif", "mp4", "mov", "webm", "mkv", "mp3", "wav", "flac", "ogg",
    "m4a", "aac", "pdf", "md", "txt", "html",
]  # fmt: skip
_MOST, _REFUSED = "library:most", "library:refused"


def render() -> None:
    """Draw the library, or the file that the address names."""
    here = state.studio()
    named = st.query_params.get("item")
    if named is not None:
        st.query_params["item"] = named  # a link to the page one is on leaves the address as it was
        library_item.render(here, named)
        return
    look.heading(_t("title"), _t("said"))
    _adding(here)
    words, kind, tag = _filters(here)
    most = st.session_state.get(_MOST, library.AT_ONCE)
    with here.db.acting(here.user) as conn:
        found = library.entries(conn, words, most=most)
        goes_on = library.goes_on(conn, most)
    if goes_on:
        _further(most)
    _found(here, fitting(found, kind, tag), searched=bool(words or tag or kind != "all"))


def fitting(found: Sequence[Entry], kind: str, tag: str | None) -> list[Entry]:
    """Those of a kind and with a tag; files beside a video, such as captions, only if asked for."""
    return [
        one
        for one in found
        if (kind == one.item.kind or (kind == "all" and _counts(one)))
        and (tag is None or tag in one.tags)
    ]


def _counts(entry: Entry) -> bool:
    return entry.upload is not None or entry.item.kind == "video"


def _further(most: int) -> None:
    """Say where the look back ends, and go on from there if somebody wants to."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(_t("newest", n=most), width="content")
        if st.button(
            _t("further"), key="library:further", icon=":material/history:", type="tertiary"
        ):
            st.session_state[_MOST] = most + library.AT_ONCE
            st.rerun()


def _adding(here: Studio) -> None:
    """Files go in as soon as they are chosen; the widget is a new one then, and holds none."""
    turn = st.session_state.setdefault("library:turn", 0)
    with st.expander(_t("upload"), icon=":material/upload:", key="library:adding"):
        chosen = st.file_uploader(
            _t("upload"),
            type=_TYPES,
            accept_multiple_files=True,
            max_upload_size=LARGEST_MB,
            help=_t("upload_help"),
            key=f"library:files:{turn}",
            label_visibility="collapsed",
        )
        if not chosen:
            for why in st.session_state.pop(_REFUSED, ()):
                st.error(why)
            return
        refused = list[str]()
        for file in chosen:
            try:
                with st.spinner(_t("uploading", name=file.name)):
                    uploading.keep(here.shop, here.user, Upload(file.name, file.getvalue()))
            except UserError as refusal:  # the other files go on
                refused.append(str(refusal))
    st.session_state["library:turn"] = turn + 1
    st.session_state[_REFUSED] = refused
    if len(refused) < len(chosen):
        look.flash(_t("kept", n=len(chosen) - len(refused)))
    st.rerun()


def _filters(here: Studio) -> tuple[str, str, str | None]:
    kinds = _t.table("kinds")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width="stretch"):
            words = st.text_input(
                _t("search"),
                key="library:words",
                placeholder=_t("search_place"),
                label_visibility="collapsed",
                icon=":material/search:",
            )
        with here.db.acting(here.user) as conn:
            known = library.tags(conn)
        tag: str | None = None
        if known:
            with st.container(width=200):
                tag = st.selectbox(
                    _t("tag"),
                    known,
                    index=None,
                    placeholder=_t("tag_any"),
                    key="library:tag",
                    label_visibility="collapsed",
                )
        names: list[str] = list(kinds)
        kind = st.pills(
            _t("title"),
            names,
            default="all",
            required=True,
            format_func=lambda name: kinds[name],
            key="library:kind",
            label_visibility="collapsed",
            wrap=True,
        )
    return words or "", str(kind), tag


def _found(here: Studio, found: list[Entry], *, searched: bool) -> None:
    if not found and searched:
        st.markdown(f":gray[{_t('nothing_found')}]")
        return
    if not found:
        with look.empty("video_library", _t("empty_title"), _t("empty_said")):
            return
    st.caption(_t("found", n=len(found)))
    shown = st.container()
    pages = -(-len(found) // _PAGE)
    page = st.pagination(pages, key="library:page") if pages > 1 else 1
    pictures.style()
    with shown, st.grid(6, min_column_width=150, gap="medium"):
        for one in found[(page - 1) * _PAGE : page * _PAGE]:
            with st.container(gap=None, key=f"library-tile-{one.item.id}"):
                _tile(here, one)


def _tile(here: Studio, one: Entry) -> None:
    item = one.item
    ref = item.file if item.kind == "picture" and one.upload is None else one.picture
    if ref is not None:
        pictures.tile(here.url(ref), _t("picture", name=item.title), shape="square")
    else:
        pictures.blank(item.title, library_item.ICONS[item.kind], shape="square")
    navigation.link("library", plain(item.title), item=item.id)
    facts = [size(item.file.size_bytes)]
    if item.duration_s:
        facts.insert(0, length(item.duration_s))
    tags = " ".join(f":gray-badge[{plain(tag)}]" for tag in one.tags[:3])
    st.caption(" · ".join(facts) + (f"  \n{tags}" if tags else ""))
