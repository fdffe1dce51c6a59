"""One job with every shape of graph, for each executor; the steps' deeds are in the event log."""

import time
from collections.abc import Iterator

import dagster as dg

from vid_pipeline.graph.executor import thread_executor

DELAY_S = 0.4


@dg.op
def first() -> int:
    return 1


@dg.op
def second(number: int) -> int:
    return number + 1


@dg.op(out=dg.DynamicOut(int))
def cut(number: int) -> Iterator[dg.DynamicOutput[int]]:
    for item in range(number):
        yield dg.DynamicOutput(item, mapping_key=f"m{item}")


@dg.op
def each(number: int) -> int:
    return number * 10


@dg.op
def collect(numbers: list[int]) -> int:
    return sum(numbers)


@dg.op(out={"yes": dg.Out(int, is_required=False), "no": dg.Out(int, is_required=False)})
def route() -> Iterator[dg.Output[int]]:
    yield dg.Output(1, "yes")


@dg.op
def taken(number: int) -> int:
    return number


@dg.op
def passed_over(number: int) -> int:
    return number


@dg.op
def after_it(number: int) -> int:
    return number


@dg.op(retry_policy=dg.RetryPolicy(max_retries=2, delay=DELAY_S))
def third_time_lucky(context: dg.OpExecutionContext) -> int:
    if context.retry_number < 2:
        raise ValueError(f"attempt {context.retry_number}")
    return context.retry_number


@dg.op(retry_policy=dg.RetryPolicy(max_retries=1, delay=DELAY_S))
def once_more(context: dg.OpExecutionContext) -> int:
    if context.retry_number < 1:
        raise ValueError("not yet")
    return context.retry_number


@dg.op
def fails() -> int:
    raise ValueError("always")


@dg.op(retry_policy=dg.RetryPolicy(max_retries=2))
def never(number: int) -> int:
    raise ValueError("never")


@dg.op
def below(number: int) -> int:
    return number


@dg.op(pool="narrow")
def in_a_pool() -> int:
    time.sleep(0.1)
    return 1


@dg.success_hook
def on_success(context: dg.HookContext) -> None:
    assert context.op_exception is None


@dg.failure_hook
def on_failure(context: dg.HookContext) -> None:
    assert isinstance(context.op_exception, ValueError), repr(context.op_exception)


@dg.failure_hook
def faulty(context: dg.HookContext) -> None:
    raise RuntimeError("the hook itself")


@dg.graph
def every_shape() -> None:
    collect(cut(second(first())).map(each).collect())
    yes, no = route()
    taken(yes)
    after_it(passed_over(no))
    third_time_lucky()
    below(never(first.alias("doomed")()))
    in_a_pool()
    in_a_pool.alias("in_it_too")()


@dg.graph
def few_shapes() -> None:
    yes, no = route()
    taken(yes)
    passed_over(no)
    below(fails())
    once_more()


HOOKS = {on_success, on_failure, faulty}


def every_shape_in_threads() -> dg.JobDefinition:
    return every_shape.to_job(executor_def=thread_executor).with_hooks(HOOKS)


def every_shape_in_process() -> dg.JobDefinition:
    return every_shape.to_job(executor_def=dg.in_process_executor).with_hooks(HOOKS)


def few_shapes_in_threads() -> dg.JobDefinition:
    return few_shapes.to_job(executor_def=thread_executor).with_hooks(HOOKS)


def few_shapes_in_processes() -> dg.JobDefinition:
    """Each step in a process, forked from one that is loaded: a fresh one costs seconds."""
    preloaded = {"forkserver": {"preload_modules": [__name__]}}
    executor = dg.multiprocess_executor.configured({"start_method": preloaded})
    return few_shapes.to_job(executor_def=executor).with_hooks(HOOKS)


@dg.graph
def crowd() -> None:
    in_a_pool()
    in_a_pool.alias("in_it_too")()


def crowd_in_threads() -> dg.JobDefinition:
    return crowd.to_job(executor_def=thread_executor)
