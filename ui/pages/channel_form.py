"""The form of one channel, beside a picture of what comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import streamlit as st

from ui import look, navigation, texts
from ui.pages import brand_preview
from ui.state import Studio
from vid_pipeline.acts import branding, speaking
from vid_pipeline.acts.branding import Draft
from vid_pipeline.artifacts import Colours, Font, MediaRef
from vid_pipeline.brand_records import BrandChannel, BrandKit
from vid_pipeline.errors import UserError, VidPipelineError
from vid_pipeline.media.cards.palettes import PALETTES, contrast, is_kept
from vid_pipeline.ports import Voice
from vid_pipeline.store import workflows

_t = texts.of("channels")
_FONTS: tuple[Font, ...] = get_args(Font)
_OWN = "own"
_COLOURS = Colours(main="#0b3d91", accent="#ffd400")
_LANGUAGES = ["en", "de", "es", "fr", "it", "nl", "pl", "pt"]
_PICTURES = ["png", "jpg", "jpeg", "webp"]


@dataclass(frozen=True)
class _Form:
    """One channel's form; widgets of two channels never share what is typed."""

    here: Studio
    channel: BrandChannel | None

    def key(self, field: str) -> str:
        return f"channels:{self.channel.slug if self.channel else 'new'}:{field}"


def render(here: Studio, channel: BrandChannel | None) -> None:
    """Draw the form of a channel, or of a new one."""
    if st.button(_t("back"), key="channels:back", icon=":material/arrow_back:", type="tertiary"):
        navigation.go("channels")
    st.title(channel.name if channel else _t("new_title"), anchor=False)
    form = _Form(here, channel)
    fields, side = st.columns([5, 3], gap="large")
    with fields:
        draft = _fields(form)
    with side:
        st.subheader(_t("preview"), anchor=False)
        logo = draft.kit.logo
        brand_preview.card(draft.kit, draft.name, here.url(logo) if logo else None)
        _memory(form)


def _fields(form: _Form) -> Draft:
    was = form.channel
    st.subheader(_t("about"), anchor=False)
    name = st.text_input(
        _t("name"),
        was.name if was else "",
        max_chars=branding.LONGEST_NAME,
        placeholder=_t("name_place"),
        key=form.key("name"),
    )
    description = st.text_area(
        _t("description"),
        was.description if was else "",
        height=80,
        max_chars=branding.LONGEST_DESCRIPTION,
        placeholder=_t("description_place"),
        key=form.key("description"),
    )
    language, workflow = _habits(form)
    st.subheader(_t("look"), anchor=False)
    kit = _kit(form)
    st.subheader(_t("sound"), anchor=False)
    voice = _voice(form, language)
    st.subheader(_t("money"), anchor=False)
    month_usd = _month(form)
    draft = Draft(name, description, kit, voice, language, workflow, month_usd)
    if st.button(_t("save"), key=form.key("save"), type="primary", icon=":material/check:"):
        _save(form, draft)
    return draft


def _habits(form: _Form) -> tuple[str | None, str | None]:
    was = form.channel
    with form.here.db.acting(form.here.user) as conn:
        titles = {version.slug: version.title for version in workflows.latest_of_all(conn)}
    left, right = st.columns(2)
    with left:
        language = _choice(
            form,
            "language",
            list(dict.fromkeys([*_LANGUAGES, *([was.language] if was and was.language else [])])),
            was.language if was else None,
            new=True,
        )
    slugs = list(titles)
    with right:
        workflow = _choice(form, "workflow", slugs, was.workflow if was else None, shown=titles)
    return language, workflow


def _choice(
    form: _Form,
    field: str,
    options: list[str],
    now: str | None,
    *,
    shown: dict[str, str] | None = None,
    new: bool = False,
    help_text: str | None = None,
) -> str | None:
    """One of the options, or none: then each video has its own."""
    chosen: str | None = st.selectbox(
        _t(field),
        options,
        index=options.index(now) if now in options else None,
        format_func=lambda name: (shown or {}).get(name, name),
        placeholder=_t(f"{field}_any"),
        accept_new_options=new,
        help=help_text,
        key=form.key(field),
    )
    return chosen


def _kit(form: _Form) -> BrandKit:
    was = form.channel.kit if form.channel else BrandKit()
    palette, colours = _colours(form, was)
    font: Font = st.segmented_control(
        _t("font"), _FONTS, default=was.font, required=True, key=form.key("font")
    )
    logo = _logo(form, was)
    left, right = st.columns(2)
    intro = left.text_input(
        _t("intro"), was.intro, max_chars=60, placeholder=_t("intro_place"), key=form.key("intro")
    )
    outro = right.text_input(
        _t("outro"), was.outro, max_chars=90, placeholder=_t("outro_place"), key=form.key("outro")
    )
    return BrandKit(
        palette=palette,
        colours=colours,
        font=font,
        logo=logo,
        intro=intro.strip(),
        outro=outro.strip(),
    )


def _colours(form: _Form, was: BrandKit) -> tuple[str | None, Colours | None]:
    names = ["", *PALETTES, _OWN]
    shown = {"": _t("palette_title"), _OWN: _t("palette_own")}
    now = _OWN if was.colours else was.palette or ""
    chosen = st.pills(
        _t("palette"),
        names,
        default=now,
        required=True,
        format_func=lambda name: shown.get(name, name.capitalize()),
        key=form.key("palette"),
        wrap=True,
    )
    if chosen != _OWN:
        return chosen or None, None
    before = was.colours or _COLOURS
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        main = st.color_picker(_t("main"), before.main, key=form.key("main"))
        accent = st.color_picker(_t("accent"), before.accent, key=form.key("accent"))
    colours = Colours(main=main.lower(), accent=accent.lower())
    ratio = f"{contrast(colours.main, colours.accent):.1f}"
    st.markdown(_t("contrast_kept" if is_kept(colours) else "contrast_moved", ratio=ratio))
    return None, colours


def _logo(form: _Form, was: BrandKit) -> MediaRef | None:
    file = st.file_uploader(
        _t("logo"), type=_PICTURES, help=_t("logo_help"), key=form.key("logo"), max_upload_size=5
    )
    if file is not None:
        try:
            return branding.logo(file.getvalue(), file.name, form.here.store)
        except UserError as refusal:
            st.error(str(refusal))
    if was.logo is None or st.checkbox(_t("logo_remove"), key=form.key("logo_remove")):
        return None
    return was.logo


def _voice(form: _Form, language: str | None) -> str | None:
    now = form.channel.voice if form.channel else None
    known = speaking.voices(form.here.shop)
    shown = {voice.name: f"{voice.description} ({voice.name})" for voice in known}
    options = fitting(known, language)
    if now and now not in options:
        options.insert(0, now)
    chosen, sentence, button = st.columns([5, 6, 2], vertical_alignment="bottom", gap="small")
    with chosen:
        voice = _choice(
            form, "voice", options, now, shown=shown, new=True, help_text=_t("voice_help")
        )
    text = sentence.text_input(_t("sample"), _t("sample_text"), key=form.key("sample"))
    listen = button.button(_t("listen"), key=form.key("listen"), icon=":material/volume_up:")
    if listen:
        _play(form, text, voice or language or "en")
    return voice


def fitting(voices: Sequence[Voice], language: str | None) -> list[str]:
    """The names of voices that speak a language; of all if it is open or nobody speaks it."""
    of_language = [voice.name for voice in voices if voice.language == language]
    return of_language or [voice.name for voice in voices]


def _play(form: _Form, text: str, voice: str) -> None:
    try:
        with st.spinner(_t("listening")):
            spoken = speaking.sample(form.here.shop, text, voice)
    except VidPipelineError as refusal:  # beside the voice that it is about
        st.error(str(refusal))
        return
    st.audio(form.here.url(spoken), format="audio/wav", autoplay=True)


def _month(form: _Form) -> float | None:
    was = form.channel
    month_usd: float | None = st.number_input(
        _t("month"),
        min_value=0.0,
        value=was.month_usd if was else None,
        step=1.0,
        placeholder=_t("month_place"),
        help=_t("month_help"),
        key=form.key("month"),
    )
    if was is not None:
        spent = branding.spent_usd(form.here.db, form.here.user, was.slug)
        st.caption(_t("month_spent", usd=f"${spent:,.2f}"))
    return month_usd


def _memory(form: _Form) -> None:
    st.subheader(_t("memory"), anchor=False)
    if form.channel is None:
        st.caption(_t("memory_new"))
        return
    st.caption(_t("memory_said"))
    navigation.link(
        "brain", _t("memory_link"), icon=":material/psychology:", channel=form.channel.slug
    )


def _save(form: _Form, draft: Draft) -> None:
    here = form.here
    try:
        if form.channel is None:
            saved = branding.add(here.db, here.user, draft)
        else:
            saved = branding.change(here.db, here.user, form.channel.slug, draft)
    except UserError as refusal:  # beside the form that it is about
        st.error(str(refusal))
        return
    look.flash(_t("saved", name=saved.name))
    navigation.go("channels")
