"""From drawings to the joined file: exact, repeatable, and no more work than needed."""

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import psutil
import pytest

from tests.children import Started
from tests.media import small_videos
from tests.media.small_videos import CANVAS, SCENE_FRAMES
from vid_pipeline.artifacts import Canvas, Drawing, Narration, Video
from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import Cancelled, RenderError
from vid_pipeline.media import clips, mastering
from vid_pipeline.media.dirty import Rect
from vid_pipeline.media.encode import Encoder
from vid_pipeline.media.join import join
from vid_pipeline.media.plan import pieces
from vid_pipeline.media.render import Desk, render
from vid_pipeline.media.thumbnail import thumbnail
from vid_pipeline.ports import Store
from vid_pipeline.testing.store import FakeStore

pytestmark = pytest.mark.media
SCENES = 3


class Set:
    """A store, a working folder and a video of three scenes."""

    def __init__(self, folder: Path) -> None:
        (folder / "objects").mkdir()
        (folder / "work").mkdir()
        self.store: Store = FakeStore(folder / "objects")
        self.work = folder / "work"
        self.drawings = [small_videos.drawing(self.store, n) for n in range(SCENES)]
        self.narration = small_videos.narration(self.store, SCENES)
        self.told: list[float] = []

    def render(
        self, drawings: list[Drawing] | None = None, *, cancel: CancelToken | None = None
    ) -> Video:
        desk = Desk(
            store=self.store,
            folder=self.work,
            master=mastering.master,
            progress=lambda done, _note: self.told.append(done),
            cancel=cancel,
        )
        captions = small_videos.captions(SCENES)
        return render(drawings or self.drawings, self.narration, None, captions, desk)


@dataclass(frozen=True)
class Rendered:
    """A set and its video; tests that share it only add to its store."""

    set: Set
    video: Video
    first_told: list[float]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    made = Set(tmp_path_factory.mktemp("rendered"))
    return Rendered(made, made.render(), [*made.told])


@pytest.fixture
def made(tmp_path: Path) -> Set:
    return Set(tmp_path)


def test_clips_cover_the_timeline_without_gap_or_overlap(made: Set) -> None:
    cut = pieces(made.drawings, made.narration, small_videos.captions(SCENES))
    position = 0
    for piece in cut:
        assert piece.start_frame == position
        position += piece.clip.frames
    assert position == made.narration.frames


def test_the_file_has_exactly_its_frames_evenly_spaced_and_tagged(rendered: Rendered) -> None:
    made, video = rendered.set, rendered.video
    with av.open(str(made.store.path(video.file))) as opened:
        stream = opened.streams.video[0]
        context = stream.codec_context
        assert (context.width, context.height) == (CANVAS.width_px, CANVAS.height_px)
        assert (context.profile, context.pix_fmt) == ("High", "yuv420p")
        assert (context.colorspace, context.color_primaries, context.color_trc) == (1, 1, 1)
        assert context.color_range == 1
        times = [frame.pts for frame in opened.decode(stream)]
    assert times == [512 * number for number in range(SCENES * SCENE_FRAMES)]
    assert video.frames == SCENES * SCENE_FRAMES
    assert list(made.work.iterdir()) == []


def test_the_same_video_twice_is_the_same_file_and_nothing_is_rendered_again(
    rendered: Rendered,
) -> None:
    first, second = rendered.video, rendered.set.render()
    assert (first.scenes_rendered, first.scenes_reused) == (SCENES, 0)
    assert (second.scenes_rendered, second.scenes_reused) == (0, SCENES)
    assert first.file == second.file


def test_another_store_gives_the_same_bytes(rendered: Rendered, made: Set) -> None:
    assert made.render().file == rendered.video.file


def test_any_number_of_workers_gives_the_same_bytes(rendered: Rendered, made: Set) -> None:
    cut = pieces(made.drawings, made.narration, small_videos.captions(SCENES))
    images = small_videos.images(made.drawings, made.store)
    stores = made.store, rendered.set.store
    alone, usual = (
        clips.make(
            cut,
            images,
            store=store,
            folder=made.work,
            frames=lambda _: None,
            cancel=None,
            workers=1,
        )
        for store in stores
    )
    assert alone.files == usual.files
    assert (len(alone.rendered), len(usual.rendered)) == (len(cut), 0)


def test_clips_encoded_in_different_ways_are_not_joined(rendered: Rendered, tmp_path: Path) -> None:
    other = tmp_path / "other.mp4"
    with Encoder(other, Canvas(width_px=108, height_px=192, fps=30), threads=1) as encoder:
        encoder.write(np.zeros((192, 108, 4), np.uint8), [Rect(0, 0, 108, 192)])
    store, video = rendered.set.store, rendered.video
    file = store.path(video.file)
    with pytest.raises(RenderError, match="different ways"):
        join([file, other], file, tmp_path / "joined.mp4", canvas=CANVAS, frames=91)
    assert list(tmp_path.iterdir()) == [other]


def test_a_changed_scene_leaves_the_others_alone(rendered: Rendered) -> None:
    made = rendered.set
    changed = [*made.drawings]
    changed[1] = small_videos.drawing(made.store, 1, layer_color=0xFFFF0000)
    video = made.render(changed)
    assert (video.scenes_rendered, video.scenes_reused) == (1, SCENES - 1)


def test_there_is_no_jump_where_clips_join(rendered: Rendered) -> None:
    made, video = rendered.set, rendered.video
    with av.open(str(made.store.path(video.file))) as opened:
        frames = [f.to_ndarray(format="gray").astype(int) for f in opened.decode(video=0)]
    cut = pieces(made.drawings, made.narration, small_videos.captions(SCENES))
    inside = CANVAS.height_px // 2  # above the captions, which may change at any frame
    for piece in cut[1:]:
        before, after = frames[piece.start_frame - 1], frames[piece.start_frame]
        assert np.abs(after - before)[:inside].mean() < 4


def test_progress_never_goes_back(rendered: Rendered) -> None:
    told = rendered.first_told
    assert told == sorted(told)
    assert told[-1] <= 1


def test_a_scene_without_a_drawing_is_named(made: Set) -> None:
    with pytest.raises(RenderError, match="'s2' has no drawing"):
        made.render(made.drawings[:2])


def test_a_cancelled_render_stops_promptly_and_leaves_nothing(made: Set) -> None:
    started, cancel = Started(), CancelToken()
    threading.Timer(0.4, cancel.request).start()
    made.narration = long(made.narration)
    began_s = time.monotonic()
    with pytest.raises(Cancelled):
        made.render(cancel=cancel)
    assert time.monotonic() - began_s < 5
    assert started.running() == []
    assert list(made.work.iterdir()) == []


def test_a_killed_worker_is_an_error_that_says_so(made: Set) -> None:
    made.narration = long(made.narration)
    threading.Thread(target=kill_a_worker, args=(Started(),), daemon=True).start()
    with pytest.raises(RenderError, match="worker ended"):
        made.render()
    assert list(made.work.iterdir()) == []


def test_a_thumbnail_is_a_jpeg_of_the_frame(rendered: Rendered, tmp_path: Path) -> None:
    made, video, target = rendered.set, rendered.video, tmp_path / "still.jpg"
    thumbnail(made.store.path(video.file), 1.0, target)
    with av.open(str(target)) as opened:
        stream = opened.streams.video[0]
        assert (stream.codec_context.name, stream.width) == ("mjpeg", CANVAS.width_px)


def long(narration: Narration) -> Narration:
    """The same narration over a picture that takes a while to encode."""
    last = narration.scenes[-1].model_copy(update={"frames": 6000})
    scenes = (*narration.scenes[:-1], last)
    return narration.model_copy(update={"scenes": scenes, "frames": last.start_frame + last.frames})


def kill_a_worker(started: Started) -> None:
    deadline_s = time.monotonic() + 20
    while time.monotonic() < deadline_s:
        if found := started.running():
            time.sleep(0.2)
            os.kill(found[-1].pid, signal.SIGKILL)
            return
        time.sleep(0.02)


def test_a_killed_parent_leaves_no_worker_behind() -> None:
    script = (
        "import os, signal, time\n"
        "from vid_pipeline.media.pool import Workers\n"
        "with Workers(1, threads=1, cancel=None):\n"
        "    time.sleep(1)\n"
        "    print(os.getpid(), flush=True)\n"
        "    time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    parent.stdout.readline()
    children = psutil.Process(parent.pid).children(recursive=True)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert children
    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []
