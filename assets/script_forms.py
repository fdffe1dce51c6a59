"""The forms of a script that a model writes: with the article's paragraphs, or citing notes."""

from collections.abc import Iterable, Sequence
from typing import Literal, Self

from pydantic import BaseModel, Field, model_validator

from vid_pipeline.research import Note

_TOLERANCE = 0.15


class WrittenLine(BaseModel):
    """One thought, as it is said."""

    role: Literal["hook", "body", "closing"] = "body"
    text: str = Field(min_length=3, max_length=320, description="What is said, in one sentence.")
    paragraph: int = Field(ge=1, description="Number of the paragraph that the line rests on.")


class CitingLine(BaseModel):
    """One thought, as it is said, with the notes that bear it out."""

    role: Literal["hook", "body", "closing"] = "body"
    text: str = Field(min_length=3, max_length=320, description="What is said, in one sentence.")
    notes: list[str] = Field(max_length=6, description="Ids of the notes that bear the line out.")
    paragraph: int | None = Field(
        default=None, ge=1, description="Number of the article's paragraph that it rests on."
    )


class WrittenScript(BaseModel):
    """A whole script."""

    title: str = Field(min_length=3, max_length=90, description="A title of at most nine words.")
    lines: list[WrittenLine] = Field(min_length=3, max_length=160)


class CitingScript(BaseModel):
    """A whole script with its citations."""

    title: str = Field(min_length=3, max_length=90, description="A title of at most nine words.")
    lines: list[CitingLine] = Field(min_length=3, max_length=160)


def form(wanted: int, paragraphs: int) -> type[WrittenScript]:
    """The answer's form for one article: its length and its paragraph numbers are checked too."""

    class FittingScript(WrittenScript):
        """The script."""

        @model_validator(mode="after")
        def _fits(self) -> Self:
            _refuse_misfit(self.lines, wanted)
            _refuse_paragraph((one.paragraph for one in self.lines), paragraphs)
            return self

    return FittingScript


def citing_form(wanted: int, paragraphs: int, notes: Sequence[Note]) -> type[CitingScript]:
    """The answer's form for notes: only those that there are can be cited."""
    known = frozenset(note.id for note in notes)

    class FittingScript(CitingScript):
        """The script."""

        @model_validator(mode="after")
        def _fits(self) -> Self:
            _refuse_misfit(self.lines, wanted)
            _refuse_paragraph((one.paragraph for one in self.lines if one.paragraph), paragraphs)
            if wrong := [id for one in self.lines for id in one.notes if id not in known]:
                raise ValueError(f"There is no note {wrong[0]!r}. Notes: {', '.join(known)}.")
            return self

    return FittingScript


def _refuse_misfit(lines: Sequence[WrittenLine] | Sequence[CitingLine], wanted: int) -> None:
    said = sum(len(line.text.split()) for line in lines)
    if abs(said - wanted) > _TOLERANCE * wanted:
        raise ValueError(f"The lines have {said} words together; write {wanted}.")
    if lines[0].role != "hook" or lines[-1].role != "closing":
        raise ValueError("The first line has role hook, the last one closing.")


def _refuse_paragraph(named: Iterable[int], paragraphs: int) -> None:
    if wrong := [number for number in named if number > paragraphs]:
        raise ValueError(f"There are {paragraphs} paragraphs, no number {wrong[0]}.")
