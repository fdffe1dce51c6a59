"""Above the canvas: what the workflow is called, whether it is saved, and what to do with it."""

import json

import streamlit as st

from ui import look, navigation, refusals, texts
from ui.editing.document import steps_of
from ui.editing.open_draft import OpenDraft
from ui.editing.words import plain, quiet
from ui.state import Studio
from ui.uploads import TEXT_MB
from vid_pipeline.acts import drafting
from vid_pipeline.errors import Conflict

_t = texts.of("editor")
_TITLE_PX = 560
_MORE = {
    "rename": "edit",
    "versions": "history",
    "duplicate": "content_copy",
    "export": "download",
    "import": "upload",
}
_SAVED = ("rename", "duplicate")
"""What builds on what was saved last."""

_LABELS = {
    "rename": _t("rename"),
    "versions": _t("versions"),
    "duplicate": _t("duplicate"),
    "export": _t("export"),
    "import": _t("import"),
}


def draw(here: Studio, opened: OpenDraft) -> None:
    """Draw it, and do what is pressed; a refusal is told beneath."""
    with (
        refusals.shown(),
        st.container(
            horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
        ),
    ):
        with st.container(gap=None, width=_TITLE_PX):
            st.title(plain(opened.draft.title), anchor=False)
            st.markdown(quiet(standing(opened)))
        with st.container(horizontal=True, width="content"):
            _more(here, opened)
            _publish(here, opened)
            _make(here, opened)


def _make(here: Studio, opened: OpenDraft) -> None:
    ready = not opened.faults and bool(steps_of(opened.document)) and not opened.held
    if st.button(
        _t("run"),
        icon=":material/play_arrow:",
        type="primary",
        disabled=not ready,
        help=_t("held") if opened.held else _t("run_help"),
        key="editor:run",
    ):
        _run(here, opened)


def standing(opened: OpenDraft) -> str:
    """Whether it is saved, and published."""
    draft = opened.draft
    if opened.held:
        return _t("not_saved")
    if draft.published_version is None:
        return _t("unpublished")
    if draft.changed:
        return _t("changed", version=draft.published_version)
    return _t("as_published", version=draft.published_version)


def _publish(here: Studio, opened: OpenDraft) -> None:
    if st.button(
        _t("publish"),
        icon=":material/publish:",
        disabled=opened.held,
        help=_t("held") if opened.held else None,
        key="editor:publish",
    ):
        _ask_note(here, opened)


@st.dialog(_t("publish"), icon=":material/publish:")
def _ask_note(here: Studio, opened: OpenDraft) -> None:
    wrong = sum(len(found) for found in opened.faults.values())
    if wrong:
        st.markdown(f":red[:material/error: {_t('publish_faults', n=wrong)}]")
        return
    note = st.text_input(
        _t("publish_note"), placeholder=_t("publish_note_example"), key="editor:note"
    )
    if st.button(_t("publish_now"), type="primary", key="editor:publish_now"):
        with refusals.shown():
            _published(here, opened, note)
            st.rerun()


def _published(here: Studio, opened: OpenDraft, note: str) -> None:
    try:
        version = opened.publish(here, note)
    except Conflict as refused:
        opened.conflict = str(refused)  # it is asked above the canvas what shall become of it
        st.rerun()
    look.flash(_t("published", version=version.version))


def _run(here: Studio, opened: OpenDraft) -> None:
    if opened.draft.changed or opened.draft.published_version is None:
        _published(here, opened, "")
    navigation.go("home", workflow=opened.draft.slug)


def _more(here: Studio, opened: OpenDraft) -> None:
    options = [one for one in _MORE if one != "versions" or opened.draft.published_version]
    if opened.held:
        options = [one for one in options if one not in _SAVED]
    asked = st.menu_button(
        _t("more"), options, format_func=_option, icon=":material/more_horiz:", key="editor:more"
    )
    match asked:
        case "rename":
            _rename(here, opened)
        case "versions":
            navigation.go("versions", workflow=opened.draft.slug)
        case "duplicate":
            copy = drafting.duplicate(here.db, here.user, opened.draft.id)
            look.flash(_t("duplicated"))
            navigation.go("editor", draft=str(copy.id))
        case "export":
            _export(here, opened)
        case "import":
            _import(here)


def _option(name: str) -> str:
    return f":material/{_MORE[name]}: {_LABELS[name]}"


@st.dialog(_t("rename"))
def _rename(here: Studio, opened: OpenDraft) -> None:
    title = st.text_input(_t("title"), opened.draft.title, max_chars=120, key="editor:title")
    said = st.text_area(
        _t("description"), str(opened.document.get("description", "")), key="editor:description"
    )
    if st.button(_t("rename_now"), type="primary", key="editor:rename_now"):
        with refusals.shown():
            opened.rename(here, title, said)
            navigation.go("editor", draft=str(opened.draft.id))


@st.dialog(_t("export"))
def _export(here: Studio, opened: OpenDraft) -> None:
    name = f"{opened.draft.slug}.json"
    text = json.dumps(opened.document, indent=2, ensure_ascii=False)
    ref = here.store.put_bytes(text.encode(), "application/json")
    st.link_button(
        _t("export_ready", name=name), here.url(ref, name=name), icon=":material/download:"
    )


@st.dialog(_t("import"))
def _import(here: Studio) -> None:
    file = st.file_uploader(
        _t("import_file"), type=["json"], key="editor:import_file", max_upload_size=TEXT_MB
    )
    if file is not None:
        with refusals.shown():
            draft = drafting.imported(here.db, here.user, file.getvalue(), file.name)
            look.flash(_t("imported", title=draft.title))
            navigation.go("editor", draft=str(draft.id))
