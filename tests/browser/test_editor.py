"""The workflow editor, drawn on with a real mouse and a real keyboard."""

import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.served import Served
from vid_pipeline.acts import drafting
from vid_pipeline.records import Draft

pytestmark = pytest.mark.browser
_PATIENCE_S = 20.0
_AGENT = {"instructions": "Say it.", "output": {"fields": [{"name": "mood", "type": "text"}]}}
_MANY = 150
_HAND_MS = 100
"""What a hand needs at least from the canvas to a press in the menu."""
Opener = Callable[..., Draft]


@pytest.fixture(autouse=True)
def patience() -> None:
    expect.set_options(timeout=_PATIENCE_S * 1000)


@pytest.fixture
def draw(studio: Served, page: Page) -> Opener:
    """Opens a new draft of these steps in the editor; steps stand in rows of four unless told."""

    def opened(*steps: dict[str, Any], layout: dict[str, Any] | None = None) -> Draft:
        places = {
            step["id"]: {"x": 290 * (number % 4), "y": 230 * (number // 4)}
            for number, step in enumerate(steps)
        }
        body: dict[str, Any] = {
            "steps": list(steps),
            "layout": places if layout is None else layout,
        }
        draft = drafting.create(studio.shop.db, studio.user, "A drawing", body)
        page.goto(f"/editor?draft={draft.id}")
        page.locator(".editor[data-ready=true]").wait_for()
        page.wait_for_timeout(300)  # it goes to its beginning
        return draft

    return opened


def step(name: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "kind": kind, **more}


def test_steps_are_dropped_joined_refused_and_offered(
    studio: Served, page: Page, draw: Opener
) -> None:
    draft = draw(step("brief", "take_brief"), step("script", "write_script"))
    expect(_node(page, "script")).to_contain_text("Lacks its input 'brief'")

    _wire(page, "brief", "", "script", "brief")
    expect(_node(page, "script").locator(".fault")).to_have_count(0)
    _until(lambda: _saved(studio, draft, "script")["in"], {"brief": "brief"})

    page.locator("[data-entry=storyboard]").drag_to(_pane(page), target_position=_at(560, 480))
    expect(_node(page, "storyboard")).to_be_visible()
    _refused(page)

    source = _port(page, "script", "output", "")
    _drag(page, _middle(source), _on_pane(page, 300, 540))
    menu = page.get_by_role("dialog", name="What shall take the script?")
    expect(menu.get_by_role("option", name="Make the video")).to_have_count(0)
    menu.get_by_role("option", name="Check facts").click()
    _until(lambda: _saved(studio, draft, "check_facts")["in"], {"script": "script"})


def _refused(page: Page) -> None:
    """A wire that does not fit is dimmed while it is drawn, refused where it ends, and told why."""
    source = _middle(_port(page, "brief", "output", ""))
    target = _port(page, "storyboard", "input", "script")
    page.mouse.move(*source)
    page.mouse.down()
    page.mouse.move(*_middle(target), steps=6)
    expect(_row(page, "storyboard", "input", "script")).to_have_class(_has("dim"))
    expect(_row(page, "storyboard", "input", "brief")).to_have_class(_has("fits"))
    page.mouse.up()
    expect(page.locator(".toast")).to_have_text("“script” takes script, not brief.")


def test_everything_is_undone_settings_too_and_what_a_tool_does(
    studio: Served, page: Page, draw: Opener
) -> None:
    draft = draw(
        step("brief", "take_brief"),
        step("helper", "agent", params=_AGENT),
        step("gate", "approve", params={"title": "Look at it"}),
    )
    page.get_by_role("tab", name="Agent tools").click()
    page.locator("[data-entry=calculate]").drag_to(_node(page, "gate").locator("header"))
    expect(page.locator(".toast")).to_have_text("Gate is no agent, so it cannot use tools.")
    page.locator("[data-entry=calculate]").drag_to(_node(page, "helper").locator("header"))
    expect(_node(page, "helper").locator(".chip.tool")).to_contain_text("Calculator")
    _until(lambda: _saved(studio, draft, "helper")["params"].get("tools"), ["calculate"])

    _node(page, "gate").locator("header").click()
    field = page.get_by_role("textbox", name="What people are asked to do")
    field.fill("Watch it")
    field.press("Enter")
    expect(_node(page, "gate").locator(".summary")).to_have_text("Watch it")

    _node(page, "gate").locator("header").click()
    page.keyboard.press("Control+z")
    expect(_node(page, "gate").locator(".summary")).to_have_text("Look at it")
    expect(page.get_by_role("textbox", name="What people are asked to do")).to_have_value(
        "Look at it"
    )
    page.keyboard.press("Control+z")
    expect(_node(page, "helper").locator(".chip.tool")).to_have_count(0)
    page.keyboard.press("Control+y")
    page.keyboard.press("Control+y")
    _until(lambda: _saved(studio, draft, "helper")["params"].get("tools"), ["calculate"])
    _until(lambda: _saved(studio, draft, "gate")["params"], {"title": "Watch it"})

    for _ in range(3):  # a run of the page that is broken off leaves no field empty
        page.keyboard.press("[")
        page.keyboard.press("]")
    expect(field).to_have_value("Watch it")
    assert _saved(studio, draft, "gate")["params"] == {"title": "Watch it"}
    for _ in range(4):  # what stood in the field until a moment ago is not taken for typed
        page.keyboard.press("Control+z")
        expect(field).to_have_value("Look at it")
        for key in ("Control+y", "[", "]"):
            page.keyboard.press(key)
        expect(field).to_have_value("Watch it")
        page.wait_for_timeout(500)
        assert _saved(studio, draft, "gate")["params"] == {"title": "Watch it"}


def test_a_workflow_is_drawn_with_the_keyboard_alone(
    studio: Served, page: Page, draw: Opener
) -> None:
    draft = draw()
    expect(page.get_by_text("Nothing here yet", exact=True)).to_be_visible()
    page.get_by_role("searchbox", name="Search").focus()
    page.keyboard.type("Brief")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(_node(page, "take_brief")).to_be_visible()
    page.locator(".react-flow__node[data-id=take_brief]").focus()
    page.keyboard.press("a")
    page.keyboard.type("read the")
    page.keyboard.press("Enter")
    expect(page.locator(".react-flow__node[data-id=read_source]")).to_be_focused()
    page.keyboard.press("a")
    page.keyboard.type("write the")
    page.keyboard.press("Enter")
    expect(page.locator(".react-flow__node[data-id=write_script]")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.type("brief")
    page.keyboard.press("Enter")
    feeds = {"article": "read_source", "brief": "take_brief"}
    _until(lambda: _saved(studio, draft, "write_script")["in"], feeds)
    page.locator(".react-flow__node[data-id=write_script]").focus()
    page.keyboard.press("F2")
    page.keyboard.type("My script")
    page.keyboard.press("Enter")
    _until(lambda: _saved(studio, draft, "my_script")["in"], feeds)
    before = _layout(studio, draft)["my_script"]
    page.locator(".canvas").focus()
    page.keyboard.press("ArrowDown")
    _until(lambda: _layout(studio, draft)["my_script"]["y"], before["y"] + 10)
    page.keyboard.press("Delete")
    expect(_node(page, "my_script")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard")).to_have_count(0)


def test_copies_groups_and_notes(studio: Served, page: Page, draw: Opener) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    first = draw(step("brief", "take_brief"), step("script", "write_script", **_fed("brief")))
    _node(page, "brief").locator("header").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    page.keyboard.press("g")
    expect(page.locator(".group")).to_have_count(1)
    page.locator(".group .words").dblclick()
    page.keyboard.type("Opening")
    page.keyboard.press("Enter")
    _until(lambda: _document(studio, first).get("groups", [{}])[0].get("title"), "Opening")
    page.get_by_role("button", name="Add a note").click()
    page.locator(".note .words").dblclick()
    page.keyboard.type("Ask Ada")
    page.locator(".canvas").press("Escape")
    _until(lambda: _document(studio, first)["notes"][0]["text"], "Ask Ada")
    _drag(page, _corner(page.locator(".group")), _shifted(page.locator(".group"), 0, 90))
    _until(lambda: _layout(studio, first)["script"]["y"] > 20, expected=True)

    second = draw(step("brief", "take_brief"))
    _pane(page).click(position=_at(300, 400))
    page.keyboard.press("Control+v")
    _until(lambda: _saved(studio, second, "script")["in"], {"brief": "brief_2"})
    page.keyboard.press("Control+d")
    expect(page.locator(".step")).to_have_count(5)


def _fed(source: str) -> dict[str, Any]:
    return {"in": {"brief": source}}


def test_another_hand_is_told_of_nothing_is_lost_and_what_is_drawn_is_published(
    studio: Served, page: Page, draw: Opener
) -> None:
    draft = draw(step("brief", "take_brief"))
    body = drafting.get(studio.shop.db, studio.user, draft.id).document
    theirs = body | {"description": "By somebody else"}
    drafting.save(studio.shop.db, studio.user, draft.id, theirs, draft.revision)
    page.get_by_role("button", name="Add a note").click()
    expect(page.get_by_text("Somebody else has saved this workflow meanwhile.")).to_be_visible()
    for name in ("Publish", "Make a video"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_disabled()
    expect(page.get_by_text("Your last changes are not saved.", exact=True)).to_be_visible()
    page.get_by_role("button", name="Keep mine").click()
    _until(lambda: len(_document(studio, draft).get("notes", [])), 1)
    page.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_label("What has changed?").fill("The first")
    page.get_by_role("button", name="Publish this").click()
    expect(page.get_by_text("Published as version 1")).to_be_visible()

    now = drafting.get(studio.shop.db, studio.user, draft.id)
    theirs = now.document | {"description": "Once more"}
    drafting.save(studio.shop.db, studio.user, draft.id, theirs, now.revision)
    page.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_role("button", name="Publish this").click()
    expect(page.get_by_text("Somebody else has saved this workflow meanwhile.")).to_be_visible()
    assert drafting.get(studio.shop.db, studio.user, draft.id).published_version == 1
    page.get_by_role("button", name="Take theirs").click()
    expect(page.get_by_text("Until you publish it, videos are made with version 1")).to_be_visible()


def test_what_cannot_be_saved_stays_drawn_and_can_be_undone_or_kept(
    studio: Served, page: Page, draw: Opener
) -> None:
    draft = draw(step("brief", "take_brief"))
    long = drafting.get(studio.shop.db, studio.user, draft.id)
    body = long.document | {"description": "x" * (1_000_000 - len(json.dumps(long.document)) - 90)}
    drafting.save(studio.shop.db, studio.user, draft.id, body, long.revision)
    page.reload()
    page.locator(".editor[data-ready=true]").wait_for()
    page.get_by_role("button", name="Add a note").click()
    expect(page.get_by_text("It is larger than 1 MB")).to_be_visible()
    expect(page.locator(".note")).to_have_count(1)
    expect(page.get_by_role("button", name="Publish", exact=True)).to_be_disabled()
    page.locator(".canvas").focus()
    page.keyboard.press("Control+z")
    expect(page.get_by_text("It is larger than 1 MB")).to_have_count(0)
    expect(page.locator(".note")).to_have_count(0)

    other = draw(step("brief", "take_brief"))
    drafting.discard(studio.shop.db, studio.user, other.id)
    page.get_by_role("button", name="Add a note").click()
    expect(page.get_by_text("This drawing was discarded in another window.")).to_be_visible()
    expect(_node(page, "brief")).to_be_visible()
    page.get_by_role("button", name="Keep a copy").click()
    expect(page.get_by_text("Saved as a draft.")).to_be_visible()
    copy = drafting.listed(studio.shop.db, studio.user)[0]
    assert copy.id not in {draft.id, other.id}
    assert copy.document["notes"]


def test_a_refusal_in_a_dialog_says_what_to_do(page: Page, draw: Opener) -> None:
    draw(step("brief", "take_brief"))
    _chosen_from_more(page, "Name and description")
    page.get_by_label("Name", exact=True).fill(" ")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("Give it at least one letter.")
    page.keyboard.press("Escape")
    _chosen_from_more(page, "Import")
    file = FilePayload(name="no.json", mimeType="application/json", buffer=b"no")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_role("dialog")).to_contain_text("it is not JSON")


def _chosen_from_more(page: Page, name: str) -> None:
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name=name).or_(page.get_by_role("option", name=name)).click()


def test_what_is_drawn_last_is_saved_when_somebody_leaves_at_once(
    studio: Served, page: Page, draw: Opener
) -> None:
    draft = draw(step("brief", "take_brief"))
    _node(page, "brief").locator("header").click()
    page.wait_for_timeout(500)
    page.locator(".canvas").focus()
    home = page.get_by_role("link", name="Home").bounding_box()
    assert home is not None
    page.keyboard.press("ArrowDown")
    page.mouse.move(home["x"] + home["width"] / 2, home["y"] + home["height"] / 2)
    page.wait_for_timeout(_HAND_MS)
    page.mouse.down()
    page.mouse.up()
    expect(page.get_by_role("button", name="Make video")).to_be_visible()
    _until(lambda: _layout(studio, draft)["brief"]["y"], 10)


def test_a_hundred_and_fifty_steps_are_dragged_arranged_and_only_then_moved(
    studio: Served, page: Page, draw: Opener
) -> None:
    steps = [step("brief", "take_brief")]
    for number in range(1, _MANY):
        before = "brief" if number < 10 else f"gate_{number - 9}"
        steps.append(step(f"gate_{number}", "approve", **{"in": {"item": before}}))
    places = {
        one["id"]: {"x": 280 * (number % 15), "y": 170 * (number // 15)}
        for number, one in enumerate(steps)
    }
    draft = draw(*steps, layout=places)
    x, y = _middle(_node(page, "gate_1").locator("header"))
    page.evaluate(_COUNT_FRAMES)
    page.mouse.move(x, y)
    page.mouse.down()
    for turn in range(60):
        page.mouse.move(x + 2 * turn, y + turn)
    page.mouse.up()
    frames = page.evaluate("window.__frames")
    print(f"\n{_MANY} steps: {frames['n']} frames in {frames['ms']:.0f} ms")  # noqa: T201
    _until(lambda: _layout(studio, draft)["gate_1"] != places["gate_1"], expected=True)
    assert _layout(studio, draft)["gate_40"] == places["gate_40"], "others stay where they were"
    assert page.locator(".step").count() < _MANY, "what is out of sight is not drawn"
    page.get_by_role("button", name="Arrange").click()
    _until(lambda: _layout(studio, draft)["gate_40"] != places["gate_40"], expected=True)


_COUNT_FRAMES = """() => {
  const began = performance.now();
  window.__frames = {n: 0, ms: 0};
  const tick = () => { window.__frames.n += 1; window.__frames.ms = performance.now() - began;
                       requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
}"""


def _node(page: Page, name: str) -> Locator:
    return page.locator(f".step[data-step={name}]")


def _row(page: Page, name: str, side: str, port: str) -> Locator:
    return _node(page, name).locator(f'.port.{side}[data-port="{port}"]')


def _port(page: Page, name: str, side: str, port: str) -> Locator:
    return _row(page, name, side, port).locator(".react-flow__handle")


def _pane(page: Page) -> Locator:
    return page.locator(".react-flow__pane")


def _has(name: str) -> Any:
    return re.compile(rf"\b{name}\b")


def _at(x: float, y: float) -> Any:
    return {"x": x, "y": y}


def _middle(of: Locator) -> tuple[float, float]:
    box = of.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _corner(of: Locator) -> tuple[float, float]:
    box = of.bounding_box()
    assert box is not None
    return box["x"] + box["width"] - 6, box["y"] + 12


def _shifted(of: Locator, x: float, y: float) -> tuple[float, float]:
    left, top = _corner(of)
    return left + x, top + y


def _on_pane(page: Page, x: float, y: float) -> tuple[float, float]:
    box = _pane(page).bounding_box()
    assert box is not None
    return box["x"] + x, box["y"] + y


def _drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=8)
    page.mouse.up()


def _wire(page: Page, source: str, output: str, target: str, name: str) -> None:
    start = _middle(_port(page, source, "output", output))
    _drag(page, start, _middle(_port(page, target, "input", name)))


def _document(studio: Served, draft: Draft) -> dict[str, Any]:
    return drafting.get(studio.shop.db, studio.user, draft.id).document


def _layout(studio: Served, draft: Draft) -> dict[str, Any]:
    found: dict[str, Any] = _document(studio, draft).get("layout", {})
    return found


def _saved(studio: Served, draft: Draft, name: str) -> dict[str, Any]:
    """A step as the database has it; what it lacks is empty."""
    found = {one["id"]: one for one in _document(studio, draft)["steps"]}
    step: dict[str, Any] = {"params": {}, "in": {}} | found.get(name, {})
    return step


def _until(read: Callable[[], object], expected: object) -> None:
    """Wait until what is stored is as expected."""
    deadline = time.monotonic() + _PATIENCE_S
    while (found := _or_nothing(read)) != expected:
        assert time.monotonic() < deadline, f"{found!r} is not {expected!r}"
        time.sleep(0.1)


def _or_nothing(read: Callable[[], object]) -> object:
    try:
        return read()
    except (KeyError, IndexError):
        return None
