"""What the studio costs: its viewers, clicks, pages and drawing, and what its memory comes to.

The server is a process of its own, and so are the people, over real sockets. Two hundred watch a
production that says each second how far it is: CPU is the server's, all of it, for each event that
reached a viewer. Twenty click on five pages, each every four seconds: the time runs from a click to
the end of what the server sends, without the browser's own. Fifty come, click and stay: memory is
the server's, from when all have come. Pages and drawing are Chromium's, in a fresh context.
"""

import argparse
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median, quantiles
from typing import Any
from uuid import UUID

import httpx
import psutil
from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.table import Table

from assets.catalog import CATALOG
from bench import drawing
from vid_pipeline.acts import making, publishing
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import Brief
from vid_pipeline.media import chromium
from vid_pipeline.records import StepTrace
from vid_pipeline.settings import Settings, child_environment
from vid_pipeline.store import productions, traces
from vid_pipeline.store.database import opened

_PATIENCE_S = 120.0
_BEFORE_S, _AFTER_S = 3.0, 2.0
_OPENINGS = 3
_FLAGS = ["--no-sandbox", "--disable-gpu"]
_CLICKING, _CLICK_PAUSE_S = 20, 4.0
_STAYING, _STAY_PAUSE_S = 50, 20.0
_SAMPLE_S = 2.0
_MADE = 30
_MB = 1 << 20


@dataclass(frozen=True)
class Figures:
    """What was measured; seconds."""

    viewers: int
    cpu_s: float
    events: int
    silent: int
    gaps: list[float]
    first_pages: list[float]
    frames_per_s: float
    clicks_ms: list[float]
    broken_pages: int
    memory_mb: list[float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=30, help="how long they watch")
    parser.add_argument("--minutes", type=float, default=30, help="how long fifty stay")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-ui-") as folder:
        settings = Settings(home=Path(folder, "home"), studio_port=_free_port(), dagster_port=1)
        with opened(settings) as db:
            shop = Workshop.of(settings, db, CATALOG)
            publishing.first_start(db)
            with _served(settings, Path(folder, "log")) as server:
                found = measured(
                    shop, server, chosen.viewers, chosen.seconds, minutes=chosen.minutes
                )
    _print(found)
    print(json.dumps(figures(found)))


def measured(
    shop: Workshop,
    server: "subprocess.Popen[bytes]",
    viewers: int,
    seconds: float,
    *,
    minutes: float,
) -> Figures:
    """Pages and drawing first, each alone; then viewers, then clicks, then those who stay."""
    address = f"http://127.0.0.1:{shop.settings.studio_port}"
    _furnished(shop)
    many = drawing.drawn(shop, shop.db.local_user)
    with _chromium() as browser:
        first_pages = _first_pages(browser, address)
        frames = drawing.frames_per_s(browser, f"{address}{many}")
    cpu_s, told = _watched(shop, server, viewers, seconds)
    clicking = _visited(server, address, _CLICKING, seconds, _CLICK_PAUSE_S)
    staying = _visited(server, address, _STAYING, minutes * 60, _STAY_PAUSE_S)
    return Figures(
        viewers=viewers,
        cpu_s=cpu_s,
        events=told["events"],
        silent=told["silent"],
        gaps=told["gaps"],
        first_pages=first_pages,
        frames_per_s=frames,
        clicks_ms=clicking.clicks_ms,
        broken_pages=clicking.failed + staying.failed,
        memory_mb=staying.memory_mb,
    )


def _watched(
    shop: Workshop, server: "subprocess.Popen[bytes]", viewers: int, seconds: float
) -> tuple[float, dict[str, Any]]:
    """The server's CPU seconds while so many watch, and what they saw."""
    trace = _begun(shop)
    url = f"http://127.0.0.1:{shop.settings.studio_port}/events/productions/{trace.production_id}"
    command = [sys.executable, "-m", "bench.viewers", url, str(viewers), str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as watching:
        assert watching.stdout is not None
        watching.stdout.readline()
        _write(shop, trace, _BEFORE_S)
        before_s = _cpu_s(server.pid)
        _write(shop, trace, seconds)
        cpu_s = _cpu_s(server.pid) - before_s
        _write(shop, trace, _AFTER_S)
        return cpu_s, json.loads(watching.stdout.read())


@dataclass(frozen=True)
class Visit:
    """What people at work saw, and the server's memory meanwhile."""

    clicks_ms: list[float]
    failed: int
    memory_mb: list[float]


def _visited(
    server: "subprocess.Popen[bytes]", address: str, count: int, seconds: float, pause_s: float
) -> Visit:
    given = [address, str(count), str(seconds), str(pause_s)]
    command = [sys.executable, "-m", "bench.visitors", *given]
    studio = psutil.Process(server.pid)
    memory_mb = list[float]()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as visiting:
        assert visiting.stdout is not None
        if visiting.stdout.readline().strip() != "ready":
            raise RuntimeError("the pages could not be opened")
        ends_at = time.monotonic() + seconds
        while time.monotonic() < ends_at:
            memory_mb.append(studio.memory_info().rss / _MB)
            time.sleep(_SAMPLE_S)
        told = json.loads(visiting.stdout.read())
    return Visit(told["clicks_ms"], told["failed"], memory_mb)


def _furnished(shop: Workshop) -> None:
    """Videos that were made, so that pages have something to show."""
    user: UUID = shop.db.local_user
    for number in range(_MADE):
        brief = Brief(name="tides", url=f"https://example.org/{number}", title=f"Tide {number}")
        made = making.begin(shop.db, user, brief, workflow="article-to-short")
        with shop.db.acting(user) as conn:
            productions.attach_run(conn, made.id, f"bench-{number}")
            productions.running(conn, made.id)
            productions.done(conn, made.id, video_s=40)


def _begun(shop: Workshop) -> StepTrace:
    """A production whose first step is at work."""
    user: UUID = shop.db.local_user
    brief = Brief(name="tides", url="https://example.org/tides")
    made = making.begin(shop.db, user, brief, workflow="article-to-short")
    with shop.db.acting(user) as conn:
        productions.attach_run(conn, made.id, "bench")
        productions.running(conn, made.id)
        return traces.start(
            conn, made.id, run_id="bench", step_key="brief", step_id="brief", kind="take_brief"
        )


def _write(shop: Workshop, trace: StepTrace, seconds: float) -> None:
    """Tell each second how far the step is."""
    began_at = time.monotonic()
    for number in range(round(seconds)):
        with shop.db.acting(trace.owner_id) as conn:
            traces.progress(conn, trace.id, number / seconds, f"part {number}")
        time.sleep(max(0.0, began_at + number + 1 - time.monotonic()))


def _first_pages(browser: Browser, address: str) -> list[float]:
    """From an address to a page that can be used; the first opening warms the server."""
    found = list[float]()
    for _ in range(1 + _OPENINGS):
        context = browser.new_context()
        page = context.new_page()
        began_at = time.perf_counter()
        page.goto(address)
        page.locator("h1").first.wait_for(timeout=_PATIENCE_S * 1000)
        found.append(time.perf_counter() - began_at)
        context.close()
    return found[1:]


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(chromium.find()), args=_FLAGS, chromium_sandbox=False
        )
        yield browser
        browser.close()


@contextmanager
def _served(settings: Settings, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    extra = {
        "VIDP_HOME": str(settings.home),
        "VIDP_STUDIO_PORT": str(settings.studio_port),
        "VIDP_DAGSTER_PORT": str(settings.dagster_port),
    }
    with log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "ui.server"],
            env=child_environment(extra),
            stdout=out,
            stderr=out,
        )
    try:
        _await(server, f"http://127.0.0.1:{settings.studio_port}/readyz")
        yield server
    finally:
        server.terminate()
        server.wait(60)


def _await(server: "subprocess.Popen[bytes]", url: str) -> None:
    deadline_at = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline_at:
        if server.poll() is not None:
            raise RuntimeError("the studio ended")
        try:
            if httpx.get(url, trust_env=False).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise TimeoutError("the studio never answered")


def _cpu_s(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def figures(found: Figures) -> dict[str, dict[str, object]]:
    """The figures by name, each with its target and whether it was met."""
    cpu_ms = found.cpu_s * 1000 / max(1, found.events)
    gap_s = quantiles(found.gaps, n=20)[-1] if len(found.gaps) > 1 else float("inf")
    return {
        "event_cpu_ms": _most(cpu_ms, "ms", 0.3) | {"viewers": found.viewers},
        "gap_p95_s": _most(gap_s, "s", 1.1) | {"viewers": found.viewers},
        "silent_viewers": _most(found.silent, "viewers", 0),
        "first_page_s": _most(median(found.first_pages), "s", 2.5),
        "interaction_p95_ms": _most(quantiles(found.clicks_ms, n=20)[-1], "ms", 300)
        | {"users": _CLICKING, "median": round(median(found.clicks_ms))},
        "broken_pages": _most(found.broken_pages, "pages", 0),
        "editor_fps": _least(found.frames_per_s, "frames/s", 30) | {"rendering": "software"},
        "memory_growth_mb": growth(found.memory_mb) | {"sessions": _STAYING},
    }


def growth(memory_mb: Sequence[float]) -> dict[str, object]:
    """What memory grows by after its first quarter, which warms up; at most a tenth is flat."""
    quarter = max(1, len(memory_mb) // 4)
    warm, last = fmean(memory_mb[quarter : 2 * quarter] or memory_mb), fmean(memory_mb[-quarter:])
    return _most(last - warm, "MB", round(warm / 10, 1)) | {"warm_mb": round(warm)}


def _most(value: float, unit: str, target: float) -> dict[str, object]:
    return {"value": round(value, 3), "unit": unit, "target": target, "pass": value <= target}


def _least(value: float, unit: str, target: float) -> dict[str, object]:
    return {"value": round(value, 3), "unit": unit, "target": target, "pass": value >= target}


def _print(found: Figures) -> None:
    table = Table(title=f"The studio: {found.events:,} events, {len(found.clicks_ms)} clicks")
    for name in ("", "value", "target", "met"):
        table.add_column(name, justify="left" if not name else "right")
    for name, figure in figures(found).items():
        value = f"{figure['value']} {figure['unit']}"
        table.add_row(name, value, str(figure["target"]), "yes" if figure["pass"] else "no")
    Console(stderr=True).print(table)


if __name__ == "__main__":
    main()
