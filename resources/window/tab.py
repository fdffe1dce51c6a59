"""One page in a Chromium whose only network is a proxy: opened, read, clicked, filled, drawn."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from playwright.sync_api import BrowserContext, Page, Playwright, Request, Response, Route
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from pydantic import ValidationError

from resources.window import orders
from resources.window.orders import (
    Click,
    Fault,
    Fill,
    Leave,
    Open,
    Order,
    Picture,
    Pictured,
    Read,
    Ready,
    Said,
    Seen,
    Setup,
)

T = TypeVar("T")

_FLAGS = (
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--disable-gpu",
    "--disable-domain-reliability",
    "--disable-blink-features=WebTransport,SharedWorker",
    "--block-new-web-contents",
    "--js-flags=--max-old-space-size=512",
)
_NAME = "vid_pipeline/0.1"
_WORLD = "vid_pipeline"
_WIDTH_PX, _HEIGHT_PX = 1280, 900
_TALLEST_PX = 6000
_SHORT_SIDE_PX = {True: 540, False: 720}
"""Of a scene's viewport in CSS pixels: upright pages are laid out as on a telephone."""

_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_NOT_LOADED = {"media", "eventsource"}
_LOAD_S, _SETTLE_S, _SCRIPT_S, _FIND_S = 4.0, 0.3, 5.0, 3.0
_NODES, _LITTLE = 50_000, 200
_ERROR = 400
_TRIES = 3
_CHECKABLE = "input[type=checkbox], input[type=radio]"
_NO = {"", "no", "off", "false", "0"}


class NotDone(Exception):
    """An order could not be done; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.reason)


@contextmanager
def opened(playwright: Playwright, setup: Setup) -> Iterator["Tab"]:
    """A tab in a Chromium of its own; both are gone after the block."""
    context = playwright.chromium.launch_persistent_context(
        setup.profile,
        executable_path=setup.executable,
        chromium_sandbox=setup.sandboxed,
        args=list(_FLAGS),
        proxy={"server": setup.proxy, "username": setup.user, "password": setup.password},
        env={"LANG": "C.UTF-8", "HOME": setup.profile, "TMPDIR": setup.profile},
        viewport={"width": _WIDTH_PX, "height": _HEIGHT_PX},
        accept_downloads=False,
        service_workers="block",
    )
    try:
        yield Tab(context, setup.page_s)
    finally:
        context.close()


@cache
def _script(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8").strip()


class Tab:
    """The page, and what may leave it: addresses always, bodies only while `sends` is set."""

    def __init__(self, context: BrowserContext, page_s: float) -> None:
        self._page_ms = page_s * 1000
        self._sends, self._held = False, list[str]()
        self._labels, self._fields = dict[str, str](), dict[str, str]()
        self._page: Page = context.pages[0] if context.pages else context.new_page()
        context.on("page", lambda other: other.close())
        context.route("**/*", self._decide)
        context.add_init_script(_script("no_sockets.js"))
        self._page.on("download", lambda download: download.cancel())
        self._cdp = context.new_cdp_session(self._page)
        agent = self._page.evaluate("navigator.userAgent").replace("Headless", "")
        self._cdp.send("Network.setUserAgentOverride", {"userAgent": f"{agent} {_NAME}"})

    def do(self, order: Order) -> Said:
        """What an order gives; a `Fault` if it cannot be done."""
        try:
            return self._done(order)
        except NotDone as reason:
            return reason.fault
        except PlaywrightTimeout:
            self._leave()
            return Fault(reason="it does not answer in time")
        except PlaywrightError as error:
            if not _is_download(error):
                self._leave()
            return Fault(reason=_plainly(error))

    def _done(self, order: Order) -> Said:
        match order:
            case Open():
                return self._open(order)
            case Leave():
                self._leave()
                return Ready()
            case Read():
                return self._seen()
            case Fill():
                return self._fill(order)
            case Click():
                return self._click(order)
            case Picture():
                return self._picture(order)

    def _open(self, order: Open) -> Seen:
        answer = self._go_to(order.url)
        if answer is not None and answer.status >= _ERROR:
            reason = f"the server answered {answer.status} {answer.status_text}".strip()
            raise NotDone(Fault(reason=reason, url=answer.url, status=answer.status))
        self._arrive()
        return self._seen()

    def _go_to(self, url: str) -> Response | None:
        """Again if the page of an earlier error comes late and takes its place."""
        for _ in range(_TRIES):
            try:
                return self._page.goto(url, wait_until="commit", timeout=self._page_ms)
            except PlaywrightTimeout:
                raise
            except PlaywrightError as error:
                if "interrupted by another navigation" not in error.message:
                    raise
        raise NotDone(Fault(reason="it leads elsewhere again and again"))

    def _leave(self) -> None:
        with suppress(PlaywrightError, NotDone):
            self._go_to("about:blank")

    def _arrive(self) -> None:
        """Give the page time to load; what has come by then is what is read."""
        with suppress(PlaywrightTimeout):
            self._page.wait_for_load_state("domcontentloaded", timeout=self._page_ms)
            self._page.wait_for_load_state("load", timeout=_LOAD_S * 1000)
        self._settle()
        self._cdp.send("Page.stopLoading")
        if self._script("banner.js"):
            self._settle()
        self._script("hide.js")

    def _settle(self) -> None:
        self._page.wait_for_timeout(_SETTLE_S * 1000)

    def _seen(self) -> Seen:
        self._refuse_no_page()
        limits = {
            "links": orders.MOST_LINKS,
            "labels": orders.MOST_LABELS,
            "characters": orders.MOST_CHARACTERS,
            "nodes": _NODES,
            "little": _LITTLE,
        }
        found = self._script("read.js", limits) or {}
        try:
            seen = Seen.model_validate(found | {"url": self._page.url})
        except (TypeError, ValidationError):
            raise NotDone(Fault(reason="its text cannot be read", url=self._url())) from None
        self._labels = {
            **{link.text: _marked("link", i) for i, link in reversed(_numbered(seen.links))},
            **{label: _marked("button", i) for i, label in _numbered(seen.buttons)},
        }
        self._fields = {label: _marked("field", i) for i, label in _numbered(seen.fields)}
        return seen

    def _fill(self, order: Fill) -> Seen:
        self._seen()
        if order.label not in self._fields:
            raise _unknown("field", order.label, self._fields)
        field = self._page.locator(self._fields[order.label])
        wait_ms = _FIND_S * 1000
        if field.evaluate("one => one.tagName", timeout=wait_ms) == "SELECT":
            field.select_option(label=order.text, timeout=wait_ms)
        elif field.and_(self._page.locator(_CHECKABLE)).count():
            field.set_checked(order.text.strip().casefold() not in _NO, timeout=wait_ms)
        else:
            field.fill(order.text, timeout=wait_ms)
        return self._seen()

    def _click(self, order: Click) -> Seen:
        before = self._seen()
        if order.label not in self._labels:
            raise _unknown("button or link", order.label, self._labels)
        self._script("same_tab.js")
        with self._sending(allowed=order.sends):
            self._page.locator(self._labels[order.label]).click(timeout=_FIND_S * 1000)
            self._settle()
            self._arrive()
        after = self._seen()
        if self._held and after == before:  # else it was but a count of visitors
            reason = f"the page wanted to send data ({self._held[0]}), which was held back"
            raise NotDone(Fault(reason=reason, remedy="Submit it, if it is meant to be sent."))
        return after

    @contextmanager
    def _sending(self, *, allowed: bool) -> Iterator[None]:
        self._held.clear()
        self._sends = allowed
        try:
            yield
        finally:
            self._sends = False

    def _picture(self, order: Picture) -> Pictured:
        self._refuse_no_page()
        self._script("hide.js")
        if order.width_px and order.height_px:
            return self._viewport(order.width_px, order.height_px, order.at)
        size = self._cdp.send("Page.getLayoutMetrics")["cssContentSize"]
        height_px = min(size["height"], _TALLEST_PX)
        clip = {"x": 0, "y": 0, "width": _WIDTH_PX, "height": height_px, "scale": 1}
        return self._shot(clip=clip, captureBeyondViewport=True)

    def _viewport(self, width_px: int, height_px: int, at: str) -> Pictured:
        scale = min(width_px, height_px) / _SHORT_SIDE_PX[height_px > width_px]
        size = {"width": round(width_px / scale), "height": round(height_px / scale)}
        self._cdp.send(
            "Emulation.setDeviceMetricsOverride",
            {**size, "deviceScaleFactor": scale, "mobile": False},
        )
        try:
            self._settle()
            if at and not self._script("scroll_to.js", at):
                fault = f"it does not hold the words {at!r}"
                raise NotDone(Fault(reason=fault, remedy="Copy them from its text.", asked=True))
            return self._shot()
        finally:
            self._page.set_viewport_size({"width": _WIDTH_PX, "height": _HEIGHT_PX})

    def _shot(self, **options: Any) -> Pictured:
        shot = self._cdp.send("Page.captureScreenshot", {"format": "png", **options})
        return Pictured(png_base64=shot["data"])

    def _script(self, name: str, *arguments: object) -> Any:
        """What one of our scripts gives, run in a world that the page's scripts cannot touch."""
        frame = self._cdp.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        world = self._cdp.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": _WORLD})
        call = f"({_script(name)})({', '.join(json.dumps(one) for one in arguments)})"
        done = self._cdp.send(
            "Runtime.evaluate",
            {
                "expression": call,
                "contextId": world["executionContextId"],
                "returnByValue": True,
                "timeout": _SCRIPT_S * 1000,
            },
        )
        return done["result"].get("value")

    def _decide(self, route: Route, request: Request) -> None:
        if request.resource_type in _NOT_LOADED:
            return route.abort("blockedbyclient")
        if request.method in _SAFE_METHODS or self._sends:
            return route.continue_()
        self._held.append(f"{request.method} {request.url[:200]}")
        return route.abort("aborted")  # so that the page stays

    def _refuse_no_page(self) -> None:
        if not self._url().startswith(("http://", "https://")):
            raise NotDone(Fault(reason="no page is open", remedy="Open one first.", asked=True))

    def _url(self) -> str:
        return self._page.url


def _numbered(listed: tuple[T, ...]) -> list[tuple[int, T]]:
    return list(enumerate(listed, start=1))


def _marked(what: str, number: int) -> str:
    return f'[data-vidp-{what}="{number}"]'


def _unknown(what: str, label: str, known: dict[str, str]) -> NotDone:
    choices = ", ".join(repr(one) for one in list(known)[:20]) or "none"
    reason = f"it has no {what} {label!r}"
    return NotDone(Fault(reason=reason, remedy=f"It has: {choices}.", asked=True))


def _is_download(error: PlaywrightError) -> bool:
    return "ERR_ABORTED" in error.message or "Download is starting" in error.message


def _plainly(error: PlaywrightError) -> str:
    """Playwright's message in one line, its log left away."""
    if _is_download(error):
        return "it is no page but a file to download"
    first = error.message.strip().splitlines()[0]
    return f"it cannot be opened ({first.split(' at ')[0][:200]})"
