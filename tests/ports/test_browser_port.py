"""What every form of the port `Browser` keeps to."""

import http.server
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pytest

from resources.browser import BrowserResource
from resources.devtools import DevTools
from tests.children import Started
from tests.media.samples import USUAL, scene
from vid_pipeline.artifacts import Aspect, Canvas, StatementCard
from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import Cancelled, ToolFailed, ToolMissing
from vid_pipeline.media import png
from vid_pipeline.media.cards.page import page
from vid_pipeline.ports import Browser
from vid_pipeline.testing.browser import FakeBrowser

BROWSERS: list[Browser] = [FakeBrowser(), BrowserResource()]
every_form = pytest.mark.parametrize("browser", BROWSERS, ids=["fake", "chromium"])
pytestmark = pytest.mark.browser

LAYERS = (
    "<!doctype html><html><head><style>body{margin:0}[data-background]{position:fixed;inset:0;"
    "background:#123456}p{height:40px;margin:20px;background:#fff}</style></head><body>"
    '<div data-background></div><p data-layer data-line="1">One</p><p data-layer>Two</p></body>'
    "</html>"
)
SMALL = Canvas(width_px=320, height_px=240)


def pixels(encoded: bytes) -> npt.NDArray[np.uint8]:
    drawn = png.decode(encoded)
    assert drawn is not None
    return drawn


@every_form
def test_the_background_is_opaque_and_fills_the_canvas(browser: Browser) -> None:
    background = pixels(browser.draw(LAYERS, SMALL).background)
    assert background.shape == (240, 320, 4)
    assert background[..., 3].min() == 255


@every_form
def test_the_foreground_is_ink_inside_the_boxes_on_nothing(browser: Browser) -> None:
    shot = browser.draw(LAYERS, SMALL)
    alpha = pixels(shot.foreground)[..., 3]
    assert alpha.shape == (240, 320)
    for box, _ in shot.boxes:
        rows = slice(int(box.y), int(box.y + box.height))
        columns = slice(int(box.x), int(box.x + box.width))
        assert alpha[rows, columns].all()
        alpha[rows, columns] = 0
    assert not alpha.any()


@every_form
def test_boxes_keep_the_pages_order_and_data(browser: Browser) -> None:
    boxes = browser.draw(LAYERS, SMALL).boxes
    assert [data.get("line") for _, data in boxes] == ["1", None]
    assert all("layer" in data for _, data in boxes)


@every_form
def test_the_same_page_gives_the_same_shot(browser: Browser) -> None:
    html, canvas = page(scene(USUAL["chart"])), Canvas.of(Aspect.PORTRAIT)
    first = browser.draw(html, canvas)
    browser.draw(LAYERS, SMALL)
    assert browser.draw(html, canvas) == first


@every_form
def test_threads_may_draw_at_once(browser: Browser) -> None:
    expected = [browser.draw(LAYERS, canvas) for canvas in (SMALL, Canvas())]
    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(lambda canvas: browser.draw(LAYERS, canvas), [SMALL, Canvas()] * 3))
    assert drawn == expected * 3


# --- attacks on the real one ---------------------------------------------------------------


class _Trap(http.server.BaseHTTPRequestHandler):
    reached: ClassVar[list[str]]

    def do_GET(self) -> None:
        self.reached.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def trap() -> Iterator[tuple[str, list[str]]]:
    """A server on loopback, and what was asked of it."""
    _Trap.reached = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Trap) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_port}", _Trap.reached
        server.shutdown()
        thread.join()


def test_no_page_reaches_a_server_or_a_file(trap: tuple[str, list[str]]) -> None:
    host, reached = trap
    attack = f"""<!doctype html><html><head><style>@import "http://{host}/css";
      @font-face{{font-family:x;src:url(http://{host}/font)}}</style>
      <link rel=stylesheet href="http://{host}/link"><meta http-equiv=refresh
      content="0;url=http://{host}/refresh"></head><body><div data-background></div>
      <img src="http://{host}/img" onerror="document.body.dataset.pwned=1">
      <iframe src="http://{host}/frame"></iframe><iframe src="file:///etc/passwd"></iframe>
      <object data="file:///etc/passwd"></object><script>fetch("http://{host}/fetch")</script>
      <svg onload="new WebSocket('ws://{host}/socket')"></svg>
      <video src="http://{host}/video" autoplay></video><p data-layer>here</p></body></html>"""
    browser = BrowserResource()
    shot = browser.draw(attack, SMALL)
    browser.draw(LAYERS, SMALL)
    assert reached == []
    assert len(shot.boxes) == 1


def test_a_cards_text_is_only_ever_text(trap: tuple[str, list[str]]) -> None:
    host, reached = trap
    text = f'</div><img src=http://{host}/ onerror=alert(1)><script>x</script>" data-layer="'
    hostile = scene(StatementCard(text=text, emphasis="<img", kicker="<iframe src=file:///etc>"))
    shot = BrowserResource().draw(page(hostile), hostile.canvas)
    assert reached == []
    assert len([data for _, data in shot.boxes if "shape" not in data]) == 2


def test_a_font_that_does_not_load_is_an_error() -> None:
    html = LAYERS.replace(
        "<style>",
        "<style>p{font-family:X}@font-face{font-family:X;"
        "src:url(https://scene.local/fonts/no.otf)}",
    )
    with pytest.raises(ToolFailed, match="fonts did not load: X"):
        BrowserResource().draw(html, SMALL)


def test_a_chromium_that_hangs_is_killed_in_time(tmp_path: Path) -> None:
    sleeper = tmp_path / "chromium"
    sleeper.write_text("#!/bin/sh\nsleep 60\n", encoding="utf-8")
    sleeper.chmod(0o755)
    with pytest.raises(ToolFailed, match="no answer within"):
        BrowserResource(executable=str(sleeper), timeout_s=0.3).draw(LAYERS, SMALL)


def test_a_chromium_that_ends_is_an_error_and_the_next_scene_starts_another(tmp_path: Path) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\necho no display >&2\nexit 3\n", encoding="utf-8")
    broken.chmod(0o755)
    browser = BrowserResource(executable=str(broken))
    for _ in range(2):
        with pytest.raises(ToolFailed, match="it ended") as caught:
            browser.draw(LAYERS, SMALL)
        assert "no display" in caught.value.log


def test_a_missing_chromium_is_named_with_what_installs_it(tmp_path: Path) -> None:
    with pytest.raises(ToolMissing, match="apt-get install chromium"):
        BrowserResource(executable=str(tmp_path / "nowhere")).draw(LAYERS, SMALL)


HANGING = "#!/bin/sh\nsleep 60 &\nsleep 60\n"


@pytest.fixture
def hanging(tmp_path: Path) -> Path:
    """A browser that reads nothing, says nothing, and has a child."""
    program = tmp_path / "chromium"
    program.write_text(HANGING, encoding="utf-8")
    program.chmod(0o755)
    return program


def test_a_stop_ends_a_chromium_that_hangs_and_the_wait_for_a_turn(hanging: Path) -> None:
    started, stop = Started(), CancelToken()
    browser = BrowserResource(executable=str(hanging)).stopped_by(stop)
    with ThreadPoolExecutor(3) as pool:
        draws = [pool.submit(browser.draw, LAYERS, SMALL) for _ in range(3)]
        while len(started.running()) < 3:
            time.sleep(0.02)
        stop.request()
        began_s = time.monotonic()
        faults = [draw.exception(timeout=30) for draw in draws]
    assert time.monotonic() - began_s < 1.5
    assert [type(fault) for fault in faults] == [Cancelled] * 3
    assert started.running() == []


def test_a_chromium_that_does_not_read_is_killed_in_time(hanging: Path) -> None:
    started = Started()
    tools = DevTools(hanging, timeout_s=0.3, sandboxed=True, stop=CancelToken())
    with pytest.raises(ToolFailed, match="no answer within"):
        tools.call("Runtime.evaluate", expression=" " * 1_000_000)
    assert started.running() == []
