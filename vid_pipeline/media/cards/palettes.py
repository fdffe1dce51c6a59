"""The colours a video can have: named palettes whose every text meets WCAG AA."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from vid_pipeline.errors import BadRequest


@dataclass(frozen=True)
class Palette:
    """Colours as `#rrggbb`. `top` and `bottom` end the background; glows lie softly on it."""

    top: str
    bottom: str
    glow: str
    glow_two: str
    text: str
    muted: str
    accent: str
    on_accent: str
    panel: str
    edge: str
    bar: str

    @property
    def css(self) -> str:
        """Custom properties, one a colour."""
        return "".join(f"--{name.replace('_', '-')}:{value};" for name, value in self._fields())

    def _fields(self) -> list[tuple[str, str]]:
        return list(asdict(self).items())


PALETTES: Mapping[str, Palette] = {
    "ink": Palette(
        top="#0b0e17",
        bottom="#171d30",
        glow="#2a3c78",
        glow_two="#3a2350",
        text="#f7f4ec",
        muted="#adb4c6",
        accent="#ffb649",
        on_accent="#1d1303",
        panel="#1b2135",
        edge="#2c3450",
        bar="#566084",
    ),
    "ocean": Palette(
        top="#03202b",
        bottom="#06394a",
        glow="#0a5468",
        glow_two="#0b4a63",
        text="#effbfa",
        muted="#add2d6",
        accent="#54e3c8",
        on_accent="#03231f",
        panel="#0a3a49",
        edge="#165365",
        bar="#3c7d8d",
    ),
    "forest": Palette(
        top="#0b1c15",
        bottom="#14322a",
        glow="#23573f",
        glow_two="#28502a",
        text="#f5f7ec",
        muted="#b0c7b7",
        accent="#d8f36b",
        on_accent="#18210a",
        panel="#16332a",
        edge="#285043",
        bar="#4f7f68",
    ),
    "plum": Palette(
        top="#1b0d22",
        bottom="#341a3c",
        glow="#642a5d",
        glow_two="#552640",
        text="#fdf4f5",
        muted="#d0b8cc",
        accent="#ff9a85",
        on_accent="#2b0d0a",
        panel="#371d3f",
        edge="#55325d",
        bar="#875d88",
    ),
    "paper": Palette(
        top="#faf6ee",
        bottom="#efe6d6",
        glow="#ffe3bd",
        glow_two="#f8d8c8",
        text="#1f1c18",
        muted="#5a5348",
        accent="#b23413",
        on_accent="#fff6ef",
        panel="#fffdf8",
        edge="#dfd3be",
        bar="#a99f8d",
    ),
    "sky": Palette(
        top="#f3f7fd",
        bottom="#dfe8f8",
        glow="#c9dcff",
        glow_two="#e2d6ff",
        text="#101c36",
        muted="#47546e",
        accent="#2346d2",
        on_accent="#ffffff",
        panel="#ffffff",
        edge="#c9d5ec",
        bar="#8f9fbf",
    ),
}


def named(name: str) -> Palette:
    """The palette of that name.

    Raises:
        BadRequest: there is none.
    """
    if name not in PALETTES:
        raise BadRequest("Palette", name, f"Choose: {', '.join(sorted(PALETTES))}.")
    return PALETTES[name]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21. Source: WCAG 2.2, relative luminance."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
