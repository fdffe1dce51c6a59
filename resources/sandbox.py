"""Files of one run, kept inside one folder that goes when the run ends."""

import shutil
from pathlib import Path

import dagster as dg
from pydantic import PrivateAttr

from vid_pipeline.errors import BadRequest
from vid_pipeline.settings import Settings


class SandboxResource(dg.ConfigurableResource):
    """Port `Sandbox`: one folder a run; names that would leave it are refused."""

    _folder: Path = PrivateAttr()

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        assert context.run is not None, "a resource of steps lives in a run"
        self._folder = Settings.read().home.absolute() / "work" / context.run.run_id
        self._folder.mkdir(parents=True, exist_ok=True)

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:  # noqa: ARG002
        shutil.rmtree(self._folder, ignore_errors=True)

    def path(self, name: str) -> Path:
        target = (self._folder / name).resolve()
        if not target.is_relative_to(self._folder.resolve()):
            raise BadRequest("File name", name, "It would leave the run's folder.")
        return target
