"""Step kind `render`: everything drawn, spoken, scored and captioned becomes one video."""

from pathlib import Path
from tempfile import TemporaryDirectory

from vid_pipeline.artifacts import (
    Captions,
    Drawing,
    Music,
    Narration,
    Storyboard,
    Video,
)
from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import RenderError
from vid_pipeline.kinds import Retry, StepKind, StepParams
from vid_pipeline.ports import Production, Sandbox, Store


class RenderParams(StepParams):
    """Nothing to set: the drawings bring the canvas, the narration the timeline."""


def render(
    params: RenderParams,
    storyboard: Storyboard,
    drawings: tuple[Drawing, ...],
    narration: Narration,
    music: Music,
    captions: Captions,
    *,
    store: Store,
    sandbox: Sandbox,
    production: Production,
    cancel: CancelToken,
) -> Video:
    """Compose and encode the video; scenes that have not changed come from the store.

    Raises:
        Cancelled: a stop was requested; finished clips are kept.
        RenderError: a scene has no drawing, or the file is not as planned.
    """
    # The engine brings skia and PyAV: a worker that renders nothing does without them.
    from vid_pipeline.media import mastering  # noqa: PLC0415
    from vid_pipeline.media import render as engine  # noqa: PLC0415

    _refuse_strangers(storyboard, narration)
    with TemporaryDirectory(prefix="render-", dir=sandbox.path("render").parent) as folder:
        desk = engine.Desk(
            store=store,
            folder=Path(folder),
            master=mastering.master,
            progress=production.progress,
            cancel=cancel,
        )
        return engine.render(drawings, narration, music, captions, desk)


def _refuse_strangers(storyboard: Storyboard, narration: Narration) -> None:
    boarded = [scene.id for scene in storyboard.scenes]
    spoken = [timing.scene_id for timing in narration.scenes]
    if boarded != spoken:
        raise RenderError(
            f"The narration speaks scenes {', '.join(spoken)}, the storyboard has "
            f"{', '.join(boarded)}. Narrate this storyboard, then render."
        )


RENDER = StepKind.of(render, retry=Retry(times=1), deliverable="video")
