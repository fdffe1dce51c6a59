"""What the canvas is told besides the drawing itself: faults, ports, costs, states, settings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ui.editing import ports
from ui.editing.document import steps_of
from vid_pipeline.acts.draft_faults import readable
from vid_pipeline.kinds import Catalog, StepKind
from vid_pipeline.nesting import NESTED
from vid_pipeline.store.traces import Typical
from vid_pipeline.wiring import Wiring

View = dict[str, dict[str, Any]]
_SUBJECT = re.compile(r"^Step '[^']*'[:,]? ")
_TELLING = ("instructions", "title", "query", "type")
_LONGEST = 90
_WORTH_SAYING_USD = 0.005


@dataclass(frozen=True)
class Known:
    """What is known beside the drawing: faults by step, medians by kind, the newest run by step."""

    faults: Mapping[str, list[str]] = field(default_factory=dict)
    typical: Mapping[str, Typical] = field(default_factory=dict)
    newest: Mapping[str, dict[str, Any]] = field(default_factory=dict)


def view(document: Mapping[str, Any], catalog: Catalog, known: Known) -> View:
    """For every step what the canvas shows of it."""
    drawn = readable(document)
    wiring = Wiring(drawn, catalog) if drawn is not None else None
    found: View = {}
    for step in steps_of(document):
        kind = catalog.get(step["kind"])
        told = {
            "params": step.get("params") or {},
            "faults": [spoken(fault) for fault in known.faults.get(step["id"], [])],
            "summary": summary(step, kind),
            "estimate": _price(known.typical.get(step["kind"])),
            **known.newest.get(step["id"], {}),
        }
        if kind is not None and wiring is not None:
            told |= _shaped(step["id"], kind, wiring)
        found[step["id"]] = {name: value for name, value in told.items() if value not in (None, "")}
    return found


def spoken(fault: str) -> str:
    """A fault as it is said on its step, which need not be named again."""
    said = _SUBJECT.sub("", fault)
    return said[:1].upper() + said[1:]


def summary(step: Mapping[str, Any], kind: StepKind | None) -> str:
    """One line of what is set, if anything is."""
    params = step.get("params") or {}
    if step["kind"] == NESTED or not isinstance(params, dict):
        return ""
    for name in _TELLING:
        if isinstance(params.get(name), str) and params[name].strip():
            return _short(params[name])
    known = kind.params.model_fields if kind else {}
    plain = [
        f"{name.replace('_', ' ')} {_said(value)}"
        for name, value in params.items()
        if name in known and isinstance(value, str | int | float | bool)
    ]
    return _short(", ".join(plain).capitalize())


def _said(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"


def _price(known: Typical | None) -> str:
    worth = known is not None and known.cost_usd >= _WORTH_SAYING_USD
    return f"≈ ${known.cost_usd:.2f}" if worth and known is not None else ""


def _shaped(step: str, kind: StepKind, wiring: Wiring) -> dict[str, Any]:
    """The ports of a step whose settings make them; nothing for others."""
    real = wiring.kinds.get(step)
    if real is None or kind.shape is None:
        return {}
    try:
        shape = kind.shape(kind.params.model_validate(wiring.steps[step].params))
    except ValueError:
        return {}
    return {
        "inputs": ports.inputs({**kind.inputs, **shape.inputs}),
        "outputs": ports.outputs(real.output, None),
    }
