"""What was found out, where it stands, and what was made of it: notes, checks, faults, metadata."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from vid_pipeline.artifacts import Artifact, Id, MediaRef

WebAddress = Annotated[str, Field(pattern=r"^https?://\S+$", max_length=2_000)]
Support = Literal["supported", "unsupported", "contradicted"]
Severity = Literal["low", "medium", "high"]
By = Literal["rules", "llm"]


class Source(Artifact):
    """A page as it was read: its clean text lies in the store, whatever becomes of the page."""

    url: WebAddress
    title: str
    retrieved_at: AwareDatetime
    snapshot: MediaRef = Field(description="The page's clean text, UTF-8.")


class Note(Source):
    """One finding: `quote` stands word for word in the snapshot, at characters `start` to `end`."""

    id: Id
    claim: str = Field(description="What it says, in a sentence.")
    quote: str = Field(min_length=1)
    start: int = Field(ge=0)
    end: int = Field(gt=0)


class Research(Artifact):
    """What was found about a topic. Every note can be checked against its snapshot."""

    topic: str
    language: str = Field(description="ISO 639-1 code of most of what was read.")
    notes: tuple[Note, ...]
    sources: tuple[Source, ...]
    queries: tuple[str, ...] = Field(default=(), description="What was searched for.")
    author: Literal["extractive", "llm"]
    model: str | None = Field(default=None, description="`provider/model`, when a model took them.")
    remarks: tuple[str, ...] = Field(
        default=(), description="What people should know: pages not read, notes dropped, and why."
    )

    def by_id(self) -> Mapping[str, Note]:
        """The notes by their ids."""
        return {note.id: note for note in self.notes}


class LineCheck(Artifact):
    """Whether a line's words, as they were then, are borne out by what it cites."""

    line_id: Id
    text: str
    support: Support
    notes: tuple[Id, ...] = Field(default=(), description="The notes that decide it.")
    why: str = Field(description="What agrees, is missing or differs.")


class FactCheck(Artifact):
    """A script held against its sources, line by line."""

    lines: tuple[LineCheck, ...]
    by: By = Field(description="`rules` compare figures, dates and names; a model judges the rest.")
    model: str | None = None
    warnings: tuple[str, ...] = Field(default=(), description="What people should look at.")


class Fault(Artifact):
    """Something that a script should do better."""

    line_id: Id | None = Field(default=None, description="None: the script as a whole.")
    severity: Severity
    what: str = Field(description="What is wrong, and what would be better.")


class Critique(Artifact):
    """A script's faults, in the order of its lines; the whole's come first."""

    faults: tuple[Fault, ...]
    by: By
    model: str | None = None


class Chapter(Artifact):
    start_s: float = Field(ge=0)
    title: str


class Metadata(Artifact):
    """What a video is published with."""

    title: str = Field(min_length=1, max_length=100)
    description: str = Field(max_length=5_000)
    tags: tuple[str, ...] = Field(max_length=30)
    chapters: tuple[Chapter, ...] = Field(default=(), description="In order; the first at 0 s.")
    by: By
    model: str | None = None
