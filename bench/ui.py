"""What live views cost: two hundred viewers of one production at the studio's real server.

The server is a process of its own, and so are the viewers, over real sockets; a scripted production
writes what its step has done each second. CPU is the server's, all of it, for each event that
reached a viewer. The first page is opened by Chromium in a fresh context, the server being warm.
"""

import argparse
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from uuid import UUID

import httpx
import psutil
from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.table import Table

from assets.catalog import CATALOG
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


@dataclass(frozen=True)
class Figures:
    """What was measured; seconds."""

    viewers: int
    cpu_s: float
    events: int
    silent: int
    gaps: list[float]
    first_pages: list[float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=30, help="how long they watch")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-ui-") as folder:
        settings = Settings(home=Path(folder, "home"), studio_port=_free_port(), dagster_port=1)
        with opened(settings) as db:
            shop = Workshop.of(settings, db, CATALOG)
            publishing.first_start(db)
            with _served(settings, Path(folder, "log")) as server:
                found = measured(shop, server, chosen.viewers, chosen.seconds)
    _print(found)
    print(json.dumps(figures(found)))


def measured(
    shop: Workshop, server: "subprocess.Popen[bytes]", viewers: int, seconds: float
) -> Figures:
    """Viewers first, then the page alone."""
    trace = _begun(shop)
    address = f"http://127.0.0.1:{shop.settings.studio_port}"
    url = f"{address}/events/productions/{trace.production_id}"
    command = [sys.executable, "-m", "bench.viewers", url, str(viewers), str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as watching:
        assert watching.stdout is not None
        watching.stdout.readline()
        _write(shop, trace, _BEFORE_S)
        before_s = _cpu_s(server.pid)
        _write(shop, trace, seconds)
        cpu_s = _cpu_s(server.pid) - before_s
        _write(shop, trace, _AFTER_S)
        told: dict[str, Any] = json.loads(watching.stdout.read())
    return Figures(
        viewers=viewers,
        cpu_s=cpu_s,
        events=told["events"],
        silent=told["silent"],
        gaps=told["gaps"],
        first_pages=_first_pages(address),
    )


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


def _first_pages(address: str) -> list[float]:
    """From an address to a page that can be used; the first opening warms the server."""
    found = list[float]()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(chromium.find()), args=_FLAGS, chromium_sandbox=False
        )
        for _ in range(1 + _OPENINGS):
            context = browser.new_context()
            page = context.new_page()
            began_at = time.perf_counter()
            page.goto(address)
            page.locator("h1").first.wait_for(timeout=_PATIENCE_S * 1000)
            found.append(time.perf_counter() - began_at)
            context.close()
        browser.close()
    return found[1:]


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
    }


def _most(value: float, unit: str, target: float) -> dict[str, object]:
    return {"value": round(value, 3), "unit": unit, "target": target, "pass": value <= target}


def _print(found: Figures) -> None:
    table = Table(title=f"Live: {found.viewers} viewers, {found.events:,} events")
    for name in ("", "value", "target", "met"):
        table.add_column(name, justify="left" if not name else "right")
    for name, figure in figures(found).items():
        value = f"{figure['value']} {figure['unit']}"
        table.add_row(name, value, str(figure["target"]), "yes" if figure["pass"] else "no")
    Console(stderr=True).print(table)


if __name__ == "__main__":
    main()
