"""How a channel's look comes out, in the colours that its videos are drawn in."""

from html import escape

import streamlit as st

from ui import texts
from vid_pipeline.brand_records import BrandKit
from vid_pipeline.media.cards.palettes import PALETTES, Palette, branded

_t = texts.of("channels")
_UNSET = "ink"
_STRIP = "display:flex;height:28px;border-radius:6px;overflow:hidden"
_CARD = (
    "position:relative;box-sizing:border-box;aspect-ratio:9/16;max-width:250px;border-radius:12px;"
    "padding:22px 20px;overflow:hidden;background:linear-gradient(172deg,{ground},{end});"
    "color:{text};font-family:'{font}',Inter,sans-serif"
)
_KICKER = (
    "display:inline-block;margin-top:14px;padding:3px 8px;border-radius:5px;font-size:11px;"
    "font-weight:700;letter-spacing:.05em;text-transform:uppercase;background:{accent};"
    "color:{on_accent}"
)
_LINE = "height:4px;border-radius:2px;background:{accent};width:{width}"
_CAPTION = (
    "position:absolute;left:50%;bottom:19%;transform:translateX(-50%);padding:4px 10px;"
    "border-radius:6px;background:#10141aee;color:#fff;font-weight:700;font-size:14px;"
    "white-space:nowrap"
)


def palette_of(kit: BrandKit) -> Palette:
    """The colours of a kit; those of our first palette where each video has its own."""
    if kit.colours is not None:
        return branded(kit.colours)
    return PALETTES[kit.palette or _UNSET]


def strip(kit: BrandKit, name: str) -> None:
    """Its colours side by side."""
    palette = palette_of(kit)
    tones = (palette.bold, palette.tint, palette.calm, palette.deep)
    colours = [*(tone.ground for tone in tones), palette.bold.accent]
    parts = "".join(f'<div style="flex:1;background:{colour}"></div>' for colour in colours)
    st.html(f'<div role="img" aria-label="{escape(name)}" style="{_STRIP}">{parts}</div>')


def card(kit: BrandKit, name: str, logo_url: str | None) -> None:
    """A video's first card."""
    tone = palette_of(kit).bold
    logo = ""
    if logo_url:
        logo = (
            f'<img src="{escape(logo_url)}" alt="" style="display:block;height:22px;'
            'margin-top:12px;max-width:100%">'
        )
    kicker = _KICKER.format(accent=tone.accent, on_accent=tone.on_accent)
    style = _CARD.format(ground=tone.ground, end=tone.end, text=tone.text, font=kit.font)
    st.html(
        f'<div role="img" aria-label="{escape(_t("preview"))}" style="{style}">'
        f'<div style="{_LINE.format(accent=tone.accent, width="70%")}"></div>{logo}'
        f'<div style="{kicker}">{escape(kit.intro or name)}</div>'
        '<div style="font-size:30px;font-weight:800;line-height:1.08;margin:14px 0 16px">'
        f"{escape(_t('preview_title'))}</div>"
        f'<div style="{_LINE.format(accent=tone.accent, width="34%")}"></div>'
        f'<div style="{_CAPTION}">{escape(_t("preview_caption"))}</div></div>'
    )
