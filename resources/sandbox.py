"""Work space of one run, and the files of its production."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Self
from uuid import UUID

import dagster as dg
from pydantic import PrivateAttr

from vid_pipeline import tags
from vid_pipeline.errors import BadRequest
from vid_pipeline.ports import SandboxFile
from vid_pipeline.sandbox.folder import Folder, Quota
from vid_pipeline.settings import Settings


class SandboxResource(dg.ConfigurableResource):
    """Port `Sandbox`: a folder a run for our own code, one a production for agents."""

    _folder: Path = PrivateAttr()
    _production: str | None = PrivateAttr()
    _settings: Settings = PrivateAttr()

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        run = context.run
        assert run is not None, "a resource of steps lives in a run"
        self.placed(Settings.read(), run.run_id, run.tags.get(tags.PRODUCTION))

    def placed(self, settings: Settings, run_id: str, production: str | None) -> Self:
        """This resource, for a run of a production."""
        self._settings, self._production = settings, production
        self._folder = settings.work / run_id
        self._folder.mkdir(parents=True, exist_ok=True)
        return self

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:  # noqa: ARG002
        shutil.rmtree(self._folder, ignore_errors=True)

    def path(self, name: str) -> Path:
        target = (self._folder / name).resolve()
        if not target.is_relative_to(self._folder.resolve()):
            raise BadRequest("File name", name, "It would leave the run's folder.")
        return target

    def files(self, folder: str = "") -> tuple[SandboxFile, ...]:
        return self._files.files(folder)

    def read(self, name: str, *, most_bytes: int) -> bytes:
        return self._files.read(name, most_bytes=most_bytes)

    def write(self, name: str, data: bytes | Iterable[bytes]) -> SandboxFile:
        return self._files.write(name, data)

    def take(self, file: Path, name: str) -> SandboxFile:
        return self._files.take(file, name)

    def lend(self, name: str, folder: Path) -> Path:
        return self._files.lend(name, folder)

    def move(self, name: str, to: str) -> SandboxFile:
        return self._files.move(name, to)

    def delete(self, name: str) -> None:
        self._files.delete(name)

    @property
    def _files(self) -> Folder:
        if self._production is None:
            raise BadRequest("Run", self._folder.name, "It has no production, so it has no files.")
        return opened(self._settings, UUID(self._production))


def opened(settings: Settings, production: UUID) -> Folder:
    """A production's files."""
    quota = Quota(
        total_bytes=settings.sandbox_mb * 1_000_000,
        file_bytes=settings.sandbox_mb * 1_000_000,
        entries=settings.sandbox_files,
    )
    return Folder(settings.sandboxes / str(production), quota)
