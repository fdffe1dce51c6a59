"""Small storyboards for tests."""

from collections.abc import Sequence

from vid_pipeline.artifacts import (
    Aspect,
    Brief,
    Canvas,
    Line,
    Scene,
    StatementCard,
    Storyboard,
)

STORY = (
    ("Solar power used to be the costliest way to make electricity.", "Then it fell by 90%."),
    ("A panel cost $3.5M a megawatt in 2008.", "Bigger factories spread their costs."),
    ("Batteries follow the same path, only a few years behind, and cheap power changes all.",),
)
SPOKEN = {
    "Then it fell by 90%.": "Then it fell by ninety percent.",
    "A panel cost $3.5M a megawatt in 2008.": (
        "A panel cost 3.5 million dollars a megawatt in two thousand eight."
    ),
}


def brief(*, seconds: int = 30, voice: str | None = None) -> Brief:
    return Brief(name="story", url="https://example.org", seconds=seconds, voice=voice)


def storyboard(
    scenes: Sequence[Sequence[str]] = STORY,
    *,
    language: str = "en",
    aspect: Aspect = Aspect.PORTRAIT,
) -> Storyboard:
    """One scene a sequence of texts."""
    return Storyboard(
        title="The price of light",
        language=language,
        scenes=tuple(_scene(n, texts, aspect) for n, texts in enumerate(scenes)),
    )


def _scene(number: int, texts: Sequence[str], aspect: Aspect) -> Scene:
    lines = tuple(
        Line(id=f"l{number}_{n}", text=text, spoken=SPOKEN.get(text, text))
        for n, text in enumerate(texts)
    )
    return Scene(
        id=f"s{number}",
        lines=lines,
        card=StatementCard(text=texts[0] or "–"),
        canvas=Canvas.of(aspect),
    )
