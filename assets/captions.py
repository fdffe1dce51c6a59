"""Step kind `captions`: what the voice says, as cues on screen."""

from pydantic import Field

from vid_pipeline.artifacts import Captions, Narration, Storyboard
from vid_pipeline.kinds import StepKind, StepParams
from vid_pipeline.media import cues
from vid_pipeline.media.cues import Page


class CaptionsParams(StepParams):
    row_characters: int | None = Field(
        default=None, ge=8, le=60, description="Characters in a row; else what fits the aspect."
    )


def captions(params: CaptionsParams, storyboard: Storyboard, narration: Narration) -> Captions:
    """Cut every spoken line into cues of two rows at most, at phrases, with a time for each word.

    A cue never reaches into the next one, nor past its scene. Every word of the narration is in
    exactly one cue.
    """
    page = Page.of(storyboard.scenes[0].canvas)
    if params.row_characters:
        page = Page(row_width=params.row_characters)
    groups = [(line.scene_id, group) for line in narration.lines for group in cues.cut(line, page)]
    ends_s = {
        scene.scene_id: (scene.start_frame + scene.frames) / narration.fps
        for scene in narration.scenes
    }
    return Captions(
        language=storyboard.language,
        font=storyboard.scenes[0].look.font or "Inter",
        cues=cues.timed(groups, ends_s, page),
    )


CAPTIONS = StepKind.of(captions)
