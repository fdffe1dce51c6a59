"""Step kind `storyboard`: the script cut into scenes, each on the card its words ask for."""

import hashlib
from collections.abc import Iterator

from pydantic import Field, field_validator

from assets.boards.choice import Span
from assets.boards.cut import Placed, cut, seconds
from assets.boards.ends import closing_card, title_card
from vid_pipeline.artifacts import (
    Brand,
    Brief,
    Canvas,
    Card,
    ClosingCard,
    Line,
    Look,
    Scene,
    Script,
    Storyboard,
    TitleCard,
)
from vid_pipeline.kinds import StepKind, StepParams
from vid_pipeline.media.cards.palettes import PALETTES

_FEWEST = 5
_SECONDS_A_SCENE = 5.0


class StoryboardParams(StepParams):
    palette: str | None = Field(
        default=None,
        description="Palette by name; by default each title gets its own.",
        json_schema_extra={"enum": [*PALETTES, None]},
    )
    max_scenes: int | None = Field(
        default=None, ge=3, le=120, description="At most so many scenes."
    )

    @field_validator("palette")
    @classmethod
    def _known(cls, name: str | None) -> str | None:
        if name is not None and name not in PALETTES:
            raise ValueError(f"no palette {name!r}; choose one of {', '.join(PALETTES)}")
        return name


def storyboard(params: StoryboardParams, brief: Brief, script: Script) -> Storyboard:
    """Group the script's lines into scenes of some seconds and choose a card for each.

    The first scene is the title over the hook, the last one the closing. The same script gives
    the same storyboard; no figure is on a card that is not in its lines.
    """
    look = _look(params, brief, script)
    canvas = Canvas.of(brief.aspect)
    scenes = (
        Scene(id=f"s{number}", lines=lines, card=card, look=look, canvas=canvas)
        for number, (lines, card) in enumerate(
            _branded(_cards(script, params.max_scenes), brief.brand), start=1
        )
    )
    return Storyboard(title=script.title, language=script.language, scenes=tuple(scenes))


def _look(params: StoryboardParams, brief: Brief, script: Script) -> Look:
    """The channel's, if it is made for one; a palette that the step sets goes before all."""
    brand = brief.brand
    if brand is None:
        return Look(palette=params.palette or palette_of(script.title))
    return Look(
        palette=params.palette or brand.palette or palette_of(script.title),
        colours=None if params.palette else brand.colours,
        font=None if brand.font == "Inter" else brand.font,
        logo=brand.logo,
    )


def _branded(
    cards: list[tuple[tuple[Line, ...], Card]], brand: Brand | None
) -> Iterator[tuple[tuple[Line, ...], Card]]:
    """The cards, with the channel's words on the first and the last one."""
    for lines, card in cards:
        if brand is not None and isinstance(card, TitleCard):
            yield lines, card.model_copy(update={"kicker": brand.intro or brand.name})
        elif brand is not None and brand.outro and isinstance(card, ClosingCard):
            yield lines, card.model_copy(update={"takeaway": brand.outro})
        else:
            yield lines, card


def palette_of(title: str) -> str:
    """The palette that a title always gets."""
    names = sorted(PALETTES)
    digest = hashlib.sha256(title.encode()).digest()
    return names[int.from_bytes(digest[:4], "big") % len(names)]


def _cards(script: Script, most: int | None) -> list[tuple[tuple[Line, ...], Card]]:
    opening = (script.lines[0],), title_card(script.title, script.source, script.language)
    if len(script.lines) == 1:
        return [opening]
    last = script.lines[-1]
    ending = (last,), closing_card(last, script.title, script.source, script.language)
    body = script.lines[1:-1]
    if not body:
        return [opening, ending]
    wanted = most or max(10, round(seconds(script.lines) / _SECONDS_A_SCENE))
    span = Span(body, script.language, script.title, script.keywords)
    placed = cut(span, least=_FEWEST - 2, most=max(1, wanted - 2))
    return [opening, *(_scene(body, one) for one in placed), ending]


def _scene(body: tuple[Line, ...], placed: Placed) -> tuple[tuple[Line, ...], Card]:
    return body[placed.start : placed.end], placed.card


STORYBOARD = StepKind.of(
    storyboard, deliverable="storyboard", ignores={"brief": ("seconds", "voice", "hook")}
)
