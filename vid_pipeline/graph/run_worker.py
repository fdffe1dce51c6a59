"""What a child of the warm runner does: a run, as Dagster's own worker does it; or its obituary.

Source: dagster 1.13.27, `_grpc/impl.py` `_run_in_subprocess` and `_grpc/server.py`
`_check_for_orphaned_runs`.
"""

import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
from dagster._core.definitions.reconstruct import ReconstructableJob
from dagster._core.events import EngineEventData
from dagster._core.instance.ref import InstanceRef
from dagster._grpc.impl import core_execute_run
from dagster._serdes import deserialize_value
from dagster._utils import get_run_crash_explanation
from dagster._utils.interrupts import capture_interrupts

from vid_pipeline.graph import slots
from vid_pipeline.runner_socket import Order

STARTED = "Started process for run, forked from the warm runner (pid: {pid})."


def execute(order: Order, job: ReconstructableJob) -> int:
    """Execute a run to its end; 0 when Dagster knows how it ended."""
    with capture_interrupts(), _instance(order) as instance:
        run = instance.get_run_by_id(order.run_id)
        if run is None or run.is_finished:
            return 0
        pid = os.getpid()
        begun = STARTED.format(pid=pid)
        instance.report_engine_event(begun, run, EngineEventData.in_process(pid))
        try:
            for _event in core_execute_run(job, run, instance, inject_env_vars=False):
                pass
        except BaseException:  # noqa: BLE001  (a process's edge: Dagster has logged it before)
            traceback.print_exc()
        instance.report_engine_event(f"Process for run exited (pid: {pid}).", run)
        ended = instance.get_run_by_id(order.run_id)
        return 0 if ended is None or ended.is_finished else 1


def report(order: Order, code: int) -> int:
    """Tell Dagster of a run whose process ended without: cancelled if that was asked, or failed."""
    with _instance(order) as instance:
        run = instance.get_run_by_id(order.run_id)
        if run is None or run.is_finished:
            return 0
        prefix = f"Run execution process for {run.run_id}"
        instance.report_engine_event(get_run_crash_explanation(prefix, exit_code=code), run)
        if run.status is dg.DagsterRunStatus.CANCELING:
            instance.report_run_canceled(run)
        else:
            instance.report_run_failed(run)
        slots.free(instance, run.run_id)
        return 0


@contextmanager
def _instance(order: Order) -> Iterator[dg.DagsterInstance]:
    ref = deserialize_value(order.instance, InstanceRef)
    with dg.DagsterInstance.from_ref(ref) as instance:
        yield instance
