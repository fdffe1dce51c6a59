"""A checked workflow version as a Dagster job.

A mapped step hangs on a hidden op, `<step>__<field>`, that gives the list's items one by one.
"""

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import dagster as dg
from dagster._core.definitions.dependency import DynamicCollectDependencyDefinition

from vid_pipeline.check import refuse
from vid_pipeline.graph.executor import thread_executor
from vid_pipeline.graph.io_manager import FIELD
from vid_pipeline.graph.lineage import Lineage
from vid_pipeline.graph.op import RESULT, WAIT, part_of, step_op
from vid_pipeline.graph.types import artifact_type, input_type
from vid_pipeline.kinds import Branch, Catalog, StepKind
from vid_pipeline.wiring import Wiring, item_of
from vid_pipeline.workflow import AnyOf, Step, Workflow, field_of, sources_of, step_of

ITEM = "item"
Dependency: TypeAlias = (
    dg.DependencyDefinition | dg.MultiDependencyDefinition | DynamicCollectDependencyDefinition
)


def build_job(
    workflow: Workflow,
    catalog: Catalog,
    *,
    name: str,
    resources: dict[str, Any],
    tags: dict[str, str] | None = None,
) -> dg.JobDefinition:
    """The job of a published version: one op a step, wired by the steps' inputs.

    Raises:
        ExceptionGroup: of `WorkflowError`, one for each fault.
    """
    refuse(workflow, catalog)
    builder = _Builder(name, Wiring(workflow, catalog))
    for step in workflow.steps:
        builder.add(step)
    graph = dg.GraphDefinition(
        name=name,
        description=workflow.description or workflow.title,
        node_defs=builder.ops,
        dependencies=builder.dependencies,
    )
    return graph.to_job(
        resource_defs=resources,
        executor_def=thread_executor,
        tags={"vidp/workflow": workflow.slug} | (tags or {}),
    )


@dataclass
class _Builder:
    job: str
    wiring: Wiring
    ops: list[dg.OpDefinition] = field(default_factory=list)
    dependencies: dict[dg.NodeInvocation, dict[str, Any]] = field(default_factory=dict)
    lists: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.lineage = Lineage.of(self.wiring)

    def add(self, step: Step) -> None:
        kind = self.wiring.kinds[step.id]
        ins, wires = dict[str, dg.In](), dict[str, Any]()
        for name, feed in step.inputs.items():
            if not isinstance(feed, tuple):
                ins[name], wires[name] = self._in(step, kind, name), self._wire(step, name)
                continue
            for number, source in enumerate(feed):
                part = part_of(name, number)
                ins[part] = self._part(source, item_of(kind.inputs[name]))
                wires[part] = self._single(source)
        if step.when is not None:
            ins[WAIT] = dg.In(dg.Nothing)
            wires[WAIT] = self._single(step.when)
        op = step_op(f"{self.job}__{step.id}", step, kind, ins, self.lineage)
        self._place(op, step.id, wires, _retry(kind))

    def _place(
        self,
        op: dg.OpDefinition,
        alias: str,
        wires: dict[str, Any],
        retry: dg.RetryPolicy | None = None,
    ) -> None:
        self.ops.append(op)
        self.dependencies[dg.NodeInvocation(op.name, alias=alias, retry_policy=retry)] = wires

    def _part(self, source: str, needs: Any) -> dg.In:
        return dg.In(input_type(needs), metadata=self._fields(source))

    def _fields(self, *sources: str) -> dict[str, str]:
        """Which field of each source's step an in takes, where it is not the whole."""
        return {
            FIELD + step_of(source): member
            for source in sources
            if (member := field_of(source)) and not self._is_branch(source)
        }

    def _in(self, step: Step, kind: StepKind, name: str) -> dg.In:
        feed = step.inputs[name]
        if name == step.over:
            return dg.In(input_type(kind.inputs[name]))
        needs = kind.inputs[name]
        wanted = tuple[needs, ...] if isinstance(feed, AnyOf) else needs  # type: ignore[valid-type]
        return dg.In(input_type(wanted), metadata=self._fields(*sources_of(feed)))

    def _wire(self, step: Step, name: str) -> Dependency:
        feed = step.inputs[name]
        if isinstance(feed, AnyOf):
            return dg.MultiDependencyDefinition([self._single(s) for s in sources_of(feed)])
        assert isinstance(feed, str), "an input of several sources is wired part by part"
        if self.wiring.follows_items(step, name):
            return dg.DependencyDefinition(step_of(feed), RESULT)
        if name == step.over:
            return dg.DependencyDefinition(self._items_of(feed), ITEM)
        if self.wiring.is_mapped(step_of(feed)):
            return DynamicCollectDependencyDefinition(step_of(feed), RESULT)
        return self._single(feed)

    def _single(self, source: str) -> dg.DependencyDefinition:
        output = field_of(source) if self._is_branch(source) else None
        return dg.DependencyDefinition(step_of(source), output or RESULT)

    def _is_branch(self, source: str) -> bool:
        return issubclass(self.wiring.kinds[step_of(source)].output, Branch)

    def _items_of(self, source: str) -> str:
        """The hidden op that gives a list's items; steps over the same list share it."""
        alias = source.replace(".", "__")
        if alias not in self.lists:
            self.lists.add(alias)
            item = item_of(self.wiring.output_of(source))
            op = _items_op(f"{self.job}__{alias}", source, item)
            self._place(op, alias, {"whole": dg.DependencyDefinition(step_of(source), RESULT)})
        return alias


def _items_op(name: str, source: str, item: Any) -> dg.OpDefinition:
    def compute(_context: dg.OpExecutionContext, inputs: dict[str, Any]) -> Any:
        for value in inputs["whole"]:
            yield dg.DynamicOutput(value, mapping_key=value.id, output_name=ITEM)

    return dg.OpDefinition(
        compute_fn=compute,
        name=name,
        ins={
            "whole": dg.In(
                input_type(tuple[item, ...]),
                metadata={FIELD + step_of(source): field_of(source)},
            )
        },
        outs={ITEM: dg.DynamicOut(artifact_type(item))},
        description=f"Gives the items of {source} one by one.",
    )


def _retry(kind: StepKind) -> dg.RetryPolicy | None:
    if kind.retry.times == 0:
        return None
    return dg.RetryPolicy(
        max_retries=kind.retry.times,
        delay=kind.retry.delay_s,
        backoff=dg.Backoff.EXPONENTIAL,
        jitter=dg.Jitter.PLUS_MINUS,
    )
