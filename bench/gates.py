"""`python -m bench.gates`: from a decision to the next step, and what ten thousand waiting cost."""

import argparse
import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from uuid import UUID, uuid4

import psutil
from psycopg import Connection
from rich.console import Console
from rich.table import Table

from assets.catalog import CATALOG
from bench.served import free_port, served
from vid_pipeline import process_tree
from vid_pipeline.acts import deciding, inbox, making, publishing, sweeping
from vid_pipeline.acts.inbox import Wanted
from vid_pipeline.acts.verdicts import Decision
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import Brief
from vid_pipeline.dagster_api import DagsterApi
from vid_pipeline.records import NewRequest, Production, Request, Shown, WorkflowVersion
from vid_pipeline.settings import Settings
from vid_pipeline.store import launches, productions, requests, traces
from vid_pipeline.store.database import opened
from vid_pipeline.workflow import Workflow

_TEXT = "# Tides\n\n" + "The sea rises and falls twice a day, because the moon pulls at it. " * 12
_STEPS = [
    {"id": "brief", "kind": "take_brief"},
    {"id": "gate", "kind": "approve", "in": {"item": "brief"}},
    {"id": "article", "kind": "read_source", "in": {"brief": "gate"}},
]
_PATIENCE_S = 240.0
_LOOKS = 40
_MB = 1 << 20


@dataclass(frozen=True)
class Figures:
    """What was measured; times in seconds but where the name says otherwise."""

    to_step_s: list[float]
    processes_held: int
    memory_before_mb: float
    memory_after_mb: float
    inbox_ms: list[float]
    sweep_s: list[float]
    waiting: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, help="decisions that are timed")
    parser.add_argument("--waiting", type=int, default=10_000, help="requests that wait")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-gates-") as folder:
        settings = Settings(
            home=Path(folder, "home"), studio_port=free_port(), dagster_port=free_port()
        )
        with opened(settings) as db:
            shop = Workshop.of(settings, db, CATALOG)
            with served(settings, Path(folder, "log")) as server:
                found = measured(shop, server, chosen.rounds, chosen.waiting)
    _print(found)
    print(json.dumps(figures(found)))


def measured(
    shop: Workshop, server: "subprocess.Popen[bytes]", rounds: int, waiting: int
) -> Figures:
    """Decisions first, then the crowd."""
    flow = Workflow.model_validate({"slug": "gated", "title": "Gated", "steps": _STEPS})
    version = publishing.publish(shop.db, shop.db.local_user, flow, CATALOG)
    to_step_s = [_one(shop, number) for number in range(rounds)]
    before_mb = _memory_mb(server.pid)
    _crowd(shop, version, waiting)
    time.sleep(12)  # two sweeps of the daemon at least
    return Figures(
        to_step_s=to_step_s,
        processes_held=_held(server.pid),
        memory_before_mb=before_mb,
        memory_after_mb=_memory_mb(server.pid),
        inbox_ms=[_inbox_ms(shop) for _ in range(_LOOKS)],
        sweep_s=[_timed(lambda: sweeping.sweep(shop)) for _ in range(_LOOKS)],
        waiting=waiting,
    )


def _one(shop: Workshop, number: int) -> float:
    """Seconds from a decision to the start of the step after the gate, by the database's clock."""
    document = shop.store.put_bytes(f"{_TEXT}{number}".encode(), "text/markdown")
    brief = Brief(name=f"tides {number}", document=document)
    user = shop.db.local_user
    production = making.begin(shop.db, user, brief, workflow="gated")
    making.launch(shop, production)
    _until(lambda: _state(shop, production) == "waiting")
    _until(lambda: _run_is_over(shop, production))
    with shop.db.acting(user) as conn:
        (asked,) = requests.of_production(conn, production.id)
    decided = deciding.decide(shop, user, asked.id, Decision(verdict="approve"))
    _until(lambda: _began(shop, production, "article") is not None)
    began = _began(shop, production, "article")
    assert began is not None
    assert decided.request.decided_at is not None
    _until(lambda: _state(shop, production) == "done")
    return (began - decided.request.decided_at).total_seconds()


def _began(shop: Workshop, production: Production, step: str) -> datetime | None:
    with shop.db.acting(shop.db.local_user) as conn:
        found = traces.of_production(conn, production.id)
    return next((trace.started_at for trace in found if trace.step_id == step), None)


def _run_is_over(shop: Workshop, production: Production) -> bool:
    with shop.db.acting(shop.db.local_user) as conn:
        run_id = productions.get(conn, production.id).run_id
    return run_id is not None and DagsterApi.of(shop.settings).status(run_id) == "SUCCESS"


def _state(shop: Workshop, production: Production) -> str:
    with shop.db.acting(shop.db.local_user) as conn:
        return productions.get(conn, production.id).state


def _crowd(shop: Workshop, version: WorkflowVersion, count: int) -> None:
    """So many productions that wait at their gate, as their runs would have left them."""
    document = shop.store.put_bytes(_TEXT.encode(), "text/markdown")
    brief = Brief(name="tides", document=document)
    shown = shop.store.put_bytes(brief.model_dump_json().encode(), "application/json")
    for start in range(0, count, 500):
        with shop.db.acting(shop.db.local_user) as conn:
            for _ in range(min(500, count - start)):
                _waiting(conn, version, brief, Shown(type="Brief", artifact=shown))


def _waiting(
    conn: Connection[Any], version: WorkflowVersion, brief: Brief, shown: Shown
) -> Request:
    made = productions.create(conn, version, brief)
    launch = launches.plan(conn, made.id, reason="start")
    assert launch is not None
    run_id = str(uuid4())
    launches.take(conn, launch.id, run_id)
    productions.attach_run(conn, made.id, run_id)
    productions.running(conn, made.id)
    _traced(conn, made.id, run_id)
    asked = NewRequest(
        production_id=made.id,
        step_id="gate",
        kind="approval",
        subject="0" * 64,
        run_id=run_id,
        title="Approve the brief",
        shown=(shown,),
    )
    request = requests.ask(conn, asked)
    productions.waiting(conn, made.id)
    launches.end(conn, launch.id, waits_for="gate")
    launches.told(conn, launch.id)
    return request


def _traced(conn: Connection[Any], production_id: UUID, run_id: str) -> None:
    for step, kind, state in (("brief", "take_brief", "done"), ("gate", "approve", "waiting")):
        trace = traces.start(
            conn, production_id, run_id=run_id, step_key=step, step_id=step, kind=kind
        )
        if state == "done":
            traces.finish(conn, trace.id, output=None)
        else:
            traces.fail(conn, trace.id, error="Approve the brief", state="waiting")


def _inbox_ms(shop: Workshop) -> float:
    """The first page of the inbox and how many there are, as the studio asks for them."""

    def look() -> None:
        assert inbox.listed(shop.db, shop.db.local_user, Wanted()).requests

    return _timed(look) * 1000


def _timed(act: Callable[[], object]) -> float:
    began_s = time.perf_counter()
    act()
    return time.perf_counter() - began_s


def _until(there: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + _PATIENCE_S
    while not there():
        if time.monotonic() > deadline_s:
            raise TimeoutError("it never came")
        time.sleep(0.02)


def _memory_mb(pid: int) -> float:
    """Proportional set size of all that `vidp up` has started."""
    total = 0
    for member in _family(pid):
        try:
            total += member.memory_full_info().pss
        except psutil.Error:
            continue
    return total / _MB


def _family(pid: int) -> list[psutil.Process]:
    leader = psutil.Process(pid)
    return [leader, *leader.children(recursive=True)]


def _held(pid: int) -> int:
    """Processes that run a production: forks of the runner, run workers, workers of ours."""
    found = 0
    for member in [*_family(pid), *process_tree.members(pid)]:
        try:
            words = " ".join(member.cmdline())
            above = member.parent()
            parent = " ".join(above.cmdline()) if above is not None else ""
        except psutil.Error:
            continue
        forked = "assets.runner" in words and "assets.runner" in parent
        found += forked or "multiprocessing-fork" in words or "assets.worker" in words
    return found


def figures(found: Figures) -> dict[str, dict[str, object]]:
    """The figures by name, each with its target and whether it was met."""
    growth_mb = found.memory_after_mb - found.memory_before_mb
    p95_s = quantiles(found.to_step_s, n=20)[-1] if len(found.to_step_s) > 1 else found.to_step_s[0]
    return {
        "decision_to_step_s": _most(median(found.to_step_s), "s", 2.5),
        "decision_to_step_p95_s": {"value": round(p95_s, 3), "unit": "s"},
        "processes_held": _most(found.processes_held, "processes", 0),
        "memory_growth_mb": _most(growth_mb, "MB", 20) | {"before": round(found.memory_before_mb)},
        "inbox_query_ms": _most(median(found.inbox_ms), "ms", 50),
        "sweep_s": _most(median(found.sweep_s), "s", 1.0),
    }


def _most(value: float, unit: str, target: float) -> dict[str, object]:
    rounded = round(value, 3)
    return {"value": rounded, "unit": unit, "target": target, "pass": value <= target}


def _print(found: Figures) -> None:
    table = Table(title=f"Gates: {len(found.to_step_s)} decisions, {found.waiting:,} waiting")
    for name in ("", "value", "target", "met"):
        table.add_column(name, justify="left" if not name else "right")
    for name, figure in figures(found).items():
        met = {True: "yes", False: "no"}.get(bool(figure["pass"])) if "pass" in figure else ""
        value = f"{figure['value']} {figure['unit']}"
        table.add_row(name, value, str(figure.get("target", "")), met)
    Console(stderr=True).print(table)


if __name__ == "__main__":
    main()
