"""Forms from schemas: every kind's settings and people's artifacts, there and back exactly."""

from pathlib import Path
from typing import Any

from pydantic import JsonValue
from streamlit.testing.v1 import AppTest

from assets.catalog import CATALOG
from ui import texts
from ui.forming.shapes import Shape, shape_of
from vid_pipeline.artifacts import Captions, Scene, Script, Video

_SCRIPT = Path(__file__).with_name("forms_script.py")
ANSWER: JsonValue = {"fields": [{"name": "mood", "type": "enum", "choices": ["calm", "tense"]}]}
OTHERS: dict[str, JsonValue] = {
    "urls": ["https://example.org/a", "https://example.org/b"],
    "queries": ["why boxes stack"],
    "model": "openai/small",
    "channel": "news",
    "palette": "ocean",
    "voice": "de",
    "back_to": ["script"],
    "tools": ["calculate"],
    "targets": ["archive"],
    "takes": {"plan": ANSWER},
    "output": ANSWER,
    "input": {"words": [1, None, {"a": True}]},
    "end_s": 9.5,
    "file": {"sha256": "0" * 64, "mime": "video/mp4", "size_bytes": 5_000_000},
    "rule": {"role": "reviewer", "needed": 2, "deadline_hours": 12.5},
    "form": [
        {"name": "mood", "label": "Which mood?", "type": "choice", "choices": ["calm", "tense"]},
        {"name": "note", "required": False},
    ],
}
SCRIPT: dict[str, Any] = {
    "title": "Boxes",
    "language": "en",
    "author": "extractive",
    "lines": [
        {"id": "l1", "text": "A box is a box.", "spoken": "A box is a box.", "role": "hook"},
        {"id": "l2", "text": "It stacks.", "spoken": "It stacks.", "cites": ["n1"]},
    ],
}
SCENE: dict[str, Any] = {
    "id": "s1",
    "lines": SCRIPT["lines"],
    "card": {
        "layout": "bullets",
        "heading": "Boxes",
        "items": [{"text": "Big"}, {"text": "Square", "line": 1}],
    },
    "look": {"palette": "plum"},
}


def another(shape: Shape) -> JsonValue:
    """A value that a setting may have, and does not have by default."""
    if shape.sort in {"text", "long"}:
        return OTHERS.get(shape.name, "Other words")
    if shape.name in OTHERS and shape.sort not in {"choice"}:
        return OTHERS[shape.name]
    if shape.sort == "boolean":
        return not shape.default
    if shape.sort in {"choice", "choices"}:
        found: JsonValue = next(one for one in shape.choices if one != shape.default)
        return [found] if shape.sort == "choices" else found
    low, high = shape.least, shape.most
    narrow = high is not None and high <= 1
    step: float = shape.step or (0.01 if narrow and low is not None else 1)
    begun = shape.default if isinstance(shape.default, int | float) else (low or 0)
    return begun + step if high is None or begun + step <= high else begun - step


def shapes(name: str) -> dict[str, Shape]:
    return dict(shape_of(CATALOG[name].params.model_json_schema()).fields)


def changed(name: str) -> dict[str, JsonValue]:
    return {setting: another(shape) for setting, shape in shapes(name).items()}


def shown(**state: Any) -> AppTest:
    page = AppTest.from_file(str(_SCRIPT), default_timeout=60)
    for name, value in state.items():
        page.session_state[name] = value
    page.run()
    assert not page.exception
    return page


def test_a_form_gives_back_what_every_kind_was_set_to_and_leaves_defaults_out() -> None:
    nothing: dict[str, JsonValue] = {}
    page = shown(params=dict.fromkeys(CATALOG, nothing))
    assert page.session_state["out"] == dict.fromkeys(CATALOG, nothing)
    for name in CATALOG:
        CATALOG[name].params.model_validate(changed(name))
    page = shown(params={name: changed(name) for name in CATALOG})
    assert page.session_state["out"] == {name: changed(name) for name in CATALOG}
    assert not [one.value for one in page.markdown if ":red" in one.value]
    page.run()
    assert page.session_state["out"] == {name: changed(name) for name in CATALOG}


def test_a_setting_can_be_set_anew_by_its_key_and_by_other_settings() -> None:
    page = shown(params={"music": {"mood": "bright"}, "trim": {"end_s": 5}})
    page.session_state["t:music:mood"] = "driving"
    page.session_state["t:trim:start_s"] = 1.5
    page.run()
    out = page.session_state["out"]
    assert out == {"music": {"mood": "driving"}, "trim": {"end_s": 5, "start_s": 1.5}}
    page.session_state["params"] = {"music": {"mood": "none"}, "trim": out["trim"]}
    page.run()
    assert page.session_state["out"]["music"] == {"mood": "none"}


def test_what_is_wrong_is_told_beside_the_field_in_plain_words() -> None:
    wrong: dict[str, JsonValue] = {"mood": "loud", "seed": -4, "volume": 11}
    page = shown(params={"music": wrong, "given": {}, "agent": {"model": "big"}})
    told = " ".join(one.value for one in page.markdown if ":red" in one.value)
    assert "Choose one of these: 'calm', 'bright', 'driving' or 'none'" in told
    assert "It must be 0 or more" in told
    assert "no setting “volume”" in told
    assert "provider/model" in told
    assert told.count("This is needed") == 3
    assert page.session_state["out"]["music"] == wrong
    page.button(key="t:music:volume:strange").click().run()
    assert "volume" not in page.session_state["out"]["music"]


def test_rows_are_added_moved_and_taken_away() -> None:
    page = shown(params={"ask_person": {"form": OTHERS["form"]}})
    page.button(key="t:ask_person:form:0:down").click().run()
    page.button(key="t:ask_person:form:add").click().run()
    told = [one.value for one in page.markdown if ":red" in one.value]
    assert len(told) == 1, "a list with a wrong item is not called too short"
    page.text_input(key="t:ask_person:form:2:name").set_value("why").run()
    form = page.session_state["out"]["ask_person"]["form"]
    assert [one.get("name") for one in form] == ["note", "mood", "why"]
    page.button(key="t:ask_person:form:1:remove").click().run()
    form = page.session_state["out"]["ask_person"]["form"]
    assert [one.get("name") for one in form] == ["mood", "why"]


def test_an_artifact_comes_back_as_it_was_and_with_the_words_that_were_changed() -> None:
    for model, body in (
        (Script, SCRIPT),
        (Scene, SCENE),
        (Captions, {"language": "en", "cues": []}),
    ):
        page = shown(artifact=(model, body))
        assert page.session_state["out"] == body
    page = shown(artifact=(Script, SCRIPT))
    page.text_area(key="t:lines:1:text").set_value("It stacks well.")
    page.button(key="t:lines:add").click().run()
    lines = page.session_state["out"]["lines"]
    assert lines[1] == SCRIPT["lines"][1] | {"text": "It stacks well."}
    assert lines[2]["id"] == "l3"
    assert [one["id"] for one in lines[:2]] == ["l1", "l2"]


def test_a_browser_that_draws_a_field_late_is_told_its_words_again() -> None:
    """Else it draws an empty one, and what it sends back empties the artifact."""
    page = shown(artifact=(Script, SCRIPT))
    page.text_area(key="t:lines:0:text").set_value("It stacks well.").run()
    told = {one.key: one.proto.default for one in page.text_area}
    assert told["t:lines:0:text"] == "It stacks well."
    assert told["t:lines:1:text"] == SCRIPT["lines"][1]["text"]
    page = shown(params={name: changed(name) for name in CATALOG}).run()
    empty = [one.key for one in page.text_input if one.value and not one.proto.default]
    assert not empty


def test_another_card_takes_along_what_both_have() -> None:
    page = shown(artifact=(Scene, SCENE))
    page.selectbox(key="t:card:layout").set_value("steps").run()
    card = page.session_state["out"]["card"]
    assert card == SCENE["card"] | {"layout": "steps"}
    Scene.model_validate(page.session_state["out"])


def test_what_has_no_words_says_that_there_is_nothing_to_edit() -> None:
    ref = {"sha256": "0" * 64, "mime": "video/mp4", "size_bytes": 1}
    body = {"file": ref, "canvas": {}, "frames": 3, "scenes_rendered": 1, "scenes_reused": 0}
    page = shown(artifact=(Video, body))
    assert page.session_state["out"] == body
    assert page.caption[0].value == texts.of("forms")("nothing_to_edit")


def test_every_setting_has_words_of_its_own() -> None:
    labels = texts.of("forms").table("labels")
    named = {setting for name in CATALOG for setting in shapes(name)}
    assert named <= labels.keys()
