"""Sound with its outline, and captions."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from ui import texts
from ui.showing.looking import Looking, clock, markup, quiet
from ui.words import length, plain
from vid_pipeline.acts.waveforms import Waveform, waveform
from vid_pipeline.artifacts import Captions, MediaRef
from vid_pipeline.media import subtitles

_t = texts.of("showing")

_HEIGHT_PX = 48
_LEAST = 1.5
_SHOWN_CUES = 40


def narration(looking: Looking, body: dict[str, Any]) -> None:
    """The voice, and what it says."""
    found = player(looking, body["audio"], _t("narration"))
    spoken = " · ".join([length(found.seconds), _t("voice", name=str(body["voice"]))])
    quiet(plain(spoken))
    with st.expander(_t("spoken_lines", n=len(body["lines"]))):
        for line in body["lines"]:
            said = "".join(word["text"] + " " * word.get("spaced", True) for word in line["words"])
            st.markdown(f":gray[{clock(line['start_s'])}] {plain(said.strip())}")


def music(looking: Looking, body: dict[str, Any]) -> None:
    """The music, and its mood."""
    found = player(looking, body["audio"], _t("music"))
    quiet(plain(" · ".join([length(found.seconds), _t("mood", name=str(body["mood"]))])))


def sound(looking: Looking, body: dict[str, Any]) -> None:
    """A piece of sound."""
    player(looking, body["file"], _t("sound"))
    quiet(length(body["duration_s"]))


def player(looking: Looking, ref: Any, label: str) -> Waveform:
    """Controls below the sound's outline."""
    found = waveform(looking.here.store, MediaRef.model_validate(ref))
    url = markup(looking.url(ref))
    st.html(
        f"{_outline(found, label)}"
        f'<audio controls preload="metadata" src="{url}" aria-label="{markup(label)}" '
        f'style="width:100%;display:block"></audio>'
    )
    return found


def captions(looking: Looking, body: dict[str, Any]) -> None:
    """What is read, and when."""
    cues = Captions.model_validate(body).cues
    rows = [f":gray[{clock(cue.start_s)}] {plain(cue.text)}" for cue in cues]
    st.markdown("  \n".join(rows[:_SHOWN_CUES]))
    if len(rows) > _SHOWN_CUES:
        with st.expander(_t("more_captions", n=len(rows) - _SHOWN_CUES)):
            st.markdown("  \n".join(rows[_SHOWN_CUES:]))
    st.markdown(f"[{_t('captions_file')}]({track(looking, body, name='captions.vtt')})")


def track(looking: Looking, body: Mapping[str, Any], *, name: str = "") -> str:
    """Where the browser gets captions as WebVTT."""
    text = subtitles.vtt(Captions.model_validate(body))
    return looking.here.url(looking.here.store.put_bytes(text.encode(), "text/vtt"), name=name)


def _outline(found: Waveform, label: str) -> str:
    """The sound's outline, mirrored about its middle; in the colour of the text around it."""
    if not found.peaks:
        return ""
    step = 100 / max(1, len(found.peaks) - 1)
    highs = [max(_LEAST, peak * 50) for peak in found.peaks]
    above = [f"{n * step:.2f}% {50 - high:.1f}%" for n, high in enumerate(highs)]
    below = [f"{n * step:.2f}% {50 + high:.1f}%" for n, high in enumerate(highs)]
    said = markup(_t("outline", what=label, length=length(found.seconds)))
    shape = ", ".join([*above, *reversed(below)])
    return (
        f'<div role="img" aria-label="{said}" style="height:{_HEIGHT_PX}px;margin-bottom:6px;'
        f'background:currentColor;opacity:.65;clip-path:polygon({shape})"></div>'
    )
