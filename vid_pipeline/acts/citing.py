"""A script's lines as reviewers see them: what each rests on, whether that holds, its faults."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from vid_pipeline.artifacts import Artifact
from vid_pipeline.research import Critique, FactCheck, Fault, Note, Research, Severity, Support

T = TypeVar("T", bound=Artifact)
RESEARCH, FACTS, CRITIQUE = "research", "facts", "critique"
BESIDE = (RESEARCH, FACTS, CRITIQUE)
"""Inputs of a gate that are shown beside what it asks about."""


class _View(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Citation(_View):
    """A note that a line rests on."""

    note: str
    claim: str
    quote: str
    url: str
    title: str
    read_on: str = Field(description="The day, ISO 8601, UTC.")


class Remark(_View):
    severity: Severity
    what: str


class CitedLine(_View):
    """A line with what there is to know of it."""

    id: str
    text: str
    citations: tuple[Citation, ...] = ()
    support: Support | None = Field(default=None, description="None: not checked as it is now.")
    why: str = ""
    remarks: tuple[Remark, ...] = ()


class Citing(_View):
    """A script's lines, and what concerns it as a whole."""

    lines: tuple[CitedLine, ...]
    remarks: tuple[Remark, ...] = ()
    told: tuple[str, ...] = Field(default=(), description="By the research: what was not read.")
    checked: bool = False

    @property
    def doubtful(self) -> int:
        """How many lines have no support, or are contradicted."""
        return sum(line.support in {"unsupported", "contradicted"} for line in self.lines)


def citing(script: JsonValue, beside: Mapping[str, JsonValue]) -> Citing | None:
    """A script's JSON with what was read beside it, by the gate's input names.

    None if it is no script, or if nothing is beside it.
    """
    lines = script.get("lines") if isinstance(script, dict) else None
    if not isinstance(lines, list) or not any(beside.values()):
        return None
    research = _read(Research, beside.get(RESEARCH))
    facts = _read(FactCheck, beside.get(FACTS))
    critique = _read(Critique, beside.get(CRITIQUE))
    faults = critique.faults if critique else ()
    shown = (_line(line, research, facts, faults) for line in lines if isinstance(line, dict))
    return Citing(
        lines=tuple(shown),
        remarks=tuple(_remarks(faults, None)),
        told=research.remarks if research else (),
        checked=facts is not None,
    )


def _line(
    line: Mapping[str, Any],
    research: Research | None,
    facts: FactCheck | None,
    faults: tuple[Fault, ...],
) -> CitedLine:
    key, text = str(line.get("id")), str(line.get("text"))
    notes = research.by_id() if research else {}
    checks = {(one.line_id, one.text): one for one in facts.lines} if facts else {}
    check = checks.get((key, text))
    return CitedLine(
        id=key,
        text=text,
        citations=tuple(_citation(notes[one]) for one in line.get("cites") or () if one in notes),
        support=check.support if check else None,
        why=check.why if check else "",
        remarks=tuple(_remarks(faults, key)),
    )


def _citation(note: Note) -> Citation:
    return Citation(
        note=note.id,
        claim=note.claim,
        quote=note.quote,
        url=note.url,
        title=note.title,
        read_on=note.retrieved_at.date().isoformat(),
    )


def _remarks(faults: tuple[Fault, ...], line: str | None) -> Iterator[Remark]:
    for fault in faults:
        if fault.line_id == line:
            yield Remark(severity=fault.severity, what=fault.what)


def _read(kind: type[T], body: JsonValue) -> T | None:
    """An artifact's JSON; None if there is none, or if it is of an older shape."""
    try:
        return kind.model_validate(body)
    except ValidationError:
        return None
