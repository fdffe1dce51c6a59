"""Scenes as cards: the drawn picture where there is one, else the card's words laid out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import streamlit as st

from ui import texts
from ui.showing.looking import Looking, markup
from ui.words import plain
from vid_pipeline.acts.companions import DRAWING

_t = texts.of("showing")

_FAINT = "color-mix(in srgb, currentColor 7%, transparent)"
_EDGE = "color-mix(in srgb, currentColor 18%, transparent)"
_QUIET = "color-mix(in srgb, currentColor 72%, transparent)"
_WIDE = 1.2
_SMALL = "font-size:.8em;line-height:1.3"


def storyboard(looking: Looking, body: dict[str, Any]) -> None:
    """All scenes, side by side as far as there is room."""
    scenes = body["scenes"]
    st.markdown(f"**{plain(body['title'])}** :gray[{_t('scenes', n=len(scenes))}]")
    side_by_side(looking, scenes)


def side_by_side(looking: Looking, scenes: Sequence[Mapping[str, Any]]) -> None:
    """Scenes by their pictures, what is said below each."""
    wide = any(_ratio(scene.get("canvas")) > _WIDE for scene in scenes)
    least = "240px" if wide else "150px"
    cards = "".join(
        f'<figure style="margin:0">{picture(looking, scene)}{_under(scene, number)}</figure>'
        for number, scene in enumerate(scenes, start=1)
    )
    st.html(
        f'<div style="display:grid;gap:14px;grid-template-columns:'
        f'repeat(auto-fill,minmax(min(100%,{least}),1fr))">{cards}</div>'
    )


def scene(looking: Looking, body: dict[str, Any]) -> None:
    """One scene: its picture beside what is said."""
    wide = _ratio(body.get("canvas")) > _WIDE
    size = "flex:1 1 260px;max-width:420px" if wide else "flex:0 1 170px"
    st.html(
        f'<div style="display:flex;flex-wrap:wrap;gap:14px">'
        f'<div style="{size}">{picture(looking, body)}</div>'
        f'<div style="flex:1 1 120px">{_spoken(body)}</div></div>'
    )


def drawing(looking: Looking, body: dict[str, Any]) -> None:
    """A scene's picture alone."""
    st.html(f'<div style="max-width:280px">{_drawn(looking, body, _t("picture"))}</div>')


def still(looking: Looking, body: dict[str, Any]) -> None:
    """A picture that came from somewhere."""
    url = markup(looking.url(body["file"]))
    st.html(
        f'<img src="{url}" alt="{markup(_t("picture"))}" loading="lazy" '
        f'style="max-width:100%;max-height:70vh;border-radius:8px">'
    )


def picture(looking: Looking, body: Mapping[str, Any]) -> str:
    """A scene's picture as HTML: drawn, or laid out from its words."""
    drawn = looking.companion(DRAWING).get(body["id"])
    said = ", ".join(words(body["card"]))
    if isinstance(drawn, dict):
        return _drawn(looking, drawn, said)
    return _laid_out(body)


def words(card: Mapping[str, Any]) -> Iterator[str]:
    """What stands on a card, from top to bottom."""
    for name in ("kicker", "title", "heading", "value", "label", "text", "attribution", "takeaway"):
        if card.get(name):
            yield str(card[name])
    marks = [*(card.get("marks") or ()), *[""] * len(card.get("items") or ())]
    for mark, item in zip(marks, card.get("items") or (), strict=False):
        yield f"{mark} {item['text']}".strip()
    for side in ("left", "right"):
        if card.get(side):
            yield f"{card[side]['text']} {card.get(f'{side}_value') or ''}".strip()
    for bar in card.get("bars") or ():
        yield f"{bar['label']} {bar['shown']}"
    if card.get("source"):
        yield str(card["source"])


def headline(card: Mapping[str, Any]) -> str:
    """What a card is recognised by."""
    names = ("title", "heading", "text", "value", "label")
    return next((str(card[name]) for name in names if card.get(name)), "")


def _drawn(looking: Looking, body: Mapping[str, Any], said: str) -> str:
    """The layers above each other, as the frame shows them when all have come."""
    canvas = body["canvas"]
    width, height = canvas["width_px"], canvas["height_px"]
    images = _image(looking.url(body["background"]), 0, 0, 1, 1)
    for layer in body["layers"]:
        images += _image(
            looking.url(layer["image"]),
            layer["x_px"] / width,
            layer["y_px"] / height,
            layer["width_px"] / width,
            layer["height_px"] / height,
        )
    return (
        f'<div role="img" aria-label="{markup(said)}" style="position:relative;overflow:hidden;'
        f'aspect-ratio:{width}/{height};border-radius:8px;border:1px solid {_EDGE}">{images}</div>'
    )


def _image(url: str, left: float, top: float, width: float, height: float) -> str:
    place = f"left:{left:.3%};top:{top:.3%};width:{width:.3%};height:{height:.3%}"
    return (
        f'<img src="{markup(url)}" alt="" loading="lazy" '
        f'style="position:absolute;max-width:none;{place}">'
    )


def _laid_out(body: Mapping[str, Any]) -> str:
    card, ratio = body["card"], _ratio(body.get("canvas"))
    lines = list(words(card))
    big = headline(card)
    inner = "".join(
        f'<div style="font-weight:{600 if line == big else 400};'
        f"font-size:{'1em' if line == big else '.8em'};"
        f'color:{"inherit" if line == big else _QUIET}">{markup(line)}</div>'
        for line in lines
    )
    return (
        f'<div style="aspect-ratio:{max(ratio, 0.72):.3f};display:flex;flex-direction:column;'
        f"justify-content:center;gap:.45em;padding:12px;border-radius:8px;overflow:hidden;"
        f'background:{_FAINT};border:1px solid {_EDGE};line-height:1.3">{inner}</div>'
    )


def _under(body: Mapping[str, Any], number: int) -> str:
    said = " ".join(line["text"] for line in body["lines"])
    return (
        f'<figcaption style="{_SMALL};margin-top:6px"><b>{number}</b> '
        f'<span style="color:{_QUIET}">{markup(said)}</span></figcaption>'
    )


def _spoken(body: Mapping[str, Any]) -> str:
    said = "".join(f'<p style="margin:0 0 .5em">{markup(one["text"])}</p>' for one in body["lines"])
    label = f'<div style="{_SMALL};color:{_QUIET};margin-bottom:.3em">{markup(_t("spoken"))}</div>'
    return label + said


def _ratio(canvas: Any) -> float:
    if not isinstance(canvas, dict):
        return 9 / 16
    return float(canvas["width_px"] / canvas["height_px"])
