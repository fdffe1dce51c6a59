"""Dialogs about memories: one in full with where it comes from, adding one, uploading documents."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from ui import clock, look, memory_uploads, navigation, refusals, texts
from ui.pages import brain_words
from ui.pages.words import ago, plain
from ui.uploads import TEXT_MB
from vid_pipeline.acts import brain_reading, remembering
from vid_pipeline.acts.brain_reading import Provenance
from vid_pipeline.acts.remembering import Brain
from vid_pipeline.errors import NotFound, VidPipelineError
from vid_pipeline.memories import KINDS, LONGEST_TEXT, Kept, MemoryKind, NewMemory, Source
from vid_pipeline.memory_records import MemoryRecord

_t = texts.of("brain")
_YOU = "you"
_MEMORY = "memory"
_SURE = "brain:sure"
_DAYS = (30, 90, 365)
_BY_HAND: tuple[MemoryKind, ...] = tuple(kind for kind in KINDS if kind != "document")


def detail(brain: Brain, key: str) -> None:
    """One memory in full: its words to edit, where it comes from, who used it, forgetting it."""
    words = _t.table("detail")
    try:
        found = brain_reading.provenance(brain, key)
    except NotFound:
        st.warning(words["gone"])
        _leave()
        return
    name = _t.table("kind")[found.memory.kind]
    st.dialog(name, width="large", on_dismiss=_leave)(partial(_detail, brain, found))()


def pin(brain: Brain, memory: MemoryRecord) -> None:
    """Pin a memory, or unpin it, and offer the way back."""
    words = _t.table("detail")
    remembering.pin(brain, str(memory.id), pinned=not memory.pinned)
    back = partial(_pinned, brain, str(memory.id), memory.pinned)
    look.flash(words["unpinned" if memory.pinned else "pinned"], undo=back)
    st.rerun()


def _detail(brain: Brain, found: Provenance) -> None:
    words, memory = _t.table("detail"), found.memory
    if memory.pinned:
        st.markdown(brain_words.badges(memory))
    if memory.superseded_by:
        st.info(words["superseded"])
    with st.form("brain:edit", border=False):
        heading = memory.heading
        if heading or memory.kind == "document":
            heading = st.text_input(words["heading"], heading, key=f"brain:heading-{memory.id}")
        text = st.text_area(
            words["text"],
            memory.body,
            height=160,
            max_chars=LONGEST_TEXT,
            key=f"brain:text-{memory.id}",
        )
        if st.form_submit_button(words["save"], type="primary"):
            with refusals.shown():
                _save(brain, memory, text or "", heading or "")
    _provenance(found)
    _forgetting(brain, memory)


def _save(brain: Brain, memory: MemoryRecord, text: str, heading: str) -> None:
    remembering.edit(brain, str(memory.id), text=text, heading=heading)
    back = partial(_edited, brain, str(memory.id), memory.body, memory.heading)
    look.flash(_t.table("detail")["saved"], undo=back)
    _leave()
    st.rerun()


def _provenance(found: Provenance) -> None:
    words, memory = _t.table("detail"), found.memory
    st.markdown(f"**{words['from']}**")
    if found.learned_from is not None:
        production, title = found.learned_from
        navigation.link(
            "run", f"{words['from_production']} {plain(title)}", production=str(production)
        )
    lines = [*_origins(memory.source, found), words["since"].format(when=ago(memory.created_at))]
    if memory.slot:
        lines.append(words["slot"].format(slot=plain(memory.slot)))
    if memory.expires_at:
        lines.append(words["expires"].format(day=clock.day(memory.expires_at)))
    st.markdown("  \n".join(lines))
    st.markdown(f"**{words['used_by']}**")
    if not found.users:
        st.markdown(f":gray[{words['used_by_nobody']}]")
    for one in found.users:
        label = f"{plain(one.title)}, {', '.join(one.step_keys)}, {ago(one.used_at)}"
        navigation.link("run", label, icon=":material/movie:", production=str(one.production_id))
    if found.replaced:
        st.markdown(f"**{words['replaced']}**")
        for old in found.replaced:
            st.markdown(f"~~{brain_words.shortened(old.body)}~~ :gray[{ago(old.created_at)}]")


def _origins(source: Source, found: Provenance) -> list[str]:
    words = _t.table("detail")
    told = []
    if source.document:
        name, part = plain(source.document), source.part or 1
        told.append(words["from_document"].format(name=name, part=part))
    if source.production and found.learned_from is None:
        told.append(words["from_gone"])
    if source.step:
        told.append(words["from_step"].format(step=plain(source.step)))
    if source.url:
        told.append(words["from_url"].format(url=plain(source.url)))
    if source.who:
        told.append(words["from_who"].format(who=plain(source.who)))
    return told or [words["from_nowhere"]]


def _forgetting(brain: Brain, memory: MemoryRecord) -> None:
    """Forgetting cannot be undone, so it is asked twice."""
    words, sure = _t.table("detail"), f"{_SURE}-{memory.id}"
    if not st.session_state.get(sure):
        if st.button(words["forget"], icon=":material/delete:", key="brain:forget"):
            st.session_state[sure] = True
            st.rerun(scope="fragment")
        return
    st.warning(words["forget_ask"])
    with st.container(horizontal=True):
        if st.button(words["forget_yes"], type="primary", key="brain:forget-yes"):
            with refusals.shown():
                remembering.forget(brain, str(memory.id))
                look.flash(words["forgotten"])
                _leave()
                st.rerun()
        if st.button(words["forget_no"], key="brain:forget-no"):
            del st.session_state[sure]
            st.rerun(scope="fragment")


@st.dialog(_t.table("add_dialog")["title"])
def add(brain: Brain) -> None:
    """A form for something to remember."""
    words, names = _t.table("add_dialog"), _t.table("kind")
    kind = st.selectbox(
        words["kind"], _BY_HAND, format_func=lambda one: names[one], key="brain:add-kind"
    )
    st.markdown(f":gray[{_t.table('kind_said')[kind]}]")
    with st.form("brain:add", border=False):
        text = st.text_area(words["text"], placeholder=words["text_hint"], key="brain:add-text")
        pinned = st.toggle(words["pinned"], key="brain:add-pinned")
        with st.expander(words["more"]):
            slot = st.text_input(
                words["slot"],
                placeholder=words["slot_hint"],
                help=words["slot_help"],
                key="brain:add-slot",
            )
            days = st.selectbox(
                words["keep"],
                (0, *_DAYS),
                format_func=lambda n: words["keep_days"].format(n=n) if n else words["keep_ever"],
                key="brain:add-days",
            )
        if st.form_submit_button(words["save"], type="primary"):
            with refusals.shown():
                new = remembering.checked(
                    kind=kind,
                    text=text or "",
                    slot=(slot or "").strip() or None,
                    pinned=pinned,
                    expires_at=datetime.now(UTC) + timedelta(days=days) if days else None,
                    source={"who": _YOU},
                )
                _remember(brain, new)


def _remember(brain: Brain, new: NewMemory) -> None:
    words = _t.table("add_dialog")
    kept = remembering.remember(brain, new)
    undo = partial(_forgotten, brain, [kept]) if kept.new and not kept.superseded else None
    told = words["done"] if kept.new else words["known"]
    if kept.superseded:
        told = words["replaced"]
    elif kept.alike:
        told = words["alike"].format(text=brain_words.shortened(kept.alike[0].text, 120))
    look.flash(told, undo=undo)
    st.rerun()


@st.dialog(_t.table("upload_dialog")["title"])
def upload(brain: Brain) -> None:
    """Documents to read and remember."""
    words = _t.table("upload_dialog")
    st.markdown(f":gray[{words['said']}]")
    files = st.file_uploader(
        words["files"],
        type=list(memory_uploads.TYPES),
        accept_multiple_files=True,
        key="brain:files",
        max_upload_size=TEXT_MB,
    )
    if st.button(words["save"], type="primary", disabled=not files, key="brain:take-in"):
        _take_in(brain, files)


def _take_in(brain: Brain, files: Sequence[UploadedFile]) -> None:
    """Each by itself: what cannot be read is said here, the rest is kept."""
    words = _t.table("upload_dialog")
    kept: list[Kept] = []
    faults: list[str] = []
    bar = st.progress(0.0)
    for number, file in enumerate(files):
        bar.progress(number / len(files), words["reading"].format(name=plain(file.name)))
        try:
            kept += memory_uploads.take_in(brain, file.name, file.getvalue())
        except VidPipelineError as error:
            faults.append(str(error))
    bar.empty()
    for fault in faults:
        st.error(fault, icon=":material/error:")
    if not faults:
        look.flash(_t("uploaded", n=len(files), parts=len(kept)))
        st.rerun()


def _leave() -> None:
    """Take the memory out of the address, so that it is not opened again."""
    for key in [key for key in st.session_state if str(key).startswith(_SURE)]:
        del st.session_state[key]
    if _MEMORY in st.query_params:
        del st.query_params[_MEMORY]


def _pinned(brain: Brain, key: str, pinned: bool) -> None:
    remembering.pin(brain, key, pinned=pinned)


def _edited(brain: Brain, key: str, text: str, heading: str) -> None:
    remembering.edit(brain, key, text=text, heading=heading)


def _forgotten(brain: Brain, kept: Sequence[Kept]) -> None:
    for one in kept:
        remembering.forget(brain, one.id)
