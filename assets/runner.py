"""The warm runner: `python -m assets.runner SOCKET`. Loads what runs need, and forks one for each.

When the code on disk is newer than what is loaded, orders are refused until no run is at work;
then it starts again. Code that does not load is kept out of `vidp up`'s way: Dagster's page says
why, and the runner waits for the next change.
"""

import argparse
import importlib
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import ModuleType

import dagster as dg
from dagster._core.definitions.reconstruct import ReconstructableJob, ReconstructableRepository

from assets.catalog import CATALOG
from vid_pipeline.acts import launching
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.dagster_env import PROJECT
from vid_pipeline.errors import VidPipelineError
from vid_pipeline.graph import run_worker
from vid_pipeline.runner import Runner, Work
from vid_pipeline.runner_socket import Order
from vid_pipeline.settings import Settings
from vid_pipeline.store import launches
from vid_pipeline.store.database import opened

_DEFINITIONS, _REPOSITORY = "assets.definitions", "workflows"
_PACKAGES = ("vid_pipeline", "resources", "assets")
_OF_A_MODEL = ("instructor", "genai_prices")
_SDKS = ("anthropic", "openai")


def main() -> None:
    """Serve runs on the socket that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m assets.runner")
    parser.add_argument("socket", type=Path)
    path = parser.parse_args().socket
    stamps = dict(_stamps())
    definitions = _loaded()
    work = Work(
        execute=partial(_execute, definitions),
        report=run_worker.report,
        is_current=lambda: definitions is not None and stamps == dict(_stamps()),
    )
    if Runner(path, work).serve():
        os.execv(sys.executable, [sys.executable, "-m", "assets.runner", str(path)])  # noqa: S606


def _loaded() -> ModuleType | None:
    """The definitions, and all that a run imports on its way; None if they do not load."""
    try:
        definitions = importlib.import_module(_DEFINITIONS)
        for package in _of_the_model(Settings.read()):
            importlib.import_module(package)
        with dg.DagsterInstance.get() as instance:
            instance.get_runs(limit=1)
    except Exception:  # noqa: BLE001  (whatever is wrong with the code, others serve on)
        traceback.print_exc()
        return None
    return definitions


def _of_the_model(settings: Settings) -> tuple[str, ...]:
    """What a run imports to ask the model that is set: seconds of work, done here once."""
    provider = settings.model.partition("/")[0]
    if settings.llm_key(provider) is None:
        return ()
    return (*(sdk for sdk in _SDKS if sdk == provider), *_OF_A_MODEL)


def _execute(definitions: ModuleType | None, order: Order) -> int:
    assert definitions is not None, "orders are refused without them"
    if not getattr(definitions, _REPOSITORY).has_job(order.job):
        importlib.reload(definitions)  # it was published after we had loaded
    code = run_worker.execute(order, _job(order.job))
    _go_on(order.run_id)
    return code


def _go_on(run_id: str) -> None:
    """Go on with what was decided while the run was at work; a sweep would, some seconds later."""
    settings = Settings.read()
    with opened(settings) as db, suppress(VidPipelineError):
        with db.service() as conn:
            mine = launches.whose(conn, run_id)
        if mine is not None:
            shop = Workshop.of(settings, db, CATALOG)
            launching.advance(shop, mine.owner_id, mine.production_id)


def _job(name: str) -> ReconstructableJob:
    repository = ReconstructableRepository.for_module(
        _DEFINITIONS, _REPOSITORY, working_directory=str(PROJECT)
    )
    return repository.get_reconstructable_job(name)


def _stamps() -> Iterator[tuple[Path, int]]:
    """When each source file was changed."""
    for package in _PACKAGES:
        for file in (PROJECT / package).rglob("*.py"):
            yield file, file.stat().st_mtime_ns


if __name__ == "__main__":
    main()
