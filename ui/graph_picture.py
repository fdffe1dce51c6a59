"""A workflow's graph as a small picture: SVG in the page's own colours."""

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import JsonValue, ValidationError

from ui import kinds
from vid_pipeline.workflow import Step, step_of

Mark = Literal["added", "removed", "changed"]
_COLUMN, _ROW, _SIDE, _EDGE = 52, 46, 34, 8
_MARKS: Mapping[Mark, tuple[str, str]] = {
    "added": ("#1f9d6b", ""),
    "removed": ("#d1495b", "4 3"),
    "changed": ("#c98a1b", ""),
}
_FAMILIES: Mapping[str, tuple[str, str]] = {
    "start": ("#7a8794", "take_brief given"),
    "read": ("#2f7fd1", "read_source research import_media import_sound import_picture"),
    "write": ("#12897b", "write_script write_metadata check_facts critique agent run_job"),
    "picture": ("#c9741a", "storyboard draw_scene revise_scene assemble_scenes thumbnail overlay"),
    "sound": ("#8058c9", "narrate music mix loudness extract_audio"),
    "people": ("#c2447a", "approve approve_each ask_person"),
    "memory": ("#6b7d2c", "recall remember learn"),
    "video": ("#3d5fd0", "captions render check_video deliver"),
}
_ICONS: Mapping[str, str] = {
    "take_brief": "edit_note", "given": "input", "read_source": "article",
    "research": "travel_explore", "write_script": "description", "write_metadata": "sell",
    "check_facts": "fact_check", "critique": "rate_review", "agent": "smart_toy",
    "run_job": "cloud_sync", "storyboard": "view_carousel", "draw_scene": "image",
    "revise_scene": "edit", "assemble_scenes": "view_comfy", "narrate": "mic",
    "music": "music_note", "captions": "closed_caption", "render": "movie",
    "check_video": "verified", "deliver": "inventory_2", "approve": "how_to_reg",
    "approve_each": "checklist", "ask_person": "contact_support", "recall": "psychology",
    "remember": "bookmark_add", "learn": "school", "workflow": "account_tree",
}  # fmt: skip
_OTHER = ("#7a8794", "content_cut")


@dataclass(frozen=True)
class _Place:
    column: int
    row: float


def picture(
    document: Mapping[str, JsonValue],
    *,
    label: str,
    marks: Mapping[str, Mark] | None = None,
) -> str:
    """The graph as an `<svg>`: a square for each step, from left to right as they run.

    `label` says what it shows to those who do not see it; `marks` frame steps that differ.
    """
    steps = _steps(document)
    places = _placed(steps)
    width = _COLUMN * (max((one.column for one in places.values()), default=0) + 1)
    rows = [one.row for one in places.values()] or [0.0]
    top, height = min(rows), _ROW * (max(rows) - min(rows) + 1)
    drawn = "".join(_line(places[one], places[other], top) for one, other in _joins(steps))
    drawn += "".join(_square(s, places[s.id], top, (marks or {}).get(s.id)) for s in steps)
    return (
        f'<svg viewBox="0 0 {width} {height:.0f}" role="img" aria-label="{html.escape(label)}" '
        f'style="width:100%;max-width:{width}px;height:auto;display:block" fill="none">'
        f"{drawn}</svg>"
    )


def _steps(document: Mapping[str, JsonValue]) -> list[Step]:
    """The steps that can be read, each id once."""
    found: dict[str, Step] = {}
    listed = document.get("steps")
    for body in listed if isinstance(listed, list) else ():
        try:
            step = Step.model_validate(body)
        except ValidationError:
            continue
        found.setdefault(step.id, step)
    return list(found.values())


def _joins(steps: Sequence[Step]) -> Iterator[tuple[str, str]]:
    """What reads what, without what follows from the rest: a picture this small says the order."""
    reads = {step.id: {step_of(one) for one in step.sources()} for step in steps}
    for step_id, sources in reads.items():
        known = sources & reads.keys() - {step_id}
        further = {one for source in known for one in _above(source, reads)} - {step_id}
        yield from ((source, step_id) for source in sorted(known - further))


def _above(step_id: str, reads: Mapping[str, set[str]]) -> set[str]:
    """Every step that runs before one."""
    found, ahead = set[str](), [step_id]
    while ahead:
        new = (reads.get(ahead.pop()) or set()) - found
        found |= new
        ahead += new
    return found - {step_id}


def _placed(steps: Sequence[Step]) -> dict[str, _Place]:
    """Columns by the longest way from the start; rows near those of what a step reads."""
    columns = _columns(steps)
    places: dict[str, _Place] = {}
    for column in range(max(columns.values(), default=-1) + 1):
        here = [step for step in steps if columns[step.id] == column]
        here.sort(key=lambda step: _wished(step, places))
        for number, step in enumerate(here):
            places[step.id] = _Place(column, number - (len(here) - 1) / 2)
    return places


def _columns(steps: Sequence[Step]) -> dict[str, int]:
    columns = dict.fromkeys((step.id for step in steps), 0)
    for _ in steps:  # as often as the longest way is long; a cycle ends here, too
        for step in steps:
            before = [columns[step_of(one)] for one in step.sources() if step_of(one) in columns]
            columns[step.id] = min(len(steps), max([columns[step.id], *(n + 1 for n in before)]))
    used = sorted(set(columns.values()))
    return {step_id: used.index(column) for step_id, column in columns.items()}


def _wished(step: Step, places: Mapping[str, _Place]) -> float:
    rows = [places[step_of(one)].row for one in step.sources() if step_of(one) in places]
    return sum(rows) / len(rows) if rows else 0.0


def _corner(place: _Place, top: float) -> tuple[float, float]:
    return (
        place.column * _COLUMN + (_COLUMN - _SIDE) / 2,
        (place.row - top) * _ROW + (_ROW - _SIDE) / 2,
    )


def _line(start: _Place, end: _Place, top: float) -> str:
    (left, above), (right, below) = _corner(start, top), _corner(end, top)
    x1, y1, x2, y2 = left + _SIDE, above + _SIDE / 2, right, below + _SIDE / 2
    bend = max(_EDGE, (x2 - x1) / 2)
    return (
        f'<path d="M{x1:.1f} {y1:.1f}C{x1 + bend:.1f} {y1:.1f} {x2 - bend:.1f} {y2:.1f} '
        f'{x2:.1f} {y2:.1f}" stroke="currentColor" stroke-opacity=".28" stroke-width="1.5"/>'
    )


def _square(step: Step, place: _Place, top: float, mark: Mark | None) -> str:
    x, y = _corner(place, top)
    colour, icon = _family(step.kind)
    frame, dashes = _MARKS[mark] if mark else (colour, "")
    size = f'width="{_SIDE}" height="{_SIDE}" rx="9"'
    behind = (  # a step that runs once for each item stands before another one
        f'<rect x="{x + 3:.1f}" y="{y - 3:.1f}" {size} stroke="{colour}" stroke-opacity=".45"/>'
        if step.over
        else ""
    )
    return (
        f"<g><title>{html.escape(kinds.of_step(step.id, step.kind).title)}</title>{behind}"
        f'<rect x="{x:.1f}" y="{y:.1f}" {size} fill="{colour}" fill-opacity=".16" '
        f'stroke="{frame}" stroke-opacity="{1 if mark else 0.55}" '
        f'stroke-width="{2.5 if mark else 1.2}" stroke-dasharray="{dashes}"/>'
        f'<text x="{x + _SIDE / 2:.1f}" y="{y + _SIDE / 2:.1f}" fill="currentColor" '
        f'fill-opacity=".85" font-size="18" text-anchor="middle" dominant-baseline="central" '
        f"style=\"font-family:'Material Symbols Rounded'\">{icon}</text></g>"
    )


def _family(kind: str) -> tuple[str, str]:
    colour = next((one for one, kinds in _FAMILIES.values() if kind in kinds.split()), _OTHER[0])
    return colour, _ICONS.get(kind, _OTHER[1])
