"""What the workflow editor tells its canvas, and what it makes of what the canvas says."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from assets.catalog import CATALOG, TOOLS
from ui import kinds, texts
from ui.editing import canvas, catalogue, document
from ui.editing.open_draft import OpenDraft
from ui.flow import Drawn
from vid_pipeline.records import Draft
from vid_pipeline.store.traces import Typical

_UI = Path(kinds.__file__).parent
_AGENT = {
    "instructions": "Say it.",
    "output": {"fields": [{"name": "mood", "type": "text"}]},
    "takes": {"about": {"fields": [{"name": "topic", "type": "text"}]}},
}


def test_every_kind_and_tool_has_words_a_category_and_an_icon() -> None:
    told = texts.of("kinds")
    known = told.keys()
    names = [*CATALOG, *(f"tool_{name}" for name in TOOLS)]
    assert [name for name in names if name not in known] == []
    for name in names:
        words = told.table(name)
        assert words["title"], name
        assert words["help"].endswith("."), name
        assert name.startswith("tool_") or words["category"] in kinds.categories(), name
    types = set(catalogue.drawn(CATALOG)["types"])
    assert {name for name in types if "[" not in name} <= told.table("types").keys()


def test_a_kind_without_words_says_what_its_function_says() -> None:
    assert kinds.shown("greet").title == "Greet"
    assert kinds.shown("greet").help == "This step is not installed here"


def test_the_catalogue_says_what_can_be_joined() -> None:
    found = {kind["name"]: kind for kind in catalogue.drawn(CATALOG)["kinds"]}
    scenes = found["storyboard"]["outputs"][1]
    assert (scenes["name"], scenes["type"], scenes["list"]) == ("scenes", "Scene", True)
    assert found["approve"]["inputs"][0]["type"] == "*"
    assert found["approve_each"]["outputs"][0]["type"] == "Listed[*]"
    assert found["agent"]["open"]
    assert found["agent"]["tools"]
    assert found["write_script"]["inputs"][1]["optional"]


def test_structure_is_the_browsers_and_settings_stay() -> None:
    before = {
        "title": "A",
        "steps": [{"id": "gate", "kind": "approve", "params": {"title": "Look"}}],
        "notes": [{"id": "note", "x": 0, "y": 0}],
    }
    gate = {"id": "gate", "kind": "approve", "in": {"item": "new"}, "over": None, "when": None}
    new: dict[str, object] = {
        "id": "new",
        "kind": "take_brief",
        "in": {},
        "over": None,
        "when": None,
    }
    said = {"steps": [gate, new], "layout": {"new": {"x": 1, "y": 2}}, "notes": [], "groups": []}
    after = document.merged(before, said | {"params": {"new": {}}})
    assert after == {
        "title": "A",
        "steps": [
            {"id": "gate", "kind": "approve", "params": {"title": "Look"}, "in": {"item": "new"}},
            {"id": "new", "kind": "take_brief"},
        ],
        "layout": {"new": {"x": 1, "y": 2}},
    }
    undone = document.merged(after, said | {"params": {"gate": {"title": "Watch"}}})
    assert document.step_in(undone, "gate") == after["steps"][0] | {"params": {"title": "Watch"}}


def test_what_comes_out_of_the_canvas_is_what_went_in() -> None:
    drawn = {
        "steps": [{"id": "a", "kind": "take_brief"}, {"id": "b", "kind": "read_source",
                                                      "in": {"brief": "a"}}],
        "layout": {"a": {"x": 0, "y": 0}},
        "notes": [{"id": "n", "x": 0, "y": 0, "text": "", "width": 220, "height": 120,
                   "colour": "yellow"}],
        "groups": [{"id": "g", "title": "", "steps": ["a"], "colour": "grey"}],
    }  # fmt: skip
    assert document.merged(drawn, document.structure(drawn) | {"params": {}}) == drawn


def test_a_step_shows_its_faults_what_is_set_and_what_it_costs() -> None:
    drawn = {
        "steps": [
            {"id": "helper", "kind": "agent", "params": _AGENT},
            {"id": "voice", "kind": "narrate", "params": {"voice": "onyx"}},
            {"id": "half", "kind": "nobody_knows", "in": 3},
        ]
    }
    known = canvas.Known(
        faults={"voice": ["Step 'voice' lacks its input 'brief'. Join it to a Brief."]},
        typical={"agent": Typical(4.0, 0.12)},
        newest={"voice": {"state": "done", "seconds": 3.0}},
    )
    view = canvas.view(drawn, CATALOG, known)
    assert view["voice"]["faults"] == ["Lacks its input 'brief'. Join it to a Brief."]
    assert (view["voice"]["summary"], view["voice"]["state"]) == ("Voice onyx", "done")
    assert (view["helper"]["summary"], view["helper"]["estimate"]) == ("Say it.", "≈ $0.12")
    assert [port["name"] for port in view["helper"]["inputs"]] == ["about"]
    assert view["helper"]["outputs"][0]["type"].startswith("Record:")
    assert view["half"]["params"] == {}


def test_a_form_whose_settings_the_canvas_brings_has_other_widgets() -> None:
    drawn: dict[str, Any] = {"steps": [{"id": "gate", "kind": "approve", "params": {"title": "A"}}]}
    opened = OpenDraft(_draft(drawn), drawn, epoch=1)
    opened.show(("gate",))
    opened.finish()
    before = opened.form_key("gate")
    brought = document.structure(drawn) | {"params": {"gate": {"title": "B"}}}
    opened.take(Drawn(ready=True, graph=brought | {"epoch": 1, "seq": 1}))
    assert document.steps_of(opened.document)[0]["params"] == {"title": "B"}
    assert opened.form_key("gate") != before, "what stands in the old fields counts nothing"


def _draft(drawn: dict[str, Any]) -> Draft:
    now = datetime.now(UTC)
    return Draft(
        id=uuid4(), owner_id=uuid4(), slug="a", document=drawn, revision=1, published_version=None,
        published_revision=None, created_at=now, updated_at=now, saved_by=uuid4(),
    )  # fmt: skip


def test_every_text_of_the_editor_is_there_and_used() -> None:
    files = [*(_UI / "editing").glob("*.py"), _UI / "pages" / "editor.py"]
    source = "\n".join(path.read_text(encoding="utf-8") for path in files)
    assert set(re.findall(r"_t\(\s*[\"']([a-z_]+)[\"']", source)) == texts.of("editor").keys()
