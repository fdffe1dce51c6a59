"""`manifest.json`: what a delivered video is, sentence by sentence and file by file."""

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from vid_pipeline.artifacts import Check, Word
from vid_pipeline.research import Metadata, Support


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ManifestSource(_Part):
    """What the video was made from."""

    name: str = Field(description="What people call it: a file name, a URL, a title.")
    url: str | None
    sha256: str | None = Field(description="Of the document as it came in; None for a URL.")
    credit: str | None = Field(description="The credit line: a site, a file, an author.")


class ManifestScene(_Part):
    """A scene on the timeline. Times are seconds, whole frames."""

    id: str
    layout: str
    start_s: float
    end_s: float
    texts: tuple[str, ...] = Field(description="What stands on the card, top to bottom.")


class ManifestCitation(_Part):
    """A research note that a line rests on, and the page that it was taken from."""

    note: str
    claim: str
    quote: str
    url: str
    title: str
    retrieved_at: AwareDatetime
    snapshot_sha256: str = Field(description="Of the page's clean text as it was read, UTF-8.")


class ManifestSentence(_Part):
    """A spoken line, and the place in the source that it comes from."""

    id: str
    scene: str
    role: Literal["hook", "body", "closing"]
    text: str
    start_s: float
    end_s: float
    words: tuple[Word, ...]
    paragraph: int | None = Field(description="Index in the source, from 0; None: not from it.")
    source_sentence: str | None = Field(description="The sentence as it stands in the source.")
    citations: tuple[ManifestCitation, ...] = ()
    support: Support | None = Field(
        default=None, description="What a fact check said of these words; None: not checked."
    )
    support_why: str | None = None


class ManifestFile(_Part):
    name: str
    mime: str
    size_bytes: int
    sha256: str


class Spent(_Part):
    """What the production cost so far; None where nobody counted."""

    input_tokens: int | None
    output_tokens: int | None
    cost_usd: float | None


class Manifest(_Part):
    """The delivered video, for programs: stable; its only times say when sources were read."""

    format: Literal["vid-pipeline/manifest/1"] = "vid-pipeline/manifest/1"
    title: str
    language: str = Field(description="ISO 639-1 code.")
    author: str = Field(description="`extractive draft`, or the model: `provider/model`.")
    source: ManifestSource
    duration_s: float
    width_px: int
    height_px: int
    fps: int
    voice: str
    scenes: tuple[ManifestScene, ...]
    sentences: tuple[ManifestSentence, ...]
    files: tuple[ManifestFile, ...] = Field(description="All files but this one.")
    checks_passed: bool
    checks: tuple[Check, ...]
    warnings: tuple[str, ...] = Field(default=(), description="Of the fact check.")
    metadata: Metadata | None = Field(default=None, description="What it is published with.")
    spent: Spent
    production: str = Field(description="The production's id.")
    facts: dict[str, str] = Field(description="Workflow, version, run, versions of the engine.")
    versions: dict[str, str] = Field(description="Of the programs that made the files.")
