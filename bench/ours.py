"""Our own rows: the fixture through the step kinds, from its cards' HTML to the MP4."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assets.captions import CaptionsParams, captions
from assets.music import MusicParams, music
from assets.visuals import DrawSceneParams, draw_scene
from assets.voice import NarrateParams, narrate
from bench import fixture
from resources.browser import Studio
from resources.speech import EspeakSpeechResource
from vid_pipeline.artifacts import (
    Brief,
    Captions,
    Drawing,
    Music,
    Narration,
    Scene,
    Storyboard,
    Video,
)
from vid_pipeline.media import chromium, mastering
from vid_pipeline.media.render import Desk, render
from vid_pipeline.store.objects import ObjectStore


@dataclass(frozen=True)
class Spoken:
    """What locks the timeline before anything is drawn."""

    narration: Narration
    music: Music
    captions: Captions


@contextmanager
def studio() -> Iterator[Studio]:
    """A Chromium of its own, started by its first scene and closed at the end."""
    opened = Studio(chromium.find(None), timeout_s=60)
    try:
        yield opened
    finally:
        opened.close()


def store(folder: Path) -> ObjectStore:
    """An empty store."""
    return ObjectStore(f"file://{folder / 'objects'}", cache=folder / "cache")


def spoken(board: Storyboard, kept: ObjectStore) -> Spoken:
    """The fixture narrated, scored and captioned."""
    brief = Brief(name="fixture", url="https://example.org", seconds=fixture.SECONDS)
    narration = narrate(NarrateParams(), brief, board, speech=EspeakSpeechResource(), store=kept)
    bed = music(MusicParams(), narration, store=kept)
    return Spoken(narration, bed, captions(CaptionsParams(), board, narration))


def video(
    board: Storyboard,
    said: Spoken,
    browser: Studio,
    kept: ObjectStore,
    folder: Path,
    drawn: dict[Scene, Drawing],
) -> Video:
    """Draw every scene and render; what the store holds is not rendered again.

    `drawn` stands for the framework, which does not repeat a step whose inputs are the same.
    """
    for scene in board.scenes:
        if scene not in drawn:
            drawn[scene] = draw_scene(DrawSceneParams(), scene, browser=browser, store=kept)
    drawings = [drawn[scene] for scene in board.scenes]
    desk = Desk(
        store=kept, folder=folder, master=mastering.master, progress=lambda _done, _note: None
    )
    return render(drawings, said.narration, said.music, said.captions, desk)
