"""What lies behind a card: which of its palette's grounds, with what pattern, and what drifts."""

from collections.abc import Mapping

from vid_pipeline.artifacts import Scene
from vid_pipeline.media.cards import palettes
from vid_pipeline.media.cards.markup import shape
from vid_pipeline.media.cards.palettes import Ground, Motif, Tone

_GROUNDS: Mapping[str, Ground] = {
    "title": "bold",
    "closing": "bold",
    "statement": "tint",
    "number": "deep",
    "quote": "deep",
    "bullets": "calm",
    "steps": "calm",
    "comparison": "calm",
    "chart": "calm",
}
_SQUARE = 'viewBox="0 0 1000 1000" preserveAspectRatio="none"'
_WAVE = "M0 {y}C150 {up} 350 {up} 500 {y}S850 {down} 1000 {y}V1000H0z"
_LEAF = "M{x} {y}h125a125 125 0 0 1 125 125v125h-125a125 125 0 0 1-125-125z"
_LEAVES = ((250, 0), (500, 0), (750, 0), (500, 250), (750, 250), (750, 500))


def ground(scene: Scene) -> Ground:
    """The ground a scene stands on."""
    return _GROUNDS[scene.card.layout]


def tone(scene: Scene) -> Tone:
    """The colours of a scene.

    Raises:
        BadRequest: no palette has the scene's name for it.
    """
    return palettes.of(scene.look).tone(ground(scene))


def background(scene: Scene, form: str) -> str:
    """The ground with its pattern, and the track of the progress line, for a frame's `form`."""
    motif = palettes.of(scene.look).motif
    drawn = _pattern(motif)
    return (
        f'<div data-background class="{motif} {ground(scene)} {form}">'
        f'<svg class="pattern near" {_SQUARE}>{drawn}</svg>'
        f'<svg class="pattern far" {_SQUARE}>{drawn}</svg>'
        '<i class="grain"></i><i class="track"></i></div>'
    )


def living(form: str) -> str:
    """What moves all through a scene: shapes that drift, a line that grows to its end."""
    drifting = (("ring", "one"), ("disc", "two"), ("ring", "three"))
    return "".join(
        shape(kind, "accent", f"drifting {place} {form}", motion="drift")
        for kind, place in drifting
    ) + shape("line", "accent", f"track {form}", motion="fill")


def _pattern(motif: Motif) -> str:
    """SVG in a square of 1000, its weight in the upper right corner."""
    match motif:
        case "rings":
            return "".join(
                f'<circle cx="1000" cy="0" r="{radius}" fill="none" stroke-width="86"/>'
                for radius in (300, 500, 700, 900)
            )
        case "waves":
            return "".join(
                f'<path opacity="{0.45 + 0.18 * row}" transform="rotate(180 500 500)" d="'
                + _WAVE.format(y=y, up=y - 90, down=y + 90)
                + '"/>'
                for row, y in enumerate((480, 630, 780))
            )
        case "leaves":
            return "".join(f'<path d="{_LEAF.format(x=x, y=y)}"/>' for x, y in _LEAVES)
        case "discs":
            return (
                '<circle cx="800" cy="130" r="430" opacity=".6"/>'
                '<circle cx="420" cy="60" r="250" opacity=".5"/>'
                '<circle cx="960" cy="640" r="220" opacity=".5"/>'
            )
        case "sun":
            rays = "".join(
                f'<path transform="rotate({angle} 1000 0)" d="M1000 0L-1700 -118V118z"/>'
                for angle in range(-6, -90, -14)
            )
            return f'{rays}<circle cx="1000" cy="0" r="400"/>'
        case "beams":
            return "".join(
                f'<path opacity="{1 - 0.22 * row}" d="M{x} -90h150L{x - 1870} 2110h-150z"/>'
                for row, x in enumerate((1900, 1560, 1220, 880))
            )
