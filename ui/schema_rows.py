"""The form of an agent's answer, drawn as rows; a group's fields stand inside it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st
from pydantic import JsonValue, ValidationError

from ui import texts
from ui.forming import rows, scalars
from ui.forming.rows import Row, Rows
from ui.forming.scalars import Asked
from ui.forming.shapes import Shape
from ui.forming.telling import Place, Slots
from ui.schema_example import example_of
from vid_pipeline.drawn_json import from_example, from_json_schema, to_json_schema
from vid_pipeline.drawn_schema import DEEPEST, DrawnSchema
from vid_pipeline.errors import UserError

_t = texts.of("schema_rows")
Drawn = dict[str, Any]
_LIMITS: Mapping[str, Sequence[str]] = {
    "text": ("min_length", "max_length", "pattern"),
    "number": ("minimum", "maximum"),
    "integer": ("minimum", "maximum"),
    "list": ("min_items", "max_items"),
}
_INSIDE = {"enum": "choices", "object": "fields", "list": "items"}
_PLAIN = ("text", "number", "integer", "boolean", "enum", "object")
_TYPE_PX, _CODE_PX = 150, 320


def draw(schema: DrawnSchema | Mapping[str, Any], *, key: str) -> Drawn:
    """The form of an answer in rows; what they say, which may be incomplete.

    Given what was returned, or what it was given before, it goes on; anything else begins anew.
    """
    given = _body(schema)
    shown = rows.current(key, given)
    slots = Slots()
    held = rows.rows_of(f"{key}:fields", [("", one) for one in shown.get("fields") or ()])
    slots.add(())
    fields = _fields(held, f"{key}:fields", ("fields",), slots, _t("add"))
    if not fields:
        st.caption(_t("empty"))
    drawn = {name: value for name, value in shown.items() if name != "fields"}
    whole = _same(given, drawn | ({"fields": fields} if fields or "fields" in shown else {}))
    rows.keep(key, whole)
    made, errors = _checked(whole)
    slots.tell(errors if fields else ())
    _below(made, key, given)
    return whole


def _body(schema: DrawnSchema | Mapping[str, Any]) -> Drawn:
    if isinstance(schema, DrawnSchema):
        return schema.model_dump(mode="json", exclude_defaults=True)
    return dict(schema)


def _same(given: Drawn, drawn: Drawn) -> Drawn:
    """What was given, if what was drawn says the same: it may have been written otherwise."""
    before, _ = _checked(given)
    after, _ = _checked(drawn)
    return given if before is not None and before == after else drawn


def _checked(body: Drawn) -> tuple[DrawnSchema | None, list[Any]]:
    try:
        return DrawnSchema.model_validate(body), []
    except ValidationError as refused:
        return None, list(refused.errors())


def _fields(held: Rows, key: str, place: Place, slots: Slots, add: str) -> list[Drawn]:
    for number, row in enumerate(held.rows):
        where = (*place, number)
        with st.container(border=True, gap="small"):
            row.value = _field(held, row, f"{key}:{row.uid}", where, slots)
            slots.add(where)
    st.button(
        add,
        icon=":material/add:",
        key=f"{key}:add",
        type="tertiary",
        on_click=held.add,
        args=({"name": "", "type": "text"},),
    )
    return [row.value for row in held.rows]


def _field(held: Rows, row: Row, key: str, place: Place, slots: Slots) -> Drawn:
    """One row: name, type, whether it is required, all else behind a button; groups below."""
    value: Drawn = row.value
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        called = scalars.begin(f"{key}:name", value.get("name", ""))
        name = st.text_input(
            _t("name"),
            called or "",
            key=f"{key}:name",
            placeholder=_t("name"),
            label_visibility="collapsed",
        )
        chosen = _type(value, key, place)
        typed = _retyped(value, chosen)
        needed = scalars.begin(f"{key}:required", value.get("required", True))
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            required = st.toggle(_t("required"), bool(needed), key=f"{key}:required")
            with st.popover("", icon=":material/tune:", help=_t("details"), key=f"{key}:details"):
                typed = _details(typed, key)
                with st.container(horizontal=True, gap="xsmall"):
                    rows.buttons(held, row, key)
    typed = _inside(typed, key, place, slots, name)
    return {"name": name, **typed, **({} if required else {"required": False})}


def _type(value: Drawn, key: str, place: Place, *, lists: bool = False) -> str:
    scalars.begin(f"{key}:type", _code(value))
    deep = sum(1 for part in place if isinstance(part, int)) >= DEEPEST - 1
    nested = () if deep else ("object",)
    plain = [one for one in _PLAIN if one != "object" or nested]
    options = [f"list_{one}" for one in (*plain, *(() if deep else ("list",)))]
    options = options if lists else [*plain, *options]
    known = st.session_state[f"{key}:type"]
    return str(
        st.selectbox(
            _t("type"),
            options if known in options else [*options, known],
            format_func=lambda one: _t.table("types").get(one, one),
            key=f"{key}:type",
            label_visibility="collapsed",
            width=_TYPE_PX,
        )
    )


def _code(value: Drawn) -> str:
    """A type as it is chosen: that of a list by what it holds."""
    if value.get("type") == "list":
        return f"list_{(value.get('items') or {}).get('type', 'text')}"
    return str(value.get("type", "text"))


def _retyped(value: Drawn, code: str) -> Drawn:
    """The value as another type: its words stay, and of its limits those that the type has."""
    said = {"description": value["description"]} if value.get("description") else {}
    if code.startswith("list_"):
        inner = value.get("items") or {} if value.get("type") == "list" else value
        kept = {n: one for n, one in inner.items() if n not in {"name", "required", "description"}}
        if value.get("type") == "list" and inner.get("description"):
            kept["description"] = inner["description"]
        sizes = {n: value[n] for n in _LIMITS["list"] if value.get(n) is not None}
        return {"type": "list", **said, **sizes, "items": _plain(kept, code.removeprefix("list_"))}
    inner = value.get("items") or {} if value.get("type") == "list" else value
    return {**_plain(inner, code), **said}


def _plain(value: Drawn, code: str) -> Drawn:
    kept = [*_LIMITS.get(code, ()), *([_INSIDE[code]] if code in _INSIDE else []), "description"]
    begun: Drawn = {"items": {"type": "text"}} if code == "list" else {}
    return {"type": code, **begun, **{n: value[n] for n in kept if value.get(n) not in (None, "")}}


def _details(typed: Drawn, key: str) -> Drawn:
    """Words and limits of a value; those of a list, then those of what it holds."""
    if typed["type"] != "list":
        return _limited(typed, key)
    st.markdown(f"**{_t('whole_list')}**")
    whole = _limited(typed, key)
    st.markdown(f"**{_t('item')}**")
    return whole | {"items": _limited(typed["items"], f"{key}:item")}


def _limited(typed: Drawn, key: str) -> Drawn:
    found: Drawn = {"description": _prose("description", typed.get("description"), key)}
    names = _LIMITS.get(typed["type"], ())
    for low in names[:2]:
        found[low] = _number(low, typed.get(low), key, whole=typed["type"] != "number")
    for name in names[2:]:
        shape = Shape("text", name, optional=True, required=False)
        found[name] = scalars.text(Asked(shape, f"{key}:{name}"), typed.get(name))
    told = {name: value for name, value in found.items() if value not in (None, "")}
    rest = {name: value for name, value in typed.items() if name not in found}
    return {"type": rest.pop("type"), **told, **rest}


def _prose(name: str, value: JsonValue, key: str) -> JsonValue:
    shape = Shape("long", name, optional=True, required=False)
    return scalars.prose(Asked(shape, f"{key}:{name}"), value)


def _number(name: str, value: JsonValue, key: str, *, whole: bool) -> JsonValue:
    least = 0 if name not in _LIMITS["number"] else None
    sort: Any = "integer" if whole else "number"
    shape = Shape(sort, name, optional=True, required=False, least=least)
    asked = Asked(shape, f"{key}:{name}:{sort}", holder=_t("no_limit"))
    return scalars.number(asked, value)


def _inside(typed: Drawn, key: str, place: Place, slots: Slots, name: str) -> Drawn:
    """What a value holds: choices, fields of a group, the lists of a list."""
    match typed["type"]:
        case "enum":
            return typed | {"choices": _choices(typed.get("choices") or [], key)}
        case "object":
            held = rows.rows_of(f"{key}:fields", [("", one) for one in typed.get("fields") or ()])
            add = _t("add_inside", name=name or _t("unnamed"))
            inner = _fields(held, f"{key}:fields", (*place, "fields"), slots, add)
            return typed | {"fields": inner}
        case "list":
            item = typed["items"]
            if item["type"] == "list":  # a list of lists: what these hold is chosen in a row below
                code = _type(item, f"{key}:of", (*place, "items"), lists=True)
                item = _retyped(item, code)
            return typed | {"items": _inside(item, f"{key}:of", (*place, "items"), slots, name)}
    return typed


def _choices(value: list[str], key: str) -> list[str]:
    held = scalars.begin(f"{key}:choices", list(value))
    known = list(dict.fromkeys([*value, *st.session_state[f"{key}:choices"]]))
    return list(
        st.multiselect(
            _t("choices"),
            known,
            held,
            key=f"{key}:choices",
            accept_new_options=True,
            placeholder=_t("choices_hint"),
            label_visibility="collapsed",
        )
    )


def _below(made: DrawnSchema | None, key: str, given: Drawn) -> None:
    """An example of an answer, the JSON Schema, and the way to take over another one."""
    example, schema, bring = st.tabs([_t("example"), _t("schema"), _t("bring")])
    with example:
        _code_of(None if made is None else example_of(made, _t("sample_text")))
    with schema:
        _code_of(None if made is None else to_json_schema(made))
    with bring:
        pasted = st.text_area(_t("bring_help"), key=f"{key}:bring", height=120)
        if st.button(_t("take"), key=f"{key}:take"):
            _take(pasted, key, given)


def _code_of(body: Drawn | None) -> None:
    if body is None:
        st.caption(_t("incomplete"))
        return
    text = json.dumps(body, indent=2, ensure_ascii=False)
    height = _CODE_PX if text.count("\n") > _CODE_PX // 24 else "content"
    st.code(text, language="json", height=height)  # type: ignore[arg-type]


def _take(pasted: str, key: str, given: Drawn) -> None:
    try:
        found = read(pasted)
    except UserError as refusal:  # beside the text that it is about
        st.error(str(refusal), icon=":material/error:")
        return
    except ValueError as error:
        st.error(_t("not_json", reason=str(error)), icon=":material/error:")
        return
    rows.replace(key, given, _body(found))
    st.rerun()


def read(text: str) -> DrawnSchema:
    """The form that a JSON Schema describes, or that an example has.

    Raises:
        BadRequest: it has none that can be drawn.
        ValueError: it is not JSON.
    """
    body = json.loads(text)
    is_schema = isinstance(body, dict) and (
        "$schema" in body or (body.get("type") == "object" and "properties" in body)
    )
    return from_json_schema(body) if is_schema else from_example(body)
