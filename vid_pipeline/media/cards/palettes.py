"""The colours a video can have: named palettes of four grounds, whose every text meets WCAG AA."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from vid_pipeline.artifacts import Colours, Look
from vid_pipeline.errors import BadRequest

Motif = Literal["rings", "waves", "leaves", "discs", "sun", "beams"]
Ground = Literal["bold", "tint", "calm", "deep"]

_WHITE, _BLACK, _DARK = "#ffffff", "#000000", "#10141a"
AA = 4.5
"""The least contrast of text. Source: WCAG 2.2, success criterion 1.4.3."""
_ROOM = 6.2
"""So much that muted text, which has an eighth of the ground in it, is above `AA` too."""


@dataclass(frozen=True)
class Tone:
    """One ground and what stands on it, as `#rrggbb`; the ground runs from `ground` to `end`.

    `shape` is the ground's pattern, `marker` lies behind words that matter.
    """

    ground: str
    end: str
    shape: str
    text: str
    accent: str
    on_accent: str
    marker: str

    @property
    def muted(self) -> str:
        """Text that matters less."""
        return mix(self.text, self.ground, 0.12)

    @property
    def panel(self) -> str:
        """The ground of a box with text in it."""
        light = contrast(self.ground, _WHITE) < contrast(self.ground, "#000000")
        return mix(self.ground, _WHITE, 0.8 if light else 0.04)

    @property
    def track(self) -> str:
        """What is still empty: a chart's free room, a step that has not come."""
        return mix(self.ground, self.text, 0.16)

    @property
    def bar(self) -> str:
        """A chart's bar that is not the longest."""
        return mix(self.ground, self.accent, 0.5)

    def colour(self, name: str) -> str:
        """The colour of that name, such as `on_accent`.

        Raises:
            AttributeError: no colour has that name.
        """
        return str(getattr(self, name))

    @property
    def css(self) -> str:
        """Custom properties, one a colour."""
        return "".join(f"--{name.replace('_', '-')}:{self.colour(name)};" for name in _COLOURS)


_COLOURS = (*Tone.__dataclass_fields__, "muted", "panel", "track", "bar")


@dataclass(frozen=True)
class Palette:
    """A family of grounds for a video's rhythm, and the pattern that all of them carry."""

    motif: Motif
    bold: Tone
    tint: Tone
    calm: Tone
    deep: Tone

    def tone(self, ground: Ground) -> Tone:
        """The colours on one of the grounds."""
        return {"bold": self.bold, "tint": self.tint, "calm": self.calm, "deep": self.deep}[ground]


def _tone(colours: str) -> Tone:
    return Tone(*(f"#{colour}" for colour in colours.split()))


# Ground, its end, pattern, text, accent, text on the accent, marker.
PALETTES: Mapping[str, Palette] = {
    "ink": Palette(
        motif="rings",
        bold=_tone("ffb83d ffa52e ffc55e 1a1206 6f2100 fff3dd ffe3ab"),
        tint=_tone("2a3872 222d5e 324183 ffffff ffc65c 1d1303 86560d"),
        calm=_tone("161c2f 10152a 1d2540 f7f4ec ffb649 1d1303 7d4f0c"),
        deep=_tone("07090f 0c0f1b 121726 ffffff ffb649 1d1303 7d4f0c"),
    ),
    "ocean": Palette(
        motif="waves",
        bold=_tone("006a7b 00596c 005364 ffffff ffe27a 2a1f00 003f50"),
        tint=_tone("a8e6df 8fdcd8 bdeee8 03252e 004e61 ffffff fff3a8"),
        calm=_tone("eef9f8 def2f0 d6efec 052530 006d78 ffffff ffe98a"),
        deep=_tone("03202b 042c3a 063342 effbfa 54e3c8 03231f 0b6a72"),
    ),
    "forest": Palette(
        motif="leaves",
        bold=_tone("c8ec52 b8e142 d6f370 12240f 1f5a2c f4ffe0 f2ffc2"),
        tint=_tone("2c6642 235637 326f48 ffffff e2f98a 18210a 17402a"),
        calm=_tone("f5f6e8 ebefd8 e5ebcf 16241a 2b6a2f ffffff d3f26a"),
        deep=_tone("0b1e15 11291d 153325 f5f7ec d8f36b 18210a 3c6b1f"),
    ),
    "plum": Palette(
        motif="discs",
        bold=_tone("ff8a70 ff7a66 ff9d85 2a0b22 5a0c30 ffffff ffd0c2"),
        tint=_tone("6b2a66 5a2159 783172 ffffff ffb8a3 2b0d0a a13a2f"),
        calm=_tone("fdf0f2 f8e2e8 f6dbe4 2a1030 8e2466 ffffff ffc9bb"),
        deep=_tone("1b0a22 260f2f 301640 fdf4f5 ff9a85 2b0d0a 8a2f4a"),
    ),
    "paper": Palette(
        motif="sun",
        bold=_tone("ac2e0d 9a2607 902305 fff6ea ffd58a 3a1200 7a1c04"),
        tint=_tone("f7c89a f2b987 fad5b0 2a1508 7d2204 ffffff fff1d6"),
        calm=_tone("faf5ea f3ead8 f1e5cf 211a14 a92f10 ffffff ffd98a"),
        deep=_tone("211814 2b1f19 36281f fbf3e6 ff9d5c 2a1000 8f3a12"),
    ),
    "sky": Palette(
        motif="beams",
        bold=_tone("2346d2 1a36b4 2a4edb ffffff ffdf57 201800 12258c"),
        tint=_tone("bcd3ff a7c4ff cbdcff 0d1a44 1c36b8 ffffff fff0a0"),
        calm=_tone("f3f7ff e6eeff dfe9ff 101c36 2346d2 ffffff ffe478"),
        deep=_tone("0a1340 0f1b54 16256b f2f6ff ffd84d 201800 3346c4"),
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


def of(look: Look) -> Palette:
    """The palette of a video: its channel's own colours, else the one that is named.

    Raises:
        BadRequest: there is none of that name.
    """
    return named(look.palette) if look.colours is None else branded(look.colours)


def branded(colours: Colours) -> Palette:
    """Four grounds mixed from a channel's colours.

    They are used as they are where texts can be read on them, and lightened or darkened as far as
    it takes where they cannot: `is_kept` says whether that was needed.
    """
    main = colours.main
    return Palette(
        motif="rings",
        bold=_mixed(main, colours.accent),
        tint=_mixed(mix(main, _WHITE, 0.72), colours.accent),
        calm=_mixed(mix(main, _WHITE, 0.93), colours.accent),
        deep=_mixed(mix(main, _BLACK, 0.82), colours.accent),
    )


def is_kept(colours: Colours) -> bool:
    """Whether both are used just as they are: texts can be read in them."""
    bold = branded(colours).bold
    return (bold.ground, bold.accent) == (colours.main, colours.accent)


def _mixed(main: str, accent: str) -> Tone:
    """A tone on this ground; what else it has lies further from the text than the ground does."""
    light = contrast(main, _WHITE) < contrast(main, _BLACK)
    text, away = (_DARK, _WHITE) if light else (_WHITE, _BLACK)
    ground = _moved(main, away, (text,), _ROOM)
    end, shape = mix(ground, away, 0.1), mix(ground, away, 0.16)
    panel = mix(ground, _WHITE, 0.8 if light else 0.04)
    told = _moved(accent, _BLACK if light else _WHITE, (ground, end, shape, panel), AA)
    marks = (mix(ground, accent, share) for share in (0.5, 0.35, 0.2, 0.1))
    return Tone(
        ground=ground,
        end=end,
        shape=shape,
        text=text,
        accent=told,
        on_accent=max((_BLACK, _WHITE), key=lambda one: contrast(one, told)),
        marker=next((mark for mark in marks if contrast(mark, text) >= AA), ground),
    )


def _moved(colour: str, towards: str, others: tuple[str, ...], least: float) -> str:
    """The colour moved no further than it takes to have that contrast to all the others."""
    steps = (mix(colour, towards, share / 25) for share in range(26))
    return next(
        (one for one in steps if all(contrast(one, other) >= least for other in others)), towards
    )


def mix(one: str, other: str, share: float) -> str:
    """The first colour with a share, 0 to 1, of the other one in it."""
    parts = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21. Source: WCAG 2.2, relative luminance."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = (value / 255 for value in _channels(colour))
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
