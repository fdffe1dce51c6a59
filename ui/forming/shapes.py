"""What a JSON Schema lets a value be, as a form sees it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from pydantic import JsonValue

Sort = Literal[
    "text", "long", "number", "integer", "share", "boolean", "choice", "choices", "texts",
    "object", "list", "mapping", "variants", "media", "drawn", "const", "json",
]  # fmt: skip
_LONG = 500
_DEEPEST = 10
_DRAWN, _MEDIA = "DrawnSchema", "MediaRef"
PROSE = frozenset({"text", "instructions", "spoken", "query", "role", "description", "note"})
"""Names of texts that are longer than a line."""


@dataclass(frozen=True)
class Shape:
    """One value: its sort, its limits, and what is inside it.

    `required` values have no default; `optional` ones may be null.
    """

    sort: Sort
    name: str = ""
    title: str = ""
    description: str = ""
    required: bool = True
    optional: bool = False
    default: JsonValue = None
    least: float | None = None
    most: float | None = None
    step: float | None = None
    choices: tuple[str | int | float, ...] = ()
    fields: Mapping[str, "Shape"] = field(default_factory=dict)
    item: "Shape | None" = None
    tag: str = ""
    variants: Mapping[str, "Shape"] = field(default_factory=dict)


def shape_of(schema: Mapping[str, Any]) -> Shape:
    """The shape of a JSON Schema, its references followed."""
    return _read(schema, schema.get("$defs") or {}, "", 0)


def _read(body: Any, definitions: Mapping[str, Any], name: str, depth: int) -> Shape:
    if not isinstance(body, dict) or depth > _DEEPEST:
        return Shape("json", name)
    whole, known_as = _followed(body, definitions)
    whole, optional = _without_null(whole, definitions)
    shape = _sorted(whole, definitions, name, depth, known_as or str(whole.get("title", "")))
    return replace(
        shape,
        name=name,
        title=str(whole.get("title", "")),
        description=str(whole.get("description", "")),
        optional=optional,
        required="default" not in whole,
        default=whole.get("default"),
        least=_first(whole, "minimum", "exclusiveMinimum", "minItems"),
        most=_first(whole, "maximum", "exclusiveMaximum", "maxItems"),
        step=_first(whole, "multipleOf"),
    )


def _followed(body: dict[str, Any], definitions: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """A schema with its reference put in, and the name it had."""
    known_as = ""
    while "$ref" in body:
        known_as = str(body["$ref"]).rpartition("/")[2]
        rest = {key: value for key, value in body.items() if key != "$ref"}
        body = {**definitions.get(known_as, {}), **rest}
    return body, known_as


def _without_null(
    body: dict[str, Any], definitions: Mapping[str, Any]
) -> tuple[dict[str, Any], bool]:
    options = body.get("anyOf")
    if not isinstance(options, list):
        return body, False
    rest = [one for one in options if one != {"type": "null"}]
    numbers = all(one.get("type") in {"integer", "number"} for one in rest)
    if len(rest) > 1 and not numbers:
        return body, len(rest) < len(options)
    plain, _ = _followed(rest[-1], definitions)
    outer = {key: value for key, value in body.items() if key != "anyOf"}
    return {**plain, **outer}, len(rest) < len(options)


def _first(body: Mapping[str, Any], *keywords: str) -> float | None:
    found = (body[one] for one in keywords if isinstance(body.get(one), int | float))
    return next(found, None)


def _sorted(
    body: Mapping[str, Any], definitions: Mapping[str, Any], name: str, depth: int, known_as: str
) -> Shape:
    if known_as == _DRAWN:
        return Shape("drawn")
    if known_as == _MEDIA:
        return Shape("media")
    if "const" in body:
        return Shape("const", default=body["const"])
    if "enum" in body:
        return Shape("choice", choices=tuple(one for one in body["enum"] if one is not None))
    if tag := (body.get("discriminator") or {}).get("propertyName"):
        return Shape("variants", tag=tag, variants=dict(_variants(body, definitions, tag, depth)))
    match body.get("type"):
        case "array":
            return _list(body, definitions, name, depth)
        case "object":
            return _object(body, definitions, depth)
    return Shape(_single(body, name))


def _single(body: Mapping[str, Any], name: str) -> Sort:
    match body.get("type"):
        case "string":
            longest = body.get("maxLength")
            prose = name in PROSE and (longest is None or longest > _LONG)
            return "long" if prose or (longest or 0) > _LONG * 4 else "text"
        case "boolean":
            return "boolean"
        case "integer":
            return "integer"
        case "number":
            share = body.get("maximum") == 1 and min(_lows(body), default=-1) >= 0
            return "share" if share else "number"
    return "json"


def _lows(body: Mapping[str, Any]) -> Iterator[float]:
    yield from (body[key] for key in ("minimum", "exclusiveMinimum") if key in body)


def _list(body: Mapping[str, Any], definitions: Mapping[str, Any], name: str, depth: int) -> Shape:
    item = _read(body.get("items"), definitions, name, depth + 1)
    if item.sort == "choice":
        return Shape("choices", choices=item.choices)
    if item.sort in {"text", "long"}:
        return Shape("texts", item=item)
    return Shape("json") if item.sort == "json" else Shape("list", item=item)


def _object(body: Mapping[str, Any], definitions: Mapping[str, Any], depth: int) -> Shape:
    if "properties" in body:
        read = {n: _read(one, definitions, n, depth + 1) for n, one in body["properties"].items()}
        needed = set(body.get("required") or ())
        return Shape(
            "object",
            fields={n: replace(one, required=n in needed) for n, one in read.items()},
        )
    patterns = list((body.get("patternProperties") or {}).values())
    inner = patterns[0] if len(patterns) == 1 else body.get("additionalProperties")
    if isinstance(inner, dict) and (item := _read(inner, definitions, "", depth + 1)):
        return Shape("json") if item.sort == "json" else Shape("mapping", item=item)
    return Shape("object") if body.get("additionalProperties") is False else Shape("json")


def _variants(
    body: Mapping[str, Any], definitions: Mapping[str, Any], tag: str, depth: int
) -> Iterator[tuple[str, Shape]]:
    for one in body.get("oneOf") or body.get("anyOf") or ():
        inner = _read(one, definitions, "", depth + 1)
        if tag in inner.fields:
            yield str(inner.fields[tag].default), inner


def fits(shape: Shape, value: JsonValue) -> bool:
    """Whether a widget can show the value; limits aside, which it does not need to hold to."""
    if value is None:
        return True
    if shape.sort in {"object", "mapping", "media", "drawn"}:
        return isinstance(value, dict)
    if shape.sort in {"list", "texts", "choices"}:
        return isinstance(value, list) and _are_ours(shape, value)
    if shape.sort == "variants":
        return isinstance(value, dict) and value.get(shape.tag) in shape.variants
    return _is_single(shape, value)


def _are_ours(shape: Shape, values: list[JsonValue]) -> bool:
    if shape.sort == "choices":
        return _differ(values) and all(one in shape.choices for one in values)
    return shape.sort == "list" or all(_line(one) for one in values)


def _is_single(shape: Shape, value: JsonValue) -> bool:
    match shape.sort:
        case "text" | "long":
            return isinstance(value, str) and (shape.sort == "long" or "\n" not in value)
        case "number" | "share" | "integer":
            whole = isinstance(value, int) or shape.sort != "integer"
            return isinstance(value, int | float) and not isinstance(value, bool) and whole
        case "boolean":
            return isinstance(value, bool)
        case "choice":
            return value in shape.choices
    return True


def _differ(values: list[JsonValue]) -> bool:
    texts = [one for one in values if isinstance(one, str)]
    return len(texts) == len(values) == len(set(texts))


def _line(value: JsonValue) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value == value.strip("\r\n ")


def empty_of(shape: Shape) -> JsonValue:
    """What a new value begins as."""
    if not shape.required:
        return shape.default
    match shape.sort:
        case "text" | "long":
            return ""
        case "list" | "texts" | "choices":
            return []
        case "boolean":
            return False
        case "const":
            return shape.default
        case "variants":
            tag, first = next(iter(shape.variants.items()))
            return {shape.tag: tag} | _begun(first)
        case "object":
            return _begun(shape)
        case "mapping" | "drawn":
            return {}
    return None


def _begun(shape: Shape) -> dict[str, JsonValue]:
    needed = {n: empty_of(one) for n, one in shape.fields.items() if one.required}
    return {name: value for name, value in needed.items() if value is not None}


def trimmed(shape: Shape, value: JsonValue) -> JsonValue:
    """The value without what says no more than its default."""
    if shape.sort != "object" or not isinstance(value, dict):
        return value
    return {
        name: inner
        for name, inner in value.items()
        if name not in shape.fields or not says_nothing(shape.fields[name], inner)
    }


def says_nothing(shape: Shape, value: JsonValue) -> bool:
    """Whether a value is its default, so that it may be left out."""
    if shape.required:
        return False
    if shape.default is None and value in ([], {}):  # a default that is made anew is not told
        return True
    return trimmed(shape, value) == trimmed(shape, shape.default)
