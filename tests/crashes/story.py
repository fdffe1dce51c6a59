"""A production of all that can go half-way: paid calls, three gates, a rejection, a folder.

Each telling pays for three calls, since its article, its feedback and its job are its own.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import JsonValue

from vid_pipeline.acts.verdicts import Decision, ItemDecision
from vid_pipeline.records import Request
from vid_pipeline.workflow import Step, Workflow

SLUG = "crash-story"
PAID_CALLS = 3
_ARTICLE = """# Why bread rises

Bread rises because yeast eats sugar and breathes out gas. A single gram of fresh yeast holds
about ten billion cells. In warm dough they double every two hours. The gas cannot leave, because
kneading has turned the flour's proteins into an elastic net called gluten.

This is loaf number {number}, baked for the ones who read to the end of an article about bread.
"""
_LINES = (
    "A single gram of fresh yeast holds about ten billion living cells.",
    "In warm dough those cells double every two hours and breathe out gas.",
    "Gluten traps the gas in bubbles, and the oven swells them one last time.",
)
_ROLES = ("hook", "body", "closing")


def workflow(number: int) -> Workflow:
    """The version that the telling of this number goes through; its job's input is its own."""
    order: dict[str, JsonValue] = {
        "operation": "voice",
        "input": {"number": number},
        "most_usd": 0.6,
    }
    steps = (
        Step(id="brief", kind="take_brief"),
        Step(id="song", kind="run_job", params=order),
        _step("article", "read_source", brief="brief"),
        _step("script", "write_script", brief="brief", article="article"),
        _step("script_gate", "approve", item="script"),
        _step("storyboard", "storyboard", brief="brief", script="script_gate"),
        _step("scene", "revise_scene", scene="storyboard.scenes").model_copy(
            update={"over": "scene"}
        ),
        _step("scene_gate", "approve_each", items="scene"),
        _step("board", "assemble_scenes", storyboard="storyboard", scenes="scene_gate"),
        _step("final_gate", "approve", item="board"),
        _step("deliver", "hand_over", script="script_gate", storyboard="final_gate"),
    )
    return Workflow(slug=SLUG, title="A story of crashes", steps=steps)


def article(number: int) -> str:
    """An article that is like the others, and another one."""
    return _ARTICLE.format(number=number)


def decision(request: Request, number: int) -> Decision:
    """What the person says: yes; only a scene is not to their liking at first."""
    if request.step_id != "scene_gate" or request.round > 1:
        return Decision(verdict="approve")
    key = request.shown[0].key
    note = f"Say it plainly, as on loaf {number}."
    return Decision(verdict="approve", items={key: ItemDecision(verdict="reject", note=note)})


EXPECTED = (
    ("script_gate", 1, "approved"),
    ("scene_gate", 1, "rejected"),
    ("scene_gate", 2, "approved"),
    ("final_gate", 1, "approved"),
)
"""Every request there is in the end: its gate, its round, its state."""


def answer(body: dict[str, Any]) -> Mapping[str, JsonValue]:
    """The model's part."""
    if "card" in body["tools"][0]["input_schema"]["properties"]:
        return {"card": {"layout": "statement", "text": "Ten billion cells in a gram"}}
    lines: list[JsonValue] = [
        {"role": role, "text": text, "paragraph": 1}
        for role, text in zip(_ROLES, _LINES, strict=True)
    ]
    return {"title": "Why bread rises", "lines": lines}


def _step(step_id: str, kind: str, **inputs: str) -> Step:
    return Step(id=step_id, kind=kind, inputs=dict(inputs))
