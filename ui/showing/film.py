"""Video with captions and chapters; people can pin a remark to a moment of it."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from ui import texts
from ui.showing import boards
from ui.showing.looking import Looking, clock, quiet
from ui.showing.sound import track
from ui.words import length, size
from vid_pipeline.artifacts import Captions

_t = texts.of("showing")

_FOLDER = Path(__file__).parent


@cache
def _player() -> ComponentRenderer:
    """The browser's side, made known to Streamlit when first drawn."""
    return st.components.v2.component(
        "vidp_player",
        html='<div class="player"></div>',
        css=(_FOLDER / "player.css").read_text(encoding="utf-8"),
        js=(_FOLDER / "player.js").read_text(encoding="utf-8"),
    )


def video(looking: Looking, body: dict[str, Any]) -> None:
    """A finished video."""
    watch(looking, body)


def watch(
    looking: Looking, body: dict[str, Any], *, pinned: bool = False, at: float = 0
) -> float | None:
    """A finished video, from second `at` on.

    With `pinned`, the second at which somebody has just asked to say something.
    """
    canvas = body["canvas"]
    size_px = (canvas["width_px"], canvas["height_px"])
    moment = _play(looking, body["file"], *size_px, pinned=pinned, at=at)
    facts = [
        length(body["frames"] / canvas["fps"]),
        f"{canvas['width_px']} × {canvas['height_px']}",
        size(body["file"]["size_bytes"]),
    ]
    quiet(" · ".join(facts))
    return moment


def clip(looking: Looking, body: dict[str, Any]) -> None:
    """A piece of video."""
    _play(looking, body["file"], body["width_px"], body["height_px"], pinned=False)
    quiet(f"{length(body['duration_s'])} · {body['width_px']} × {body['height_px']}")


def _play(
    looking: Looking, ref: Any, width_px: int, height_px: int, *, pinned: bool, at: float = 0
) -> float | None:
    spoken = looking.companion("Captions")
    cues = Captions.model_validate(spoken).cues if spoken else ()
    result = _player()(
        key=f"{looking.key}-player",
        data={
            "src": looking.url(ref),
            "at": at,
            "ratio": f"{width_px} / {height_px}",
            "label": _t("video"),
            "track": track(looking, spoken) if spoken else "",
            "language": str(spoken.get("language", "")),
            "captions": _t("captions"),
            "chapters": list(_chapters(looking)),
            "chaptersLabel": _t("chapters"),
            "transcript": [{"at": cue.start_s, "text": cue.text} for cue in cues],
            "transcriptLabel": _t("transcript"),
            "pin": _t("pin_here", time="{time}") if pinned else "",
        },
        on_pinned_change=_nothing,
    )
    found = getattr(result, "pinned", None)
    return float(found) if isinstance(found, (int, float)) else None


def _nothing() -> None:
    """A trigger needs somebody who listens."""


def _chapters(looking: Looking) -> Iterator[dict[str, str | float]]:
    """Those it is published with; else its scenes, by what stands on their cards."""
    told = looking.companion("Metadata").get("chapters") or ()
    for one in told:
        yield {"at": one["start_s"], "text": one["title"], "time": clock(one["start_s"])}
    if told:
        return
    spoken = looking.companion("Narration")
    cards = {one["id"]: one["card"] for one in looking.companion("Storyboard").get("scenes", ())}
    for one in spoken.get("scenes", ()):
        at = one["start_frame"] / spoken["fps"]
        title = boards.headline(cards[one["scene_id"]]) if one["scene_id"] in cards else ""
        yield {"at": at, "text": title or one["scene_id"], "time": clock(at)}
