"""What the killed processes do: launch, decide, sweep, retry and work, as the product does."""

import argparse
import importlib
import logging
from pathlib import Path

from dagster import DagsterInstance

from assets import worker
from assets.catalog import CATALOG
from resources.llm.asking import Talk
from resources.provider_jobs.http import HttpProvider
from tests.crashes import kinds
from vid_pipeline import whole_folder, worker_process
from vid_pipeline.acts import deciding, making, retrying, sweeping
from vid_pipeline.acts.verdicts import Decision
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.settings import Settings
from vid_pipeline.store import productions
from vid_pipeline.store.database import opened
from vid_pipeline.store.objects import ObjectStore
from vid_pipeline.testing import crashes

EFFECTS: tuple[tuple[object, str, str], ...] = (
    (worker_process, "start", "starting a worker"),
    (DagsterInstance, "create_run_for_job", "making a run"),
    (Talk, "_send", "asking the model"),
    (HttpProvider, "submit", "ordering a job"),
    (HttpProvider, "fetch", "fetching a file"),
    (ObjectStore, "put", "keeping a file"),
    (ObjectStore, "put_bytes", "keeping bytes"),
    (ObjectStore, "put_text", "keeping a text"),
    (whole_folder, "_swap", "swapping the folder"),
)
"""Where something is done outside of our tables: effects that no transaction undoes."""


class Crash(Settings):
    """How this process is to crash; from `VIDP_CRASH_…`."""

    crash_notes: Path | None = None
    crash_stage: str = ""
    crash_wanted: str = ""


def warm() -> None:
    """Have in memory what a worker needs, without a thread or a connection."""
    kinds.install()
    definitions = importlib.import_module("assets.definitions")  # reads the catalogue at once
    assert definitions.workflows.get_all_jobs(), (
        "publish the workflow before the fork server starts"
    )


def run(main: str, arguments: list[str]) -> int:
    """Be a new process: `assets.worker`, or one of ours."""
    crash = Crash.read()
    if crash.crash_notes is not None:
        role = "work" if main == worker_process.MODULE else main
        reached = crashes.FirstVisit(
            crash.crash_notes, f"{role} {crash.crash_stage}", crash.crash_wanted
        )
        crashes.watch_commits(reached)
        for owner, name, label in EFFECTS:
            crashes.watch(owner, name, label, reached)
    if main == worker_process.MODULE:
        return worker.main(arguments)
    return act(main, arguments)


def act(what: str, arguments: list[str]) -> int:
    """What a person or the daemon does, in a process of its own."""
    parser = argparse.ArgumentParser(prog=what)
    parser.add_argument("key", nargs="?")
    parser.add_argument("decision", nargs="?")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING)
    settings = Settings.read()
    with opened(settings) as db:
        shop = Workshop.of(settings, db, CATALOG)
        if what == "sweep":
            sweeping.sweep(shop, recover=True, launch_age_s=0)
        elif what == "decide":
            decision = Decision.model_validate_json(given.decision)
            deciding.decide(shop, db.local_user, given.key, decision)
        elif what == "retry":
            retrying.retry(shop, db.local_user, given.key)
        else:
            with db.acting(db.local_user) as conn:
                production = productions.get(conn, given.key)
            making.launch(shop, production)
    return 0
