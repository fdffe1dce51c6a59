"""Browser: scenes laid out and drawn by a Chromium that reaches no network and no file."""

import atexit
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import Field

from resources.devtools import DevTools
from resources.stoppable import StoppableResource
from vid_pipeline.artifacts import Canvas
from vid_pipeline.cancel import LOOK_S, CancelToken
from vid_pipeline.errors import ToolFailed
from vid_pipeline.media import chromium
from vid_pipeline.ports import Box, Shot

_ROOT_UID = 0
_BACKGROUNDS_KEPT = 8
_IDLE_S = 1.5
_SHOW = "document.body.className = '{part}'"
_PARTS_STYLE = """
.only-background > :not([data-background]),
.only-rest > [data-background] { display: none !important }
"""


class Studio:
    """One Chromium and its page, shared by the threads of a process: they take turns.

    It is closed when nothing was drawn for `idle_s` seconds, and started again when needed: it
    takes more memory than all else, which the encoders need next.
    """

    def __init__(self, executable: Path, *, timeout_s: float, idle_s: float = _IDLE_S) -> None:
        self._executable, self._timeout_s, self._idle_s = executable, timeout_s, idle_s
        self._turn = threading.Lock()
        self._idle: threading.Timer | None = None
        self._tools: DevTools | None = None
        self._canvas: Canvas | None = None
        self._backgrounds: dict[tuple[str, Canvas], bytes] = {}

    def draw(self, html: str, canvas: Canvas, *, stop: CancelToken | None = None) -> Shot:
        """A page's pictures; `stop` ends the wait for a turn, and Chromium with the drawing."""
        stop = stop or CancelToken()
        with self._turn_of(stop):
            self._stay()
            try:
                return self._drawn(html, canvas, stop)
            finally:
                self._close_when_idle()

    @contextmanager
    def _turn_of(self, stop: CancelToken) -> Iterator[None]:
        while not self._turn.acquire(timeout=LOOK_S):
            stop.check()
        try:
            stop.check()
            yield
        finally:
            self._turn.release()

    def _drawn(self, html: str, canvas: Canvas, stop: CancelToken) -> Shot:
        tools = self._ready(canvas, stop)
        script = chromium.SCRIPT.read_text(encoding="utf-8")
        page = html.replace("</head>", f"<style>{_PARTS_STYLE}</style></head>", 1)
        laid_out = tools.evaluate(f"{script}({json.dumps(page)})")
        _refuse_missing_fonts(laid_out)
        background = self._background(tools, laid_out["background"], canvas)
        tools.evaluate(_SHOW.format(part="only-rest"))
        boxes = tuple((Box(**part["box"]), part["data"]) for part in laid_out["layers"])
        return Shot(background=background, foreground=tools.capture(), boxes=boxes)

    def _ready(self, canvas: Canvas, stop: CancelToken) -> DevTools:
        if self._tools is None or not self._tools.alive:
            self._end()
            sandboxed = os.geteuid() != _ROOT_UID
            self._tools = DevTools(
                self._executable, timeout_s=self._timeout_s, sandboxed=sandboxed, stop=stop
            )
            self._tools.open_page()
        self._tools.stop = stop
        if canvas != self._canvas:
            size = {"width": canvas.width_px, "height": canvas.height_px}
            self._tools.call(
                "Emulation.setDeviceMetricsOverride", **size, deviceScaleFactor=1, mobile=False
            )
            self._canvas = canvas
        return self._tools

    def _background(self, tools: DevTools, source: str, canvas: Canvas) -> bytes:
        """The background's picture; scenes of one video share theirs, so it is kept."""
        key = (source, canvas)
        if key not in self._backgrounds:
            tools.evaluate(_SHOW.format(part="only-background"))
            if len(self._backgrounds) >= _BACKGROUNDS_KEPT:
                self._backgrounds.pop(next(iter(self._backgrounds)))
            self._backgrounds[key] = tools.capture()
        return self._backgrounds[key]

    def close(self) -> None:
        """End Chromium; harmless when there is none."""
        with self._turn:
            self._stay()
            self._end()

    def _end(self) -> None:
        if self._tools is not None:
            self._tools.close()
        self._tools = self._canvas = None

    def _stay(self) -> None:
        """The turn is ours: a timer that fires now must not close what is in use."""
        if self._idle is not None:
            self._idle.cancel()
        self._idle = None

    def _close_when_idle(self) -> None:
        self._idle = threading.Timer(self._idle_s, self._close_unless_used)
        self._idle.daemon = True
        self._idle.start()

    def _close_unless_used(self) -> None:
        with self._turn:
            if self._idle is threading.current_thread():
                self._idle = None
                self._end()


def _refuse_missing_fonts(laid_out: dict[str, Any]) -> None:
    if failed := laid_out["failed"]:
        raise ToolFailed("Chromium", 0, f"shipped fonts did not load: {', '.join(failed)}")


_studios: dict[tuple[int, Path, float], Studio] = {}
_studios_turn = threading.Lock()


def _studio(executable: Path, timeout_s: float) -> Studio:
    """This process's studio: started by the first scene, closed when idle and at the end."""
    key = (os.getpid(), executable, timeout_s)
    with _studios_turn:
        if key not in _studios:
            _studios[key] = Studio(executable, timeout_s=timeout_s)
            atexit.register(_studios[key].close)
        return _studios[key]


class BrowserResource(StoppableResource):
    """Chromium, one for a process; it stays open from one scene to the next."""

    executable: str = Field(default="", description="Path of Chromium; found when empty.")
    timeout_s: float = Field(default=30, gt=0, description="Seconds before a call is given up.")

    def draw(self, html: str, canvas: Canvas) -> Shot:
        explicit = Path(self.executable) if self.executable else None
        return _studio(chromium.find(explicit), self.timeout_s).draw(html, canvas, stop=self._stop)
