"""Pictures of videos of any shape in tiles of one shape, so that a row of them stands straight."""

from html import escape
from pathlib import Path
from typing import Literal

import streamlit as st

Shape = Literal["tall", "wide", "square"]

_STYLE = Path(__file__).with_name("tiles.css")
_RATIOS: dict[Shape, str] = {"tall": "4/5", "wide": "16/10", "square": "1/1"}
_TILE = (
    "position:relative;overflow:hidden;width:100%;aspect-ratio:{ratio};border-radius:8px;"
    "background:#7f8c8826"
)
_BEHIND = (
    "position:absolute;inset:-12%;width:124%;height:124%;object-fit:cover;"
    "filter:blur(14px) brightness(.7)"
)
_WHOLE = "position:absolute;inset:0;width:100%;height:100%;object-fit:contain"

_SYMBOL = (
    "position:absolute;inset:0;display:flex;align-items:center;justify-content:center;"
    "font:400 34px/1 'Material Symbols Rounded';opacity:.55;font-feature-settings:'liga'"
)


def style() -> None:
    """Makes the link in a container, whose key has `-tile-` in it, cover all of that container."""
    st.html(_STYLE)


def tile(url: str, alt: str, *, shape: Shape = "tall") -> None:
    """A whole picture in a tile as wide as its place; `url` is one that `here.url` gave."""
    at = f'src="{escape(url)}" loading="lazy"'
    st.html(
        f'<div style="{_TILE.format(ratio=_RATIOS[shape])}">'
        f'<img {at} alt="" aria-hidden="true" style="{_BEHIND}">'
        f'<img {at} alt="{escape(alt)}" style="{_WHOLE}"></div>'
    )


def blank(alt: str, icon: str, *, shape: Shape = "tall") -> None:
    """The tile of something without a picture: the symbol of what it is."""
    style = _TILE.format(ratio=_RATIOS[shape])
    st.html(
        f'<div role="img" aria-label="{escape(alt)}" style="{style}">'
        f'<span style="{_SYMBOL}" aria-hidden="true">{escape(icon)}</span></div>'
    )
