"""Artifacts as people look at them: a script as text, scenes as cards, sound and video playing."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st
from pydantic import JsonValue, ValidationError

from ui.showing import boards, film, found, rows, script, sound
from ui.showing.looking import Looking, gone
from ui.state import Studio
from vid_pipeline.errors import StoreError

_Draw = Callable[[Looking, dict[str, Any]], None]
_DRAWN: Mapping[str, _Draw] = {
    "Script": script.draw,
    "Article": script.article,
    "Storyboard": boards.storyboard,
    "Scene": boards.scene,
    "Drawing": boards.drawing,
    "Still": boards.still,
    "Narration": sound.narration,
    "Music": sound.music,
    "Sound": sound.sound,
    "Captions": sound.captions,
    "Video": film.video,
    "Clip": film.clip,
    "Research": found.research,
    "FactCheck": found.facts,
    "Critique": found.critique,
    "Memories": found.memories,
    "Metadata": found.metadata,
    "QualityReport": found.checks,
    "Delivery": found.delivery,
    "Brief": found.brief,
}


def show(
    here: Studio,
    type_name: str,
    body: JsonValue,
    *,
    key: str,
    beside: Mapping[str, JsonValue] | None = None,
) -> None:
    """Draw an artifact of this class from its JSON; as JSON if nothing better is known.

    `key` tells two that are shown on one page apart. `beside` is what helps to look at it: by
    class, as `acts.companions` finds it (`Captions` of a video, drawings of scenes), and what a
    gate has read, by input (`research`, `facts`, `critique` of a script).
    """
    looking = Looking(here, key, beside or {})
    if body is None:
        gone()
    elif isinstance(body, dict):
        _object(looking, type_name, body)
    else:
        rows.value(body)


def _object(looking: Looking, type_name: str, body: dict[str, Any]) -> None:
    if type_name.startswith("Listed") and isinstance(body.get("items"), list):
        _items(looking, type_name.removeprefix("Listed").strip("[]"), body["items"])
        return
    draw = _DRAWN.get(type_name, rows.draw)
    try:
        draw(looking, body)
    except StoreError:
        gone()
    except (KeyError, TypeError, ValueError, ValidationError):  # of an older shape
        st.json(body, expanded=1)


def _items(looking: Looking, type_name: str, items: list[Any]) -> None:
    if type_name == "Scene":
        boards.side_by_side(looking, items)
        return
    for number, item in enumerate(items):
        with st.container(border=True):
            key = f"{looking.key}-{number}"
            show(looking.here, type_name, item, key=key, beside=looking.beside)
