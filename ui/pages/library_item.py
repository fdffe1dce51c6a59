"""One file of the library: seen and heard, tagged, and where it is used."""

from collections.abc import Callable
from uuid import UUID

import streamlit as st

from ui import look, navigation, texts
from ui.pages.words import ago, length, plain, size
from ui.state import Studio
from vid_pipeline.acts import library, uploading
from vid_pipeline.acts.library import Entry
from vid_pipeline.errors import BadRequest, NotFound, UserError
from vid_pipeline.media_records import MediaFile
from vid_pipeline.ports import MediaKind

ICONS: dict[MediaKind, str] = {
    "video": "movie",
    "picture": "image",
    "sound": "graphic_eq",
    "text": "description",
}

_t = texts.of("library")


def render(here: Studio, key: str) -> None:
    """Draw the file of that id."""
    if st.button(_t("back"), key="library:back", icon=":material/arrow_back:", type="tertiary"):
        navigation.go("library")
    try:
        with here.db.acting(here.user) as conn:
            entry = library.entry(conn, key)
            used = library.used_by(conn, entry.item)
    except (NotFound, BadRequest):
        st.title(_t("title"), anchor=False)
        st.warning(_t("gone"))
        return
    st.title(entry.item.title, anchor=False)
    seen, told = st.columns([3, 2], gap="large")
    with seen:
        _show(here, entry)
    with told:
        _facts(entry)
        _tags(here, entry)
        _used(entry, used)
        _acts(here, entry)


def _show(here: Studio, entry: Entry) -> None:
    url, kind = here.url(entry.item.file), entry.item.kind
    if kind == "video":
        _, middle, _ = st.columns([1, 2, 1]) if _is_tall(entry) else (None, st.container(), None)
        with middle:
            st.video(url)
    elif kind == "picture":
        st.image(url, alt=_t("picture", name=entry.item.title))
    elif kind == "sound":
        st.audio(url, format=entry.item.file.mime)
    else:
        st.markdown(f":material/{ICONS[kind]}: {plain(entry.item.title)}")


def _is_tall(entry: Entry) -> bool:
    file = entry.upload
    return file is None or (file.height_px or 0) > (file.width_px or 0)


def _facts(entry: Entry) -> None:
    file, item = entry.upload, entry.item
    facts = [size(item.file.size_bytes), item.file.mime]
    if item.duration_s:
        facts.insert(0, length(item.duration_s))
    if file is not None and file.width_px:
        facts.insert(0, f"{file.width_px}×{file.height_px}")
    when = _t("uploaded" if file else "made_by", ago=ago(entry.at))
    st.markdown(f":gray[{' · '.join([*map(plain, facts), when])}]")


def _tags(here: Studio, entry: Entry) -> None:
    key = f"library:tags:{entry.item.id}"
    held = _held(key, entry.tags)
    with here.db.acting(here.user) as conn:
        known = library.tags(conn)
    options = list(dict.fromkeys([*(held or entry.tags), *known]))
    told = st.multiselect(
        _t("tags"),
        options,
        default=held,
        accept_new_options=True,
        placeholder=_t("tags_place"),
        key=key,
    )
    if sorted(uploading.as_kept(told)) == sorted(entry.tags):
        return
    try:
        uploading.tag(here.db, here.user, entry.item.id, told)
    except UserError as refusal:
        st.error(str(refusal))
        return
    st.session_state[f"{key}:kept"] = tuple(uploading.as_kept(told))
    st.toast(_t("tags_saved", name=entry.item.title), icon=":material/check:")


def _held(key: str, tags: tuple[str, ...]) -> list[str] | None:
    """What the field holds; if others have set tags meanwhile, it begins anew with those."""
    if key in st.session_state and st.session_state.get(f"{key}:kept") == tags:
        return list(st.session_state[key])
    st.session_state[key], st.session_state[f"{key}:kept"] = list(tags), tags
    return None


def _used(entry: Entry, used: list[tuple[UUID, str]]) -> None:
    if entry.production is not None:
        st.subheader(_t("made_in"), anchor=False)
        navigation.link(
            "run", _t("open_video"), icon=":material/movie:", production=str(entry.production)
        )
        return
    st.subheader(_t("used"), anchor=False)
    if not used:
        st.caption(_t("not_used"))
    for production, name in used:
        navigation.link("run", plain(name), icon=":material/movie:", production=str(production))


def _acts(here: Studio, entry: Entry) -> None:
    name = entry.item.id.rpartition("/")[2] if entry.production else entry.item.title
    with st.container(horizontal=True, gap="small"):
        st.link_button(
            _t("download"), here.url(entry.item.file, name=name), icon=":material/download:"
        )
        if entry.upload is not None and st.button(
            _t("delete"), key=f"library:delete:{entry.item.id}", icon=":material/delete:"
        ):
            _delete(here, entry.upload)


def _delete(here: Studio, file: MediaFile) -> None:
    uploading.delete(here.db, here.user, file.id)
    look.flash(_t("deleted", name=file.name), undo=_restorer(here, file.id))
    navigation.go("library")


def _restorer(here: Studio, file_id: UUID) -> Callable[[], None]:
    db, user = here.db, here.user

    def act() -> None:
        uploading.restore(db, user, file_id)

    return act
