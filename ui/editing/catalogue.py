"""All that can be put on the canvas, as the browser is told of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from assets.catalog import TOOLS
from ui import kinds
from ui.editing import ports
from ui.kinds import NESTED, Shown
from vid_pipeline.artifacts import Artifact
from vid_pipeline.check import RESERVED_INPUTS
from vid_pipeline.kinds import Branch, Catalog, StepKind
from vid_pipeline.nesting import GIVEN
from vid_pipeline.records import WorkflowVersion
from vid_pipeline.wiring import Wiring

_TOOLS = "tools"


def drawn(catalog: Catalog, nested: Sequence[WorkflowVersion] = ()) -> dict[str, Any]:
    """Kinds, the user's workflows as kinds, tools, types and categories."""
    wanted = ports.asked_for(catalog)
    found = [_kind(kind, catalog, wanted) for kind in catalog.values()]
    found += [_nested(version, catalog) for version in nested]
    used = {kind["category"] for kind in found}
    titles = kinds.categories()
    return {
        "kinds": found,
        "tools": [_tool(name) for name in TOOLS],
        "types": _types(catalog),
        "categories": [{"name": n, "title": t} for n, t in titles.items() if n in used],
        "reserved": sorted(RESERVED_INPUTS),
    }


def _kind(kind: StepKind, catalog: Catalog, wanted: frozenset[str]) -> dict[str, Any]:
    looks = kinds.shown(kind.name, catalog)
    return _entry(kind.name, looks) | {
        "kind": kind.name,
        "inputs": ports.inputs(kind.inputs),
        "outputs": ports.outputs(kind.output, wanted),
        "open": kind.open,
        "tools": _TOOLS in kind.params.model_fields,
        "gate": kind.gate,
        "branch": isinstance(kind.output, type) and issubclass(kind.output, Branch),
    }


def _entry(name: str, looks: Shown) -> dict[str, Any]:
    return {
        "name": name,
        "title": looks.title,
        "help": looks.help,
        "category": looks.category,
        "icon": looks.icon,
        "colour": looks.colour,
        "hidden": False,
        "params": {},
        "inside": [],
    }


def _nested(version: WorkflowVersion, catalog: Catalog) -> dict[str, Any]:
    """A published workflow as a kind: what it is given goes in, what its steps give comes out."""
    wiring = Wiring(version.graph, catalog)
    steps = version.document.steps
    given = [step.id for step in steps if step.kind == GIVEN]
    inner = [step for step in steps if step.kind != GIVEN]
    looks = kinds.nested_shown(version.title, version.document.description)
    return _entry(f"workflow:{version.slug}", looks) | {
        "kind": "workflow",
        "params": {"slug": version.slug, "version": version.version},
        "inputs": [_through(wiring, name) for name in given],
        "outputs": [_through(wiring, step.id) for step in inner if step.id in wiring.kinds],
        "open": False,
        "tools": False,
        "gate": False,
        "branch": False,
        "inside": [kinds.shown(step.kind, catalog).title for step in inner],
        "category": NESTED,
        "hidden": not given,
    }


def _through(wiring: Wiring, step: str) -> ports.Port:
    """A port for what an inner step gives."""
    annotation = wiring.output_of(step) or wiring.kinds[step].output
    (port, *_) = ports.inputs({step: annotation})
    return port | {"optional": False}


def _tool(name: str) -> dict[str, Any]:
    looks = kinds.tool_shown(TOOLS[name])
    return {"name": name, "title": looks.title, "help": looks.help, "icon": looks.icon}


def _types(catalog: Catalog) -> dict[str, dict[str, Any]]:
    """Every type; its colour is its own, or that of the kinds that make it."""
    colours: dict[str, str] = {}
    for kind in catalog.values():
        looks = kinds.shown(kind.name, catalog)
        colours.setdefault(ports.type_name(kind.output), looks.colour)
    found: Mapping[str, type[Artifact]] = ports.types_of(catalog.values())
    return {name: _type(name, one, colours) for name, one in found.items()}


def _type(name: str, one: type[Artifact], colours: Mapping[str, str]) -> dict[str, Any]:
    label, _, item = name.partition("[")
    said = kinds.type_label(label)
    if item:
        said = f"{said} ({kinds.type_label(item.rstrip(']'))})"
    colour = kinds.TYPE_COLOURS.get(item.rstrip("]") or name) or colours.get(name)
    return {"label": said, "colour": colour or kinds.COLOURS["other"], "bases": ports.bases(one)}
