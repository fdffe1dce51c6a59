"""An agent's answer drawn as rows: exactly what it was, and what people make of it."""

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from ui.schema_example import example_of
from ui.schema_rows import read
from vid_pipeline.drawn_json import to_json_schema
from vid_pipeline.drawn_schema import DrawnSchema, record_of
from vid_pipeline.errors import BadRequest

_SCRIPT = Path(__file__).with_name("forms_script.py")
EVERYTHING: dict[str, Any] = {
    "title": "Plan",
    "description": "A plan of shots.",
    "fields": [
        {"name": "id", "type": "text"},
        {"name": "why", "type": "text", "description": "One line.", "min_length": 30,
         "max_length": 90, "pattern": "^[A-Z]"},
        {"name": "share", "type": "number", "minimum": 0, "maximum": 0.25, "required": False},
        {"name": "count", "type": "integer", "minimum": 2},
        {"name": "done", "type": "boolean"},
        {"name": "mood", "type": "enum", "choices": ["calm", "tense"]},
        {"name": "place", "type": "object", "fields": [{"name": "city", "type": "text"}]},
        {"name": "tags", "type": "list", "min_items": 1, "max_items": 3, "description": "Short.",
         "items": {"type": "text", "max_length": 20, "description": "A word."}},
        {"name": "moods", "type": "list", "items": {"type": "enum", "choices": ["a", "b"]}},
        {"name": "grid", "type": "list", "items": {"type": "list", "max_items": 4,
         "items": {"type": "list", "items": {"type": "integer", "maximum": 9}}}},
        {"name": "shots", "type": "list", "items": {"type": "object", "description": "A shot.",
         "fields": [{"name": "text", "type": "text", "required": False},
                    {"name": "cues", "type": "list", "items": {"type": "object", "fields": [
                        {"name": "at_s", "type": "number", "minimum": 0.5}]}}]}},
    ],
}  # fmt: skip


def shown(schema: Any) -> AppTest:
    page = AppTest.from_file(str(_SCRIPT), default_timeout=60)
    page.session_state["schema"] = schema
    page.run()
    assert not page.exception
    return page


def test_every_form_comes_back_exactly() -> None:
    as_written = json.loads(json.dumps(EVERYTHING))
    page = shown(as_written)
    assert page.session_state["out"] == as_written
    page.run()
    assert page.session_state["out"] == as_written
    page = shown(DrawnSchema.model_validate(EVERYTHING))
    assert DrawnSchema.model_validate(page.session_state["out"]) == (
        DrawnSchema.model_validate(EVERYTHING)
    )


def test_a_row_is_renamed_retyped_limited_moved_and_taken_away() -> None:
    page = shown({"fields": [{"name": "a", "type": "text", "description": "A.", "max_length": 9},
                             {"name": "b", "type": "integer"}]})  # fmt: skip
    page.text_input(key="t:fields:0:name").set_value("shots")
    page.selectbox(key="t:fields:0:type").set_value("list_text").run()
    listed = {"name": "shots", "type": "list", "description": "A.",
              "items": {"type": "text", "max_length": 9}}  # fmt: skip
    assert page.session_state["out"]["fields"][0] == listed
    page.selectbox(key="t:fields:0:type").set_value("list_object").run()
    page.button(key="t:fields:0:of:fields:add").click().run()
    page.text_input(key="t:fields:0:of:fields:0:name").set_value("seconds")
    page.selectbox(key="t:fields:0:of:fields:0:type").set_value("number").run()
    page.number_input(key="t:fields:0:of:fields:0:minimum:number").set_value(0.5)
    page.toggle(key="t:fields:1:required").set_value(False)
    page.button(key="t:fields:1:up").click().run()
    made = DrawnSchema.model_validate(page.session_state["out"])
    assert [one.name for one in made.fields] == ["b", "shots"]
    assert made.fields[0].required is False
    assert made.fields[1].items is not None
    assert made.fields[1].items.fields[0].minimum == 0.5
    page.button(key="t:fields:1:remove").click().run()
    assert [one["name"] for one in page.session_state["out"]["fields"]] == ["shots"]


def test_what_is_wrong_is_told_in_its_row() -> None:
    page = shown({"fields": [{"name": "No name!", "type": "text", "min_length": 9, "max_length": 3},
                             {"name": "mood", "type": "enum"}]})  # fmt: skip
    told = " ".join(one.value for one in page.markdown if ":red" in one.value)
    assert "Use small letters" in told
    assert "enum needs" in told
    assert "Add at least one" not in told
    assert "complete" in page.caption[0].value


def test_nothing_yet_says_how_to_begin() -> None:
    page = shown({})
    assert page.session_state["out"] == {}
    assert "Add what the answer must hold" in page.caption[0].value


def test_a_schema_and_an_example_are_taken_over() -> None:
    page = shown({"fields": [{"name": "a", "type": "text"}]})
    page.text_area(key="t:bring").set_value('{"mood": "calm", "shots": [{"text": "x", "at": 1.5}]}')
    page.button(key="t:take").click().run()
    made = DrawnSchema.model_validate(page.session_state["out"])
    assert [(one.name, one.type) for one in made.fields] == [("mood", "text"), ("shots", "list")]
    page.text_area(key="t:bring").set_value("{")
    page.button(key="t:take").click().run()
    assert "not JSON" in page.error[0].value
    assert DrawnSchema.model_validate(page.session_state["out"]) == made
    whole = DrawnSchema.model_validate(EVERYTHING)
    assert read(json.dumps(to_json_schema(whole))) == whole
    with pytest.raises(BadRequest):
        read('{"type": "object", "properties": {"a": {"not": {}}}}')


def test_the_example_fits_its_form() -> None:
    whole = DrawnSchema.model_validate(EVERYTHING)
    record_of(whole).model_validate(example_of(whole, "Some text"))
