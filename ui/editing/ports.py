"""Inputs and outputs of kinds and steps, as the canvas draws them."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, get_args

from pydantic import BaseModel

from ui import kinds, texts
from vid_pipeline.artifacts import Artifact
from vid_pipeline.drawn_schema import Record
from vid_pipeline.kinds import Branch, Catalog, StepKind
from vid_pipeline.wiring import is_optional, item_of, without_none

_t = texts.of("editor")
ANY = "*"
Port = dict[str, Any]
"""{"name", "label", "type", "list", "optional"}; the type "*" is whatever comes."""


def inputs(of: Mapping[str, Any]) -> list[Port]:
    """The inputs of a kind; all of them needed unless they may be None."""
    return [_port(name, needs) for name, needs in of.items()]


def outputs(output: Any, wanted: frozenset[str] | None) -> list[Port]:
    """A kind's whole output, then the artifacts inside it that `wanted` names; all if None.

    A branch is read by its fields alone.
    """
    plain = Artifact if isinstance(output, TypeVar) else output
    branch = issubclass(plain, Branch)
    whole = [] if branch else [_port("", output, label=_label(output))]
    inner = plain.model_fields if issubclass(plain, BaseModel) else {}
    parts = [_port(name, field.annotation) for name, field in inner.items() if _is_part(field)]
    kept = [p for p in parts if branch or wanted is None or p["type"] in wanted]
    return whole + kept


def asked_for(catalog: Catalog) -> frozenset[str]:
    """The types that some kind takes by name, "*" among them."""
    return frozenset(
        type_name(needs) for kind in catalog.values() for needs in kind.inputs.values()
    ) | {ANY}


def types_of(found: Iterable[StepKind]) -> dict[str, type[Artifact]]:
    """Every artifact that kinds take or give, by name."""
    annotations = [a for kind in found for a in (kind.output, *kind.inputs.values())]
    plain = [_item(annotation) for annotation in annotations]
    return {one.__name__: one for one in plain if isinstance(one, type)}


def type_name(annotation: Any) -> str:
    """The name of a type, of a list's items; "*" in it where it is whatever comes.

    Of a form that somebody has drawn it is `Record:` and the form's own name.
    """
    plain = _item(annotation)
    if isinstance(plain, TypeVar):
        return ANY
    if getattr(plain, "__pydantic_generic_metadata__", {}).get("parameters"):
        return f"{plain.__name__.partition('[')[0]}[{ANY}]"
    name = str(getattr(plain, "__name__", plain))
    drawn = isinstance(plain, type) and issubclass(plain, Record) and plain is not Record
    return f"{Record.__name__}:{name}" if drawn else name


def bases(of: type[Artifact]) -> list[str]:
    """The types that it may stand for beside itself."""
    return [one.__name__ for one in of.__mro__[1:] if issubclass(one, Artifact)]


def _port(name: str, annotation: Any, *, label: str | None = None) -> Port:
    return {
        "name": name,
        "label": label or name.replace("_", " "),
        "type": type_name(annotation),
        "list": item_of(without_none(annotation)) is not None,
        "optional": is_optional(annotation),
    }


def _label(output: Any) -> str:
    name = type_name(output)
    return _t("same") if name == ANY else kinds.type_label(re.split(r"[\[:]", name)[0])


def _item(annotation: Any) -> Any:
    plain = without_none(annotation)
    return item_of(plain) or plain


def _is_part(field: Any) -> bool:
    plain = _item(field.annotation)
    if isinstance(plain, TypeVar):
        return True
    return isinstance(plain, type) and not get_args(plain) and issubclass(plain, Artifact)
