"""One step's browsing: its window, what it saw last, and what it has used of its limits."""

import base64
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from resources.proxy import Limits, Proxy
from resources.public_addresses import Reach
from resources.window.orders import Fault, Leave, Open, Order, Picture, Pictured, Ready, Said, Seen
from resources.window.process import Hangs, Window
from vid_pipeline.cancel import LOOK_S, CancelToken
from vid_pipeline.errors import BadRequest, BadSource
from vid_pipeline.ports import Link, View

_ELSEWHERE = "Read another page, or go on with what is known."
_WINDOWS = threading.BoundedSemaphore(4)
"""Open at once in a process: each takes some 300 MB."""

_PAGE_TIMES, _GRACE_S = 3, 5.0


@dataclass(frozen=True)
class Caps:
    """What one step may use."""

    pages: int
    page_s: float
    work_s: float
    page_bytes: int
    step_bytes: int


class Session:
    """Made for a step, closed when it ends; a window that hung is replaced by a new one."""

    def __init__(
        self,
        executable: Path,
        reach: Reach,
        caps: Caps,
        *,
        allows: Callable[[str], bool],
        stop: CancelToken,
    ) -> None:
        self._executable, self._caps = executable, caps
        self._allows, self._stop = allows, stop
        self._proxy = Proxy(reach, Limits(most_bytes=caps.step_bytes))
        self._proxy.__enter__()
        self._turn = threading.Lock()
        self._window: Window | None = None
        self._pages, self._work_s = 0, 0.0
        self.links: tuple[Link, ...] = ()

    def open(self, url: str, *, checked: bool = True) -> View:
        """A page; `checked` is whether robots.txt has a say."""
        if checked:
            self._refuse_robots(url)
        self._pages += 1
        if self._pages > self._caps.pages:
            reason = f"the step's limit of {self._caps.pages} pages is reached"
            raise BadSource(url, reason, "Go on with what is known.")
        return self._view(Open(url=url), url, checked=checked)

    def look(self, order: Order, *, label: str = "") -> View:
        """The open page after an order."""
        return self._view(order, label)

    def picture(self, order: Picture) -> bytes:
        said = self._ask(order, order.at)
        assert isinstance(said, Pictured)
        return base64.b64decode(said.png_base64)

    def close(self) -> None:
        """End all of it; harmless when it has ended."""
        self._close_window()
        self._proxy.close()

    def _view(self, order: Order, of: str, *, checked: bool = True) -> View:
        seen = self._ask(order, of)
        assert isinstance(seen, Seen)
        if urlsplit(seen.url).hostname in self._proxy.forbidden:
            self._ask(Leave(), of)
            raise BadSource(
                of, f"it leads to {seen.url}, which is not a public address", _ELSEWHERE
            )
        if checked and seen.url != of:
            self._refuse_robots(seen.url, leave=True)
        self.links = tuple(
            Link(number, link.text, link.url) for number, link in enumerate(seen.links, start=1)
        )
        return View(seen.url, seen.title, seen.text, self.links, seen.fields, seen.buttons)

    def _refuse_robots(self, url: str, *, leave: bool = False) -> None:
        if self._allows(url):
            return
        if leave:
            self._ask(Leave(), url)
        raise BadSource(url, "its robots.txt asks programs not to read it", _ELSEWHERE)

    def _ask(self, order: Order, of: str) -> Seen | Pictured | Ready:
        """What the window says; `of` is the page or label that errors name."""
        with self._turn_taken():
            refused = self._proxy.refusals
            said = self._timed(order, of)
        if not isinstance(said, Fault):
            return said
        if said.asked:
            reason = said.reason[0].upper() + said.reason[1:]
            raise BadRequest("On the open page", of or "(nothing)", f"{reason}. {said.remedy}")
        reason = said.reason
        if self._proxy.refusals > refused:
            last = self._proxy.refused[-1]
            reason = f"it leads to {last.host}:{last.port}: {last.reason}"
        elif self._proxy.is_spent:
            reason = f"it is larger than {self._caps.page_bytes / 1e6:.0f} MB, or the step's limit"
        raise BadSource(said.url or of, reason, said.remedy, status=said.status)

    def _timed(self, order: Order, of: str) -> Said:
        if self._work_s > self._caps.work_s:
            raise BadSource(of, "the step's time for browsing is used up", "Go on without.")
        began_s = time.monotonic()
        self._proxy.allow(self._caps.page_bytes)
        try:
            within_s = _PAGE_TIMES * self._caps.page_s + _GRACE_S
            return self._open_window().ask(order, timeout_s=within_s)
        except Hangs:
            self._close_window()
            raise BadSource(of, "it keeps the browser busy for too long", _ELSEWHERE) from None
        finally:
            self._work_s += time.monotonic() - began_s

    def _open_window(self) -> Window:
        if self._window is None or not self._window.alive:
            self._close_window()
            while not _WINDOWS.acquire(timeout=LOOK_S):
                self._stop.check()
            try:
                self._window = Window(
                    self._executable, self._proxy, page_s=self._caps.page_s, stop=self._stop
                )
            except BaseException:
                _WINDOWS.release()
                raise
        return self._window

    def _close_window(self) -> None:
        if self._window is not None:
            self._window.close()
            self._window = None
            _WINDOWS.release()

    @contextmanager
    def _turn_taken(self) -> Iterator[None]:
        while not self._turn.acquire(timeout=LOOK_S):
            self._stop.check()
        try:
            self._stop.check()
            yield
        finally:
            with suppress(RuntimeError):
                self._turn.release()
