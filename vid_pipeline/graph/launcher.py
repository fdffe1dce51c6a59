"""A run launcher that hands runs to the warm runner; without one it does as Dagster's own."""

from collections.abc import Mapping
from typing import Any, Literal, Self

import dagster as dg
from dagster._core.errors import DagsterLaunchFailedError
from dagster._core.launcher import LaunchRunContext
from dagster._core.launcher.default_run_launcher import DefaultRunLauncher
from dagster._serdes import ConfigurableClassData, serialize_value

from vid_pipeline.dagster_env import LOCATION, REPOSITORY
from vid_pipeline.errors import ToolFailed
from vid_pipeline.runner_socket import Order, ask


class RunnerLauncher(DefaultRunLauncher):
    """Launches runs of our code location in forks of the runner that listens on `socket`."""

    def __init__(self, socket: str = "", inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(inst_data)
        self._socket = socket

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """What `dagster.yaml` may say of it."""
        about = "Unix socket of the warm runner; with none, runs start as Dagster's own do."
        return {"socket": dg.Field(dg.StringSource, default_value="", description=about)}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData, config_value: Mapping[str, Any]
    ) -> Self:
        return cls(config_value["socket"], inst_data)

    def launch_run(self, context: LaunchRunContext) -> None:
        """Start a run.

        Raises:
            DagsterLaunchFailedError: the runner took the run and did not say that it started it.
        """
        run = context.dagster_run
        try:
            taken = self._is_ours(run) and self._asked("start", run)
        except ToolFailed as error:
            raise DagsterLaunchFailedError(str(error)) from error
        if taken:
            self._run_ids.add(run.run_id)
        else:
            super().launch_run(context)

    def terminate(self, run_id: str) -> bool:
        """Ask a run's process to stop; False when there is none, or it cannot be asked."""
        run = self._instance.get_run_by_id(run_id) if self.has_instance else None
        if run is None or run.is_finished:
            return False
        if not self._asked("look", run):
            return bool(super().terminate(run_id))
        self._instance.report_run_canceling(run)
        return self._asked("stop", run)

    def _asked(self, verb: Literal["start", "stop", "look"], run: dg.DagsterRun) -> bool:
        if not self._socket:
            return False
        instance = serialize_value(self._instance.get_ref()) if verb == "start" else ""
        order = Order(verb=verb, run_id=run.run_id, job=run.job_name, instance=instance)
        reply = ask(self._socket, order)
        return reply is not None and reply.done

    @staticmethod
    def _is_ours(run: dg.DagsterRun) -> bool:
        """Whether the run is of the code that the runner has loaded."""
        origin = run.remote_job_origin
        return origin is not None and (
            origin.repository_origin.code_location_origin.location_name,
            origin.repository_origin.repository_name,
        ) == (LOCATION, REPOSITORY)
