"""A draft's document and what the canvas says of it. Pure: JSON in, JSON out."""

from collections.abc import Mapping
from typing import Any

Document = dict[str, Any]
_EMPTY: tuple[object, ...] = (None, {}, [])
_STRUCTURE = ("in", "over", "when")


def steps_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Its steps that at least say what they are; an incomplete draft may hold others."""
    listed = document.get("steps")
    found = [one for one in (listed if isinstance(listed, list) else []) if isinstance(one, dict)]
    return [one for one in found if isinstance(one.get("id"), str) and one.get("kind")]


def structure(document: Mapping[str, Any]) -> dict[str, Any]:
    """What the browser is given to own: steps, where they stand, notes, groups."""
    return {
        "steps": [
            {
                "id": step["id"],
                "kind": step["kind"],
                "params": step.get("params") or {},
                "in": step.get("in") or {},
                "over": step.get("over"),
                "when": step.get("when"),
            }
            for step in steps_of(document)
        ],
        "layout": document.get("layout") or {},
        "notes": [_whole(note, _NOTE) for note in document.get("notes") or []],
        "groups": [_whole(group, _GROUP) for group in document.get("groups") or []],
    }


_NOTE = {"text": "", "width": 220, "height": 120, "colour": "yellow"}
_GROUP = {"title": "", "steps": [], "colour": "grey"}


def _whole(told: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    return {**defaults, **told}


def merged(document: Mapping[str, Any], graph: Mapping[str, Any]) -> Document:
    """The document with the browser's structure; settings stay, but for those that it brings."""
    before = {step["id"]: step.get("params") or {} for step in steps_of(document)}
    given = graph.get("params") or {}
    steps = []
    for step in graph["steps"]:
        params = given.get(step["id"], before.get(step["id"], {}))
        steps.append(_bare(step, params))
    body = {**document, "steps": steps, "layout": graph["layout"]}
    for name in ("notes", "groups"):
        body.pop(name, None)
        if graph.get(name):
            body[name] = graph[name]
    return body


def _bare(step: Mapping[str, Any], params: Mapping[str, Any]) -> dict[str, Any]:
    """A step as documents spell it: what says nothing is left out."""
    told = {"id": step["id"], "kind": step["kind"], "params": dict(params)}
    told |= {name: step.get(name) for name in _STRUCTURE}
    return {name: value for name, value in told.items() if value not in _EMPTY}


def with_params(document: Mapping[str, Any], step_id: str, params: Mapping[str, Any]) -> Document:
    """The document with other settings of a step."""
    steps = [_bare(step, params) if step["id"] == step_id else step for step in steps_of(document)]
    return {**document, "steps": steps}


def step_in(document: Mapping[str, Any], step_id: str) -> dict[str, Any] | None:
    """A step by its id."""
    return next((step for step in steps_of(document) if step["id"] == step_id), None)
