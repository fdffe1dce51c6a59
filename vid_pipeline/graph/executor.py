"""An executor that runs the steps of a run side by side, in threads of the run's own process.

Dagster's multiprocess executor starts an interpreter a step (about 3.9 CPU seconds each);
steps here wait for speech, browsers and models, or hand heavy work to processes of their own.

It builds on Dagster's private execution plan machinery, so the Dagster version is locked and
`tests/graph` holds it to the behaviour of Dagster's own executors.
"""

import os
import queue
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import dagster as dg
from dagster._core.errors import DagsterExecutionInterruptedError
from dagster._core.events import DagsterEvent, EngineEventData
from dagster._core.execution.api import ExecuteRunWithPlanIterable
from dagster._core.execution.compute_logs import create_compute_log_file_key
from dagster._core.execution.context.system import (
    PlanExecutionContext,
    PlanOrchestrationContext,
    StepExecutionContext,
)
from dagster._core.execution.context_creation_job import PlanExecutionContextManager
from dagster._core.execution.plan.active import ActiveExecution
from dagster._core.execution.plan.execute_plan import (
    _trigger_hook,
    dagster_event_sequence_for_step,
)
from dagster._core.execution.plan.plan import ExecutionPlan
from dagster._core.execution.retries import RetryMode, get_retries_config
from dagster._core.execution.step_dependency_config import StepDependencyConfig
from dagster._core.executor.base import Executor

from vid_pipeline import cancel, pauses, programs_at_work, run_process, tags
from vid_pipeline.graph.slots import Slots
from vid_pipeline.graph.standing_aside import StandingAside

_POLL_S = 0.1
_CANCELLED_CODE = 130
_SHORTEST_S = 0.005


class ThreadExecutor(Executor):
    """Up to `max_concurrent` steps at once; `grace_s` is how long a cancelled step may take."""

    def __init__(self, *, retries: RetryMode, max_concurrent: int, grace_s: float) -> None:
        self._retries = retries
        self._max_concurrent = max_concurrent
        self._grace_s = grace_s

    @property
    def retries(self) -> RetryMode:
        return self._retries

    @property
    def step_dependency_config(self) -> StepDependencyConfig:
        return StepDependencyConfig.default()

    def execute(
        self, plan_context: PlanOrchestrationContext, execution_plan: ExecutionPlan
    ) -> Iterator[DagsterEvent]:
        keys = execution_plan.step_keys_to_execute
        yield DagsterEvent.engine_event(
            plan_context,
            f"Running {len(keys)} steps in threads, at most {self._max_concurrent} at once.",
            EngineEventData.in_process(os.getpid(), keys),
        )
        try:
            yield from self._within_resources(plan_context, execution_plan)
        except DagsterExecutionInterruptedError:  # among the steps, or before the first one
            run = plan_context.dagster_run
            if tags.FOREGROUND in run.tags:  # nobody has told Dagster that a stop was asked for
                plan_context.instance.report_run_canceling(run)
            raise

    def _within_resources(
        self, plan_context: PlanOrchestrationContext, execution_plan: ExecutionPlan
    ) -> Iterator[DagsterEvent]:
        yield from ExecuteRunWithPlanIterable(
            execution_plan=execution_plan,
            iterator=self._steps,
            execution_context_manager=PlanExecutionContextManager(
                job=plan_context.job,
                retry_mode=plan_context.retry_mode,
                execution_plan=execution_plan,
                run_config=plan_context.run_config,
                dagster_run=plan_context.dagster_run,
                instance=plan_context.instance,
                raise_on_error=False,
                output_capture=plan_context.output_capture,
                step_dependency_config=self.step_dependency_config,
            ),
        )

    def _steps(
        self, job_context: PlanExecutionContext, execution_plan: ExecutionPlan
    ) -> Iterator[DagsterEvent]:
        with ExitStack() as stack:
            yield _capture_logs(job_context, execution_plan, stack)
            slots = stack.enter_context(Slots(job_context.instance, job_context.dagster_run))
            active = stack.enter_context(
                ActiveExecution(
                    execution_plan,
                    retry_mode=self._retries,
                    max_concurrent=self._max_concurrent,
                    instance_concurrency_context=slots,
                    step_dependency_config=self.step_dependency_config,
                )
            )
            loop = _Loop(job_context, active, slots, self._max_concurrent, self._grace_s)
            yield from loop.events()


@dataclass
class _Running:
    context: StepExecutionContext
    thread: threading.Thread
    events: list[DagsterEvent] = field(default_factory=list)
    again: DagsterEvent | None = None
    """That it is to be tried again: told to the plan only when this attempt's thread is over."""


@dataclass
class _Loop:
    """Starts steps as they become ready and hands on the events their threads put in `inbox`."""

    job_context: PlanExecutionContext
    active: ActiveExecution
    slots: Slots
    max_concurrent: int
    grace_s: float
    inbox: queue.Queue[tuple[str, DagsterEvent | None, BaseException | None]] = field(
        default_factory=queue.Queue
    )
    running: dict[str, _Running] = field(default_factory=dict)
    stopped_at: float | None = None

    def __post_init__(self) -> None:
        self._standing_aside = StandingAside(self.slots)

    def events(self) -> Iterator[DagsterEvent]:
        while self.running or (self.stopped_at is None and not self.active.is_complete):
            yield from self._notice_interrupt()
            self._standing_aside.serve()
            if self.stopped_at is None:
                yield from self._start_ready()
            elif time.monotonic() - self.stopped_at > self.grace_s:
                break  # daemon threads end with the process
            yield from self._take_one()
        if self.stopped_at is not None:
            programs_at_work.end_all()
            raise DagsterExecutionInterruptedError()

    def _notice_interrupt(self) -> Iterator[DagsterEvent]:
        if not self.active.check_for_interrupts() or self.stopped_at is not None:
            return
        self.stopped_at = time.monotonic()
        run_process.leave_after_main(_CANCELLED_CODE)
        cancel.token_of(self.job_context.run_id).request()
        self.active.mark_interrupted()
        yield DagsterEvent.engine_event(
            self.job_context,
            "Asked to stop: cancelling the steps at work.",
            EngineEventData.interrupted(list(self.running)),
        )

    def _start_ready(self) -> Iterator[DagsterEvent]:
        free = self.max_concurrent - len(self.running)
        steps = self.active.get_steps_to_execute(limit=free)
        yield from self.active.concurrency_event_iterator(self.job_context)
        for step in steps:
            context = self.job_context.for_step(step, self.active.get_known_state())
            thread = threading.Thread(
                target=self._work, args=(context, step.key), name=f"step {step.key}", daemon=True
            )
            self.running[step.key] = _Running(context, thread)
            thread.start()

    def _work(self, context: StepExecutionContext, key: str) -> None:
        error: BaseException | None = None
        if (pool := context.step.pool) is not None:
            pauses.WAY.set(partial(self._standing_aside.aside, key, pool))
        try:
            for event in dagster_event_sequence_for_step(context):
                self.inbox.put((key, event, None))
        except BaseException as raised:  # noqa: BLE001  (a thread's edge: the loop re-raises it)
            error = raised
        self.inbox.put((key, None, error))

    def _take_one(self) -> Iterator[DagsterEvent]:
        try:
            key, event, error = self.inbox.get(timeout=self._wait_s())
        except queue.Empty:
            yield from self.active.plan_events_iterator(self.job_context)
            return
        if event is None:
            yield from self._ended(key, error)
            return
        running = self.running[key]
        running.events.append(event)
        yield event
        if event.is_step_up_for_retry:
            running.again = event
        else:
            self.active.handle_event(event)

    def _wait_s(self) -> float:
        """Seconds until there may be something to do although no step tells of anything."""
        times = [t - time.time() for t in self.active._waiting_to_retry.values()]
        if self.slots.has_pending_claims():
            times.append(self.slots.wait_s())
        if not times and not self.running:
            return _SHORTEST_S
        return max(_SHORTEST_S, min([_POLL_S, *times]))

    def _ended(self, key: str, error: BaseException | None) -> Iterator[DagsterEvent]:
        ended = self.running.pop(key)
        ended.thread.join()
        if ended.again is not None:
            self.active.handle_event(ended.again)
        self.active.verify_complete(self.job_context, key)
        yield from self.active.plan_events_iterator(self.job_context)
        yield from _trigger_hook(ended.context, ended.events)
        if error is not None and not isinstance(error, DagsterExecutionInterruptedError):
            raise error


def _capture_logs(
    job_context: PlanExecutionContext, execution_plan: ExecutionPlan, stack: ExitStack
) -> DagsterEvent:
    manager = job_context.instance.compute_log_manager
    key = manager.build_log_key_for_run(job_context.run_id, create_compute_log_file_key())
    captured = stack.enter_context(manager.capture_logs(key))
    steps = list(execution_plan.step_keys_to_execute)
    event: DagsterEvent = DagsterEvent.capture_logs(job_context, steps, key, captured)
    return event


@dg.executor(
    name="threads",
    config_schema={
        "retries": get_retries_config(),
        "max_concurrent": dg.Field(
            dg.IntSource, default_value=8, description="Steps at work at once."
        ),
        "grace_s": dg.Field(
            float, default_value=1.0, description="Seconds a cancelled step may take to stop."
        ),
    },
)
def thread_executor(init_context: dg.InitExecutorContext) -> ThreadExecutor:
    """Run steps in threads of the run's process."""
    config: Mapping[str, Any] = init_context.executor_config
    return ThreadExecutor(
        retries=RetryMode.from_config(config["retries"]) or RetryMode.ENABLED,
        max_concurrent=config["max_concurrent"],
        grace_s=config["grace_s"],
    )
