"""Step kinds that make pictures."""

from pydantic import Field

from vid_pipeline.artifacts import Drawing, Scene
from vid_pipeline.kinds import Retry, StepKind, StepParams
from vid_pipeline.media import drawing
from vid_pipeline.ports import Browser, Store


class DrawSceneParams(StepParams):
    palette: str | None = Field(
        default=None,
        description="Colours: ink, ocean, forest, plum, paper or sky; the scene's own if unset.",
    )


def draw_scene(params: DrawSceneParams, scene: Scene, *, browser: Browser, store: Store) -> Drawing:
    """Draw a scene's card as a background and layers that can move."""
    if params.palette is not None:
        scene = scene.model_copy(update={"look": scene.look.painted(params.palette)})
    return drawing.draw(scene, browser, store)


DRAW_SCENE = StepKind.of(draw_scene, version=drawing.VERSION, retry=Retry(times=1))
