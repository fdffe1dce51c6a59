"""A production's live events by looking at it each second: for as long as nothing better is here.

`ui.live.stream` fans one reader out to all who look; when it is there, the route calls that.
"""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from vid_pipeline.acts.following import StepView
from vid_pipeline.acts.watching import Sight, Watch
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.wire.events import Ended, LiveStep, Steps

_LOOK_S, _BEATS = 1.0, 15


async def of(shop: Workshop, user: UUID, production_id: UUID) -> AsyncIterator[bytes]:
    """Server-sent events until it has ended: all steps first, then those that have changed."""
    watch = await run_in_threadpool(Watch, shop.db, user, production_id, shop.store)
    known: dict[str, StepView] = {}
    number = quiet = 0
    while True:
        sight = await run_in_threadpool(watch.look)
        changed = [step for step in sight.view.steps if known.get(step.id) != step]
        known = {step.id: step for step in sight.view.steps}
        if changed:
            number, quiet = number + 1, 0
            yield _sent("steps", _steps(sight, changed), number)
        elif (quiet := quiet + 1) % _BEATS == 0:
            yield b": still here\n\n"
        if sight.production.ended:
            yield _sent("end", Ended(state=sight.production.state), number + 1)
            return
        await asyncio.sleep(_LOOK_S)


def _steps(sight: Sight, changed: list[StepView]) -> Steps:
    return Steps(
        state=sight.production.state,
        share=min(1.0, sight.share),
        elapsed_s=sight.elapsed_s,
        left_s=sight.view.left_s,
        cost_usd=sum(trace.cost_usd for trace in sight.traces),
        input_tokens=sum(trace.input_tokens for trace in sight.traces),
        output_tokens=sum(trace.output_tokens for trace in sight.traces),
        steps=tuple(_step(step, sight) for step in changed),
    )


def _step(step: StepView, sight: Sight) -> LiveStep:
    return LiveStep(
        id=step.id,
        title=step.title,
        state=step.state,
        seconds=step.seconds,
        progress=min(1.0, step.progress),
        note=step.note,
        cost_usd=sum(trace.cost_usd for trace in sight.traces if trace.step_id == step.id),
        items_total=step.items,
        error=step.error,
    )


def _sent(event: str, data: BaseModel, number: int) -> bytes:
    return f"id: {number}\nevent: {event}\ndata: {data.model_dump_json()}\n\n".encode()
