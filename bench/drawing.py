"""How smoothly a workflow of 150 steps is drawn while a step is dragged, in Chromium.

Frames are counted in the page, by `requestAnimationFrame`. Chromium draws here without a GPU, so a
desk's own machine is faster.
"""

import time
from typing import Any
from uuid import UUID

from playwright.sync_api import Browser

from vid_pipeline.acts import drafting
from vid_pipeline.acts.workshop import Workshop

_STEPS, _ROW = 150, 15
_DRAG_S = 4.0
_PATIENCE_MS = 120_000
_COUNT = """() => {
  window.__frames = 0;
  const tick = () => { window.__frames += 1; requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
}"""


def drawn(shop: Workshop, user: UUID) -> str:
    """The address of a draft with so many steps."""
    steps: list[dict[str, Any]] = [{"id": "brief", "kind": "take_brief"}]
    for number in range(1, _STEPS):
        before = "brief" if number < 10 else f"gate_{number - 9}"
        steps.append({"id": f"gate_{number}", "kind": "approve", "in": {"item": before}})
    layout = {
        str(one["id"]): {"x": 280 * (number % _ROW), "y": 170 * (number // _ROW)}
        for number, one in enumerate(steps)
    }
    body: dict[str, Any] = {"steps": steps, "layout": layout}
    return f"/editor?draft={drafting.create(shop.db, user, 'Many steps', body).id}"


def frames_per_s(browser: Browser, address: str) -> float:
    """Frames in each second of a drag."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(_PATIENCE_MS)
    page.goto(address)
    page.locator(".editor[data-ready=true]").wait_for()
    page.wait_for_timeout(2000)  # what comes with the page is drawn by then
    box = page.locator(".step[data-step=gate_1] header").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(_COUNT)
    began_at = time.perf_counter()
    turn = 0
    while time.perf_counter() - began_at < _DRAG_S:
        turn += 1
        page.mouse.move(x + turn % 240, y + turn % 160)
    frames = int(page.evaluate("() => window.__frames"))
    seconds = time.perf_counter() - began_at
    page.mouse.up()
    context.close()
    return frames / seconds
