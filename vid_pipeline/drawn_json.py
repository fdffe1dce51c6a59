"""Drawn forms as JSON Schema, there and back exactly; and forms read off JSON that others wrote."""

from collections.abc import Mapping
from typing import Any

from pydantic import JsonValue, ValidationError

from vid_pipeline.drawn_schema import DEEPEST, DrawnSchema, faults
from vid_pipeline.errors import BadRequest

_TYPES = {
    "text": "string",
    "number": "number",
    "integer": "integer",
    "boolean": "boolean",
    "enum": "string",
    "list": "array",
    "object": "object",
}
_DRAWN = {ours: drawn for drawn, ours in _TYPES.items() if drawn != "enum"}
_KEYWORDS = {
    "min_length": "minLength",
    "max_length": "maxLength",
    "pattern": "pattern",
    "minimum": "minimum",
    "maximum": "maximum",
    "min_items": "minItems",
    "max_items": "maxItems",
}
_OURS = {keyword: name for name, keyword in _KEYWORDS.items()}
_STRUCTURE = {"type", "description", "properties", "required", "additionalProperties", "items"}
_KNOWN = {*_OURS, *_STRUCTURE, "enum", "anyOf", "$ref"}
_SAYS_NOTHING = {"title", "default", "examples", "$defs", "$schema", "$id", "$comment"}
_REMEDY = "Draw it by hand, or leave that part out."


def to_json_schema(schema: DrawnSchema) -> dict[str, Any]:
    """The form as a JSON Schema of an object."""
    body = schema.model_dump(mode="json", exclude_defaults=True)
    title = {"title": schema.title} if schema.title else {}
    return title | _told(body | {"type": "object"})


def _told(drawn: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"type": _TYPES[drawn["type"]]}
    if "description" in drawn:
        told["description"] = drawn["description"]
    told |= {keyword: drawn[name] for name, keyword in _KEYWORDS.items() if name in drawn}
    if drawn["type"] == "enum":
        told["enum"] = list(drawn["choices"])
    if drawn["type"] == "list":
        told["items"] = _told(drawn["items"])
    if drawn["type"] == "object":
        told["properties"] = {one["name"]: _told(one) for one in drawn["fields"]}
        told["required"] = [one["name"] for one in drawn["fields"] if one.get("required", True)]
        told["additionalProperties"] = False
    return told


def from_json_schema(body: Mapping[str, Any]) -> DrawnSchema:
    """The form that a JSON Schema describes.

    Taken are objects, arrays of one kind, strings, numbers, booleans and enums of strings, with
    their limits; local `$ref`s, and `anyOf` a thing and null. Objects are closed.

    Raises:
        BadRequest: it says something that a form cannot; the message has the place.
    """
    reader = _Reader(body.get("$defs") or {})
    drawn = reader.read(body, "", 0)
    if drawn["type"] != "object":
        raise BadRequest("JSON Schema", drawn["type"], "At the top it must be an object.")
    del drawn["type"]
    title = body.get("title")
    return _drawn(drawn | ({"title": title} if title else {}))


def from_example(value: JsonValue, *, title: str = "") -> DrawnSchema:
    """The form of an example: its fields' types, without limits; null or absent is not required.

    Raises:
        BadRequest: it is no object, or holds a list whose items do not agree.
    """
    drawn = _seen(value, "")
    if drawn is None or drawn["type"] != "object":
        raise BadRequest("Example", type(value).__name__, "Give a JSON object.")
    del drawn["type"]
    return _drawn(drawn | {"title": title})


def _drawn(body: Mapping[str, Any]) -> DrawnSchema:
    try:
        return DrawnSchema.model_validate(body)
    except ValidationError as error:
        raise BadRequest("Form", faults(error), "Correct it.") from None


class _Reader:
    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self._definitions = definitions

    def read(self, body: Any, place: str, depth: int) -> dict[str, Any]:
        """The drawn type at a place."""
        if depth > 3 * DEEPEST:  # a reference and an `anyOf` may stand before each level
            raise BadRequest("JSON Schema", place, "It is nested too deep.")
        if not isinstance(body, dict):
            raise BadRequest("JSON Schema", place or "the whole", "This is no schema.")
        if strange := sorted(body.keys() - _KNOWN - _SAYS_NOTHING):
            raise BadRequest("JSON Schema keyword", f"{place}/{strange[0]}", _REMEDY)
        if "$ref" in body:
            return self._referred(body, place, depth)
        if "anyOf" in body:
            raise BadRequest("JSON Schema keyword", f"{place}/anyOf", _REMEDY)
        return self._plain(body, place, depth)

    def _referred(self, body: Mapping[str, Any], place: str, depth: int) -> dict[str, Any]:
        name = str(body["$ref"]).removeprefix("#/$defs/")
        if name not in self._definitions:
            raise BadRequest("JSON Schema reference", f"{place}/{body['$ref']}", _REMEDY)
        said = {"description": body["description"]} if "description" in body else {}
        return self.read(self._definitions[name], place, depth + 1) | said

    def _plain(self, body: Mapping[str, Any], place: str, depth: int) -> dict[str, Any]:
        drawn: dict[str, Any] = {"type": self._type(body, place)}
        if "description" in body:
            drawn["description"] = body["description"]
        drawn |= {name: body[keyword] for keyword, name in _OURS.items() if keyword in body}
        if drawn["type"] == "enum":
            drawn["choices"] = body["enum"]
        if drawn["type"] == "list":
            drawn["items"] = self.read(body.get("items"), f"{place}/items", depth + 1)
        if drawn["type"] == "object":
            drawn["fields"] = list(self._fields(body, place, depth))
        return drawn

    def _type(self, body: Mapping[str, Any], place: str) -> str:
        if "enum" in body:
            return "enum"
        named = body.get("type")
        if not isinstance(named, str) or named not in _DRAWN:
            raise BadRequest("JSON Schema type", f"{place}: {named!r}", _REMEDY)
        return _DRAWN[named]

    def _fields(self, body: Mapping[str, Any], place: str, depth: int) -> list[dict[str, Any]]:
        if body.get("additionalProperties") not in (None, False):
            raise BadRequest("JSON Schema keyword", f"{place}/additionalProperties", _REMEDY)
        found = []
        required = body.get("required") or []
        for name, inner in (body.get("properties") or {}).items():
            plain, may_be_null = _without_null(inner)
            drawn = self.read(plain, f"{place}/{name}", depth + 1)
            found.append({"name": name} | drawn)
            if may_be_null or name not in required:
                found[-1]["required"] = False
        return found


def _without_null(body: Any) -> tuple[Any, bool]:
    """A schema without its null, as `T` of `T | None`; and whether it had one."""
    options = body.get("anyOf") if isinstance(body, dict) else None
    if not isinstance(options, list):
        return body, False
    rest = [one for one in options if one != {"type": "null"}]
    if len(rest) != 1 or len(options) != 2:
        return body, False
    return {key: value for key, value in body.items() if key != "anyOf"} | rest[0], True


def _seen(value: JsonValue, place: str) -> dict[str, Any] | None:
    """The drawn type of an example's value; None of null."""
    if place.count("/") > 2 * DEEPEST:  # a list and its item
        raise BadRequest("Example", place, "It is nested too deep.")
    match value:
        case None:
            return None
        case bool():
            return {"type": "boolean"}
        case int():
            return {"type": "integer"}
        case float():
            return {"type": "number"}
        case str():
            return {"type": "text"}
        case list():
            return {"type": "list", "items": _common(value, place)}
        case dict():
            return {
                "type": "object",
                "fields": [_seen_field(n, v, f"{place}/{n}") for n, v in value.items()],
            }


def _seen_field(name: str, value: JsonValue, place: str) -> dict[str, Any]:
    seen = _seen(value, place)
    return {"name": name, **(seen or {"type": "text"}), **({} if seen else {"required": False})}


def _common(items: list[JsonValue], place: str) -> dict[str, Any]:
    seen = [one for item in items if (one := _seen(item, f"{place}/-")) is not None]
    if not seen:
        return {"type": "text"}
    whole = seen[0]
    for one in seen[1:]:
        whole = _merged(whole, one, place)
    return whole


def _merged(one: dict[str, Any], other: dict[str, Any], place: str) -> dict[str, Any]:
    if {one["type"], other["type"]} == {"integer", "number"}:
        return {"type": "number"}
    if one["type"] != other["type"]:
        raise BadRequest("Example", place, "The items of this list are of different types.")
    if one["type"] == "list":
        return {"type": "list", "items": _merged(one["items"], other["items"], place)}
    if one["type"] != "object":
        return one
    return {"type": "object", "fields": _merged_fields(one["fields"], other["fields"], place)}


def _merged_fields(
    ones: list[dict[str, Any]], others: list[dict[str, Any]], place: str
) -> list[dict[str, Any]]:
    first = {field["name"]: field for field in ones}
    second = {field["name"]: field for field in others}
    found = []
    for name in first | second:
        in_both = name in first and name in second
        where = f"{place}/{name}"
        field = first.get(name) or second[name]
        merged = _merged(field, second[name], where) if in_both else dict(field)
        both = (first.get(name, {}), second.get(name, {}))
        required = in_both and all(one.get("required", True) for one in both)
        found.append({"name": name, **merged, **({} if required else {"required": False})})
    return found
