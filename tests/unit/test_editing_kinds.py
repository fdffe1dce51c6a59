"""Step kinds that edit: typed values in and out, files in the store."""

from pathlib import Path
from typing import Any

import pytest

from assets import editing
from assets.catalog import CATALOG
from tests.media import clips_for_tests as clips
from vid_pipeline.artifacts import Canvas, Captions, Cue, Video, Word
from vid_pipeline.cancel import CancelToken
from vid_pipeline.check import problems
from vid_pipeline.errors import BadRequest, BadSource
from vid_pipeline.footage import Clip, Sound, Still
from vid_pipeline.testing.sandbox import FakeSandbox
from vid_pipeline.testing.store import FakeStore
from vid_pipeline.workflow import Workflow

pytestmark = pytest.mark.media


class _Bench:
    """The ports of an edit, and media brought in by the kinds themselves."""

    def __init__(self, folder: Path) -> None:
        self.store = FakeStore(folder / "store")
        self.sandbox = FakeSandbox(folder / "work")
        self.ports: dict[str, Any] = {
            "store": self.store,
            "sandbox": self.sandbox,
            "cancel": CancelToken(),
        }

    def params(self, name: str) -> editing.ImportParams:
        return editing.ImportParams(file=self.store.put_bytes(clips.data(name), "video/mp4"))

    def clip(self, name: str = "talk.mp4") -> Clip:
        return editing.import_media(self.params(name), **self.ports)


@pytest.fixture
def bench(tmp_path: Path) -> _Bench:
    return _Bench(tmp_path)


def test_media_is_looked_at_before_it_enters_a_workflow(bench: _Bench) -> None:
    clip = bench.clip()
    assert (clip.width_px, clip.height_px, clip.fps, clip.sound) == (320, 180, 25, True)
    ports = bench.ports
    sound = editing.import_sound(bench.params("tone.wav"), **ports)
    still = editing.import_picture(bench.params("logo.png"), **ports)
    assert sound.duration_s == pytest.approx(1)
    assert (still.width_px, still.height_px) == (64, 64)
    with pytest.raises(BadRequest, match="no video"):
        bench.clip("tone.wav")
    text = bench.store.put_bytes(b"#EXTM3U\nfile:///etc/passwd\n", "video/mp4")
    with pytest.raises(BadSource):
        editing.import_media(editing.ImportParams(file=text), **ports)


def test_every_edit_gives_what_it_says(bench: _Bench) -> None:
    clip, ports = bench.clip(), bench.ports
    cue = Cue(scene_id="s1", start_s=0, end_s=1, words=(Word(text="Hi", start_s=0, end_s=1),))
    still = editing.thumbnail(editing.ThumbnailParams(width_px=64), clip, **ports)
    sound = editing.extract_audio(editing.ExtractAudioParams(), clip, **ports)
    edits = [
        editing.trim(editing.TrimParams(end_s=1), clip, **ports),
        editing.join(editing.JoinParams(), (clip, clip), **ports),
        editing.speed(editing.SpeedParams(factor=2), clip, **ports),
        editing.silence_cut(editing.SilenceCutParams(), clip, **ports),
        editing.resize(editing.ResizeParams(short_side_px=64), clip, **ports),
        editing.overlay(editing.OverlayParams(), clip, still, **ports),
        editing.mix(editing.MixParams(), clip, sound, **ports),
        editing.loudness(editing.LoudnessParams(), clip, **ports),
        editing.burn_subtitles(
            editing.BurnSubtitlesParams(),
            clip,
            Captions(language="en", cues=(cue,)),
            **ports,
        ),
    ]
    lengths = [round(edit.duration_s, 1) for edit in edits]
    assert lengths == [1.0, 4.0, 1.0, pytest.approx(1.4, abs=0.2), 2.0, 2.0, 2.0, 2.0, 2.0]
    assert len({edit.file.sha256 for edit in edits}) == len(edits)
    assert (edits[4].width_px, edits[4].height_px) == (64, 114)
    assert all(bench.store.path(edit.file).stat().st_size for edit in edits)
    assert list(bench.sandbox.path(".").iterdir()) == []


def test_a_rendered_video_is_a_clip(bench: _Bench) -> None:
    canvas = Canvas(width_px=320, height_px=180, fps=25)
    file = bench.store.put_bytes(clips.data("talk.mp4"), "video/mp4")
    video = Video(file=file, canvas=canvas, frames=50, scenes_rendered=1, scenes_reused=0)
    clip = editing.as_clip(editing.AsClipParams(), video)
    assert (clip.duration_s, clip.file) == (2, file)


def test_edits_are_joined_in_a_workflow() -> None:
    file = {"sha256": "0" * 64, "mime": "video/mp4", "size_bytes": 1}
    steps = [
        {"id": "raw", "kind": "import_media", "params": {"file": file}},
        {"id": "tight", "kind": "silence_cut", "in": {"clip": "raw"}},
        {"id": "tall", "kind": "resize", "in": {"clip": "tight"}},
        {"id": "both", "kind": "join", "in": {"clips": ["raw", "tall"]}},
        {"id": "sound", "kind": "extract_audio", "in": {"clip": "raw"}},
        {"id": "mixed", "kind": "mix", "in": {"clip": "both", "sound": "sound"}},
        {"id": "still", "kind": "thumbnail", "in": {"clip": "mixed"}},
    ]
    workflow = Workflow.model_validate({"title": "Edit", "slug": "edit", "steps": steps})
    assert problems(workflow, CATALOG) == []
    wrong = [*steps, {"id": "bad", "kind": "trim", "params": {"end_s": 1}, "in": {"clip": "sound"}}]
    broken = Workflow.model_validate({"title": "Edit", "slug": "edit", "steps": wrong})
    assert [fault.step for fault in problems(broken, CATALOG)] == ["bad"]


def test_the_kinds_name_their_outputs() -> None:
    outputs = {CATALOG[kind.name].output for kind in editing.EDITING}
    assert outputs == {Clip, Sound, Still}
