"""The typed values that steps hand to each other: frozen, with units in their names.

Times are seconds on the video's own timeline, lengths are pixels of the finished frame.
Big bytes are never inside: they are `MediaRef`s into the content-addressed artifact store.
"""

import operator
from enum import StrEnum
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]


class Artifact(BaseModel):
    """Base of every value on an edge. Frozen: a step returns a new one."""

    model_config = ConfigDict(frozen=True, extra="forbid")


A = TypeVar("A", bound=Artifact)


class Listed(Artifact, Generic[A]):
    """Several artifacts of one type, in order, as one value; map over its `items`."""

    items: tuple[A, ...]


class MediaRef(Artifact):
    """Bytes in the artifact store, named by their content."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    mime: str
    size_bytes: int = Field(ge=0)


class Aspect(StrEnum):
    """Shapes a video can have; `Canvas.of` gives the pixels."""

    PORTRAIT = "9:16"
    LANDSCAPE = "16:9"
    SQUARE = "1:1"


class Canvas(Artifact):
    """The frame: size in pixels and whole frames a second."""

    width_px: int = Field(default=1080, gt=0, multiple_of=2)
    height_px: int = Field(default=1920, gt=0, multiple_of=2)
    fps: int = Field(default=30, gt=0)

    @classmethod
    def of(cls, aspect: Aspect) -> "Canvas":
        """The canvas of an aspect: 1080 px on the short side, 30 frames a second."""
        width_px, height_px = {
            Aspect.PORTRAIT: (1080, 1920),
            Aspect.LANDSCAPE: (1920, 1080),
            Aspect.SQUARE: (1080, 1080),
        }[aspect]
        return cls(width_px=width_px, height_px=height_px)


# --- what comes in -------------------------------------------------------------------------


Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
Font = Literal["Inter", "Noto Sans"]
"""The shipped ones."""


class Colours(Artifact):
    """Two colours that all others of a video are mixed from."""

    main: Colour = Field(description="The ground of its first and last card.")
    accent: Colour = Field(description="What is set apart: lines, figures, the spoken word.")


class Brand(Artifact):
    """What a channel lends to its videos; what is unset is the video's own."""

    channel: str = Field(description="The channel's name in addresses and in its memory.")
    name: str = Field(description="What people call it.")
    palette: str | None = Field(default=None, description="A shipped palette, by name.")
    colours: Colours | None = Field(default=None, description="Colours of its own, instead.")
    font: Font = "Inter"
    logo: MediaRef | None = Field(default=None, description="A PNG.")
    intro: str = Field(default="", description="Stands above the title.")
    outro: str = Field(default="", description="Stands at the end.")


LONGEST_HOOK = 160
"""Characters of an opening line: some ten seconds of speech."""


class Brief(Artifact):
    """What somebody asked for. Exactly one of `document` and `url` is set."""

    name: str = Field(description="What people call the source: a file name, a URL, a title.")
    document: MediaRef | None = None
    url: str | None = None
    title: str | None = Field(default=None, description="Overrides the source's own title.")
    aspect: Aspect = Aspect.PORTRAIT
    seconds: int = Field(default=60, ge=15, le=600, description="Wanted length of the video.")
    voice: str | None = Field(default=None, description="Voice name; the language's own if unset.")
    language: str | None = Field(default=None, description="ISO 639-1 code; detected if unset.")
    brand: Brand | None = Field(
        default=None,
        exclude_if=operator.not_,
        description="The channel it is made for; left out if there is none.",
    )
    hook: str | None = Field(
        default=None,
        exclude_if=operator.not_,
        description="The line that its script opens with, word for word; left out if unset.",
    )


class Paragraph(Artifact):
    """Clean prose under a heading: no markup, links, code, tables or navigation."""

    text: str
    heading: str | None = None
    kind: Literal["prose", "item", "quote"] = "prose"


class Article(Artifact):
    """A source reduced to what somebody wrote in it."""

    title: str
    language: str = Field(description="ISO 639-1 code.")
    paragraphs: tuple[Paragraph, ...]
    url: str | None = None
    site: str | None = None
    byline: str | None = None


# --- words ---------------------------------------------------------------------------------


class Origin(Artifact):
    """Where a line comes from: the article's paragraph by index, and its sentence as written."""

    paragraph: int = Field(ge=0)
    sentence: str


class Line(Artifact):
    """One thought: `text` is read in captions, `spoken` is what the voice is given."""

    id: Id
    text: str
    spoken: str
    role: Literal["hook", "body", "closing"] = "body"
    topic: str | None = Field(default=None, description="The heading it stood under.")
    origin: Origin | None = None
    cites: tuple[Id, ...] = Field(
        default=(),
        exclude_if=operator.not_,
        description="Ids of research notes that it rests on; left out if there are none.",
    )


class Script(Artifact):
    """What is said, in order."""

    title: str
    language: str
    lines: tuple[Line, ...] = Field(min_length=1)
    author: Literal["extractive", "llm"]
    model: str | None = Field(default=None, description="`provider/model`, when a model wrote it.")
    notes: tuple[str, ...] = Field(
        default=(), description="What its author wants people to know: the source was too short."
    )
    keywords: tuple[str, ...] = ()
    source: str | None = Field(default=None, description="Credit line: a site, a file, an author.")


class Answers(Artifact):
    """What a person filled into a form, by field name."""

    values: dict[str, JsonValue]


# --- pictures ------------------------------------------------------------------------------


class Item(Artifact):
    """A piece of text on a card that appears when line number `line` of its scene is spoken."""

    text: str
    line: int = Field(default=0, ge=0)


class TitleCard(Artifact):
    layout: Literal["title"] = "title"
    kicker: str | None = None
    title: str


class StatementCard(Artifact):
    layout: Literal["statement"] = "statement"
    text: str
    emphasis: str | None = Field(default=None, description="A part of `text` to set apart.")
    kicker: str | None = None


class BulletsCard(Artifact):
    layout: Literal["bullets"] = "bullets"
    heading: str
    items: tuple[Item, ...] = Field(min_length=2, max_length=5)


class NumberCard(Artifact):
    """One figure, large: `value` as shown (`90%`, `$3.5M`), `label` says what it counts."""

    layout: Literal["number"] = "number"
    value: str
    label: str
    kicker: str | None = None


class QuoteCard(Artifact):
    layout: Literal["quote"] = "quote"
    text: str
    attribution: str | None = None


class StepsCard(Artifact):
    """Ordered steps, or a timeline when `marks` (dates, years) are given, one an item."""

    layout: Literal["steps"] = "steps"
    heading: str
    items: tuple[Item, ...] = Field(min_length=2, max_length=5)
    marks: tuple[str, ...] = ()


class ComparisonCard(Artifact):
    layout: Literal["comparison"] = "comparison"
    heading: str
    left: Item
    right: Item
    left_value: str | None = None
    right_value: str | None = None


class Bar(Artifact):
    label: str
    value: float
    shown: str = Field(description="The value as text, with its unit.")


class ChartCard(Artifact):
    layout: Literal["chart"] = "chart"
    heading: str
    bars: tuple[Bar, ...] = Field(min_length=2, max_length=6)


class ClosingCard(Artifact):
    layout: Literal["closing"] = "closing"
    title: str
    takeaway: str | None = None
    source: str | None = None


Card = Annotated[
    TitleCard
    | StatementCard
    | BulletsCard
    | NumberCard
    | QuoteCard
    | StepsCard
    | ComparisonCard
    | ChartCard
    | ClosingCard,
    Field(discriminator="layout"),
]


class Look(Artifact):
    """How a video looks, chosen once for all its scenes; what is unset is left out."""

    palette: str = Field(default="ink", description="A palette by name.")
    colours: Colours | None = Field(
        default=None, exclude_if=operator.not_, description="A channel's own, instead of it."
    )
    font: Font | None = Field(default=None, exclude_if=operator.not_, description="Else Inter.")
    logo: MediaRef | None = Field(
        default=None, exclude_if=operator.not_, description="A PNG that stands in the corner."
    )

    def painted(self, palette: str) -> "Look":
        """The same in the colours of a shipped palette."""
        return self.model_copy(update={"palette": palette, "colours": None})


class Scene(Artifact):
    """Some lines said over one card. Holds all that its picture depends on, and nothing else."""

    id: Id
    lines: tuple[Line, ...] = Field(min_length=1)
    card: Card
    look: Look = Look()
    canvas: Canvas = Canvas()


class Storyboard(Artifact):
    """The script cut into scenes."""

    title: str
    language: str
    scenes: tuple[Scene, ...] = Field(min_length=1)


class Layer(Artifact):
    """A picture on the canvas: PNG with straight alpha, top left corner at (`x_px`, `y_px`)."""

    image: MediaRef
    x_px: int
    y_px: int
    width_px: int = Field(gt=0)
    height_px: int = Field(gt=0)
    motion: Literal[
        "rise", "fade", "grow_x", "grow_y", "pop", "sweep", "drift", "fill", "still"
    ] = Field(
        default="rise",
        description="How it comes; `drift` and `fill` move all through the scene, `still` never.",
    )
    line: int | None = Field(
        default=None, ge=0, description="Appears with this line of its scene; with it if unset."
    )
    order: int = Field(default=0, ge=0, description="Place among the layers of one line.")
    said: str | None = Field(
        default=None, description="Appears when these words of its scene are spoken."
    )


class Drawing(Artifact):
    """A scene's card as layers, back to front; the background is opaque and fills the canvas."""

    scene_id: Id
    canvas: Canvas
    background: MediaRef
    layers: tuple[Layer, ...]


# --- sound ---------------------------------------------------------------------------------


class Word(Artifact):
    """A word as the captions show it, and when it is spoken."""

    text: str
    start_s: float = Field(ge=0)
    end_s: float = Field(ge=0)
    spaced: bool = Field(default=True, description="A space follows it; not in Chinese.")


class LineTiming(Artifact):
    line_id: Id
    scene_id: Id
    start_s: float = Field(ge=0)
    end_s: float = Field(ge=0)
    words: tuple[Word, ...]


class SceneTiming(Artifact):
    """When a scene is on screen, in whole frames: scenes follow each other without a gap."""

    scene_id: Id
    start_frame: int = Field(ge=0)
    frames: int = Field(gt=0)


class Narration(Artifact):
    """The spoken script: one mono WAV for the whole timeline, and the timeline it locks."""

    audio: MediaRef
    fps: int = Field(gt=0)
    frames: int = Field(gt=0)
    scenes: tuple[SceneTiming, ...]
    lines: tuple[LineTiming, ...]
    voice: str

    @property
    def duration_s(self) -> float:
        return self.frames / self.fps


class Music(Artifact):
    """A stereo bed as long as the video."""

    audio: MediaRef
    mood: str
    seed: int


class Cue(Artifact):
    """A caption on screen: at most two lines. Never overlaps the next one."""

    scene_id: Id
    start_s: float = Field(ge=0)
    end_s: float = Field(ge=0)
    words: tuple[Word, ...] = Field(min_length=1)

    @property
    def text(self) -> str:
        return "".join(word.text + " " * word.spaced for word in self.words).rstrip()


class Captions(Artifact):
    language: str
    font: str = "Inter"
    cues: tuple[Cue, ...]


# --- what goes out -------------------------------------------------------------------------


class Video(Artifact):
    """A finished MP4: H.264 High yuv420p bt709, AAC 48 kHz stereo, moov first."""

    file: MediaRef
    canvas: Canvas
    frames: int = Field(gt=0)
    scenes_rendered: int = Field(ge=0, description="Scenes encoded anew for this file.")
    scenes_reused: int = Field(ge=0, description="Scenes whose clip was in the store.")

    @property
    def duration_s(self) -> float:
        return self.frames / self.canvas.fps


class Check(Artifact):
    """One thing measured on the finished file."""

    name: Id
    passed: bool
    measured: str
    expected: str


class QualityReport(Artifact):
    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        return all(check.passed for check in self.checks)


class DeliveredFile(Artifact):
    name: str
    file: MediaRef


class Receipt(Artifact):
    """What says that a finished video has come to one of its owner's destinations."""

    destination: str = Field(description="The destination's name.")
    kind: str
    where: str = Field(description="A URL or path; of a webhook the host alone.")
    at: AwareDatetime
    sha256: str = Field(description="Of the files and words that were sent.")


class Delivery(Artifact):
    """The production's folder: video, captions, thumbnail and manifest; where else they went."""

    folder: str
    files: tuple[DeliveredFile, ...]
    sent: tuple[Receipt, ...] = ()
