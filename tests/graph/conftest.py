"""Run small workflows through a real Dagster instance on disk."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from tests.graph.kinds_for_tests import CATALOG
from vid_pipeline import cancel
from vid_pipeline.graph.io_manager import ArtifactIOManager
from vid_pipeline.graph.job import build_job
from vid_pipeline.kinds import Catalog
from vid_pipeline.testing.recorder import FakeRecorder
from vid_pipeline.testing.store import FakeStore
from vid_pipeline.workflow import Workflow


class Texts(dict[str, str]):
    """Artifacts' JSON in memory."""

    def put_text(self, key: str, text: str) -> None:
        self[key] = text

    def get_text(self, key: str) -> str:
        return self[key]


@dataclass
class Bench:
    """An instance, and the ports of every run on it."""

    instance: dg.DagsterInstance
    folder: Path
    recorder: FakeRecorder = field(default_factory=FakeRecorder)
    texts: Texts = field(default_factory=Texts)
    catalog: Catalog = field(default_factory=lambda: CATALOG)
    ports: dict[str, Any] = field(default_factory=dict)
    on_setup: Callable[[], object] = lambda: None

    def job(self, workflow: Workflow) -> dg.JobDefinition:
        @dg.resource
        def token(context: dg.InitResourceContext) -> Any:
            assert context.run is not None
            self.on_setup()
            return cancel.token_of(context.run.run_id)

        fixed = {"recorder": self.recorder, "store": FakeStore(self.folder)} | self.ports
        resources: dict[str, Any] = {
            name: dg.ResourceDefinition.hardcoded_resource(value) for name, value in fixed.items()
        }
        io_manager = dg.IOManagerDefinition.hardcoded_io_manager(ArtifactIOManager(self.texts))
        resources |= {"io_manager": io_manager, "cancel": token}
        return build_job(workflow, self.catalog, name=workflow.slug, resources=resources)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    folder = tmp_path / "dagster"
    folder.mkdir()
    with dg.DagsterInstance.local_temp(str(folder), {"telemetry": {"enabled": False}}) as instance:
        yield Bench(instance, tmp_path)
