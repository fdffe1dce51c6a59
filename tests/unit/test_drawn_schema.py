"""Forms that creators draw: exact as JSON Schema, enforced as a model, hostile ones refused."""

from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from pydantic import ValidationError

from vid_pipeline.drawn_json import from_example, from_json_schema, to_json_schema
from vid_pipeline.drawn_schema import DrawnSchema, faults, record_of
from vid_pipeline.errors import BadRequest


def form(*fields: dict[str, Any], **more: Any) -> DrawnSchema:
    return DrawnSchema.model_validate({"fields": fields, **more})


SCENE = {
    "type": "object",
    "fields": [
        {"name": "id", "type": "text"},
        {"name": "mood", "type": "enum", "choices": ["calm", "tense"]},
        {"name": "seconds", "type": "number", "minimum": 1, "maximum": 9.5},
        {"name": "tags", "type": "list", "max_items": 2, "items": {"type": "text"}},
    ],
}
PLAN = form(
    {"name": "title", "type": "text", "min_length": 3, "pattern": "^[A-Z]", "description": "T"},
    {"name": "scenes", "type": "list", "min_items": 1, "items": SCENE},
    {"name": "count", "type": "integer", "required": False, "minimum": 0},
    {"name": "done", "type": "boolean", "required": False},
    title="Plan",
    description="What is shown.",
)
GOOD: dict[str, Any] = {
    "title": "Bread",
    "scenes": [{"id": "s1", "mood": "calm", "seconds": 2, "tags": []}],
}


def scene(**changes: Any) -> dict[str, Any]:
    return {**GOOD, "scenes": [GOOD["scenes"][0] | changes]}


def test_a_value_that_fits_becomes_a_record() -> None:
    made: Any = record_of(PLAN).model_validate(GOOD)
    assert made.scenes[0].seconds == 2
    assert made.count is None
    assert record_of(PLAN).model_validate_json(made.model_dump_json()) == made
    with pytest.raises(ValidationError, match="frozen"):
        made.title = "Other"


@pytest.mark.parametrize(
    ("value", "place"),
    [
        pytest.param({**GOOD, "title": "bread"}, "title: String should match", id="pattern"),
        pytest.param({**GOOD, "title": "B"}, "title: String should have", id="length"),
        pytest.param({**GOOD, "title": 7}, "title: Input should be a valid string", id="text"),
        pytest.param({**GOOD, "scenes": []}, "scenes: Tuple should have at least 1", id="items"),
        pytest.param({**GOOD, "count": 1.0}, "count: Input should be a valid int", id="integer"),
        pytest.param({**GOOD, "count": True}, "count: Input should be a valid int", id="no bool"),
        pytest.param({**GOOD, "done": "yes"}, "done: Input should be a valid bool", id="boolean"),
        pytest.param({**GOOD, "count": -1}, "count: Input should be greater", id="minimum"),
        pytest.param(scene(mood="sad"), "scenes[0].mood: Input should be 'calm'", id="enum"),
        pytest.param(scene(seconds=9.6), "scenes[0].seconds: Input should be less", id="maximum"),
        pytest.param(scene(seconds=float("nan")), "scenes[0].seconds", id="not a number"),
        pytest.param(scene(tags=["a", 1]), "scenes[0].tags[1]: Input should be", id="an item"),
        pytest.param(scene(tags=["a"] * 3), "scenes[0].tags: Tuple should have", id="too many"),
        pytest.param(scene(id="a b"), "scenes[0].id: String should match", id="no id"),
        pytest.param({**GOOD, "more": 1}, "more: Extra inputs", id="extra"),
        pytest.param({"title": "Bread"}, "scenes: Field required", id="missing"),
        pytest.param(
            {**GOOD, "scenes": GOOD["scenes"] * 2}, "scenes: Value error, two items", id="one id"
        ),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_its_place(value: Any, place: str) -> None:
    with pytest.raises(ValidationError) as refused:
        record_of(PLAN).model_validate(value)
    assert place in faults(refused.value)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        pytest.param([{"name": "a", "type": "text", "pattern": "(?=x)"}], "look-around", id="look"),
        pytest.param([{"name": "a", "type": "text", "pattern": r"(a)\1"}], "back", id="back"),
        pytest.param(
            [{"name": "a", "type": "text", "pattern": "((a{999}){999}){999}"}], "size", id="large"
        ),
        pytest.param([{"name": "json", "type": "text"}], "reserved", id="a name of ours"),
        pytest.param([{"name": "__class__", "type": "text"}], "pattern", id="a dunder"),
        pytest.param([{"name": "model_dump", "type": "text"}], "reserved", id="a method"),
        pytest.param([{"name": "A b", "type": "text"}], "pattern", id="no name"),
        pytest.param([{"name": "a", "type": "text"}] * 2, "two fields", id="one name twice"),
        pytest.param([{"name": "a", "type": "text", "minimum": 1}], "no 'minimum'", id="stranger"),
        pytest.param([{"name": "a", "type": "enum"}], "needs 'choices'", id="no choices"),
        pytest.param([{"name": "a", "type": "list"}], "needs 'items'", id="no items"),
        pytest.param(
            [{"name": "a", "type": "integer", "minimum": 2, "maximum": 1}], "more than", id="range"
        ),
        pytest.param([{"name": f"f{n}", "type": "text"} for n in range(201)], "201", id="many"),
        pytest.param([{"name": "a", "type": "code"}], "Input should be", id="no type"),
    ],
)
def test_a_hostile_form_is_refused(fields: list[dict[str, Any]], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        form(*fields)


@pytest.mark.parametrize("depth", [7, 5000])
def test_a_form_nested_too_deep_is_refused(depth: int) -> None:
    inner: dict[str, Any] = {"type": "text"}
    for _ in range(depth):
        inner = {"type": "list", "items": inner}
    with pytest.raises(ValidationError, match=r"deep|recursion|[Rr]ecursion"):
        form({"name": "a", **inner})


def test_a_pattern_that_backtracks_elsewhere_takes_no_time() -> None:
    slow = form({"name": "a", "type": "text", "pattern": r"^(a+)+$"})
    with pytest.raises(ValidationError, match="should match"):
        record_of(slow).model_validate({"a": "a" * 19_000 + "!"})


names = st.from_regex(r"[a-z][a-z0-9]{0,5}_x", fullmatch=True)
bounds = st.one_of(st.none(), st.integers(0, 50))


def _ranged(low: str, high: str, kind: str) -> Any:
    pairs: Any = st.tuples(bounds, bounds)
    pairs = pairs.filter(lambda p: None in p or p[0] <= p[1])
    return pairs.map(
        lambda p: (
            {"type": kind} | {n: v for n, v in zip((low, high), p, strict=True) if v is not None}
        )
    )


leaves = st.one_of(
    _ranged("min_length", "max_length", "text"),
    _ranged("minimum", "maximum", "integer"),
    _ranged("minimum", "maximum", "number"),
    st.just({"type": "boolean"}),
    st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=4, unique=True).map(
        lambda c: {"type": "enum", "choices": c}
    ),
)


def _fields(types: Any) -> Any:
    named = st.tuples(names, types, st.booleans(), st.text(max_size=9))
    return st.lists(named, min_size=1, max_size=4, unique_by=lambda one: one[0]).map(
        lambda all_: [{"name": n, **t, "required": r, "description": d} for n, t, r, d in all_]
    )


types = st.recursive(
    leaves,
    lambda inner: st.one_of(
        inner.map(lambda one: {"type": "list", "items": one}),
        _fields(inner).map(lambda fields: {"type": "object", "fields": fields}),
    ),
    max_leaves=6,
)


def _deep(one: dict[str, Any]) -> int:
    inner = one.get("fields") or ([one["items"]] if "items" in one else [])
    return 1 + max((_deep(each) for each in inner), default=0)


@given(_fields(types).filter(lambda fields: max(map(_deep, fields)) <= 6), st.text(max_size=9))
@settings(max_examples=60)
def test_a_form_comes_back_from_json_schema_as_it_was(
    fields: list[dict[str, Any]], title: str
) -> None:
    drawn = form(*fields, title=title)
    schema = to_json_schema(drawn)
    assert from_json_schema(schema) == drawn
    assert to_json_schema(from_json_schema(schema)) == schema


def test_a_form_is_read_off_a_models_own_schema() -> None:
    read = from_json_schema(record_of(PLAN).model_json_schema())
    assert [one.name for one in read.fields] == ["title", "scenes", "count", "done"]
    assert not read.fields[2].required
    assert record_of(read).model_validate(GOOD)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        pytest.param({"type": "string"}, "must be an object", id="no object"),
        pytest.param({"properties": {"a": {"type": ["string", "null"]}}}, "type", id="no type"),
        pytest.param({"p": {"oneOf": []}}, "/a/oneOf", id="one of"),
        pytest.param({"p": {"type": "string", "format": "date"}}, "/a/format", id="format"),
        pytest.param({"p": {"$ref": "https://x.example/s"}}, "/a/https", id="a far reference"),
        pytest.param({"p": {"$ref": "#/$defs/Loop"}}, "too deep", id="a loop"),
        pytest.param({"p": {"anyOf": [{"type": "string"}]}}, "/a/anyOf", id="any of"),
        pytest.param({"p": True}, "/a", id="no schema"),
        pytest.param({"additionalProperties": True, "p": {}}, "additional", id="open"),
    ],
)
def test_a_schema_that_says_more_than_a_form_is_refused(body: dict[str, Any], place: str) -> None:
    body = {"type": "object"} | body
    if "p" in body:
        body["properties"] = {"a": body.pop("p")}
    body["$defs"] = {"Loop": {"type": "array", "items": {"$ref": "#/$defs/Loop"}}}
    with pytest.raises(BadRequest, match=place):
        from_json_schema(body)


def test_an_example_becomes_a_form_that_it_fits() -> None:
    example: Any = {
        "title": "x",
        "n": 1,
        "rate": 1.5,
        "ok": True,
        "notes": None,
        "items": [{"a": 1, "b": "x"}, {"a": 2.5}],
        "nothing": [],
    }
    drawn = from_example(example, title="Found")
    assert record_of(drawn).model_validate(example)
    assert [one.name for one in drawn.fields if not one.required] == ["notes"]
    assert "number" in repr(to_json_schema(drawn)["properties"]["items"])


@pytest.mark.parametrize("example", [[1], "x", {"a": [1, "x"]}, {"A b": 1}, {}])
def test_an_example_that_makes_no_form_is_refused(example: Any) -> None:
    with pytest.raises(BadRequest):
        from_example(example)


def test_forms_that_agree_but_for_words_fit_each_other() -> None:
    a = form({"name": "a", "type": "text", "description": "one"}, title="A")
    b = form({"name": "a", "type": "text", "description": "two"}, title="B")
    other = form({"name": "a", "type": "text", "max_length": 5})
    assert issubclass(record_of(a), record_of(b.bare))
    assert not issubclass(record_of(a), record_of(other.bare))
    assert record_of(a) is record_of(a.model_copy())
