"""MoviePy's row: its environment, made once from its own lock, and a few seconds of the fixture."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.meter import Meter
from bench.ours import Spoken
from vid_pipeline.artifacts import Drawing, Layer, SceneTiming
from vid_pipeline.media.frame import caption_area
from vid_pipeline.media.lettering import FONTS
from vid_pipeline.store.objects import ObjectStore

SLICE_S = 4.0
_HERE = Path(__file__).parent
_VENV = _HERE.parent / ".venv-bench"


@dataclass(frozen=True)
class Slice:
    """`cpu_per_s` is CPU seconds for one second of video."""

    cpu_per_s: float
    wall_per_s: float


def python() -> Path:
    """MoviePy's interpreter; its environment is made on first use."""
    interpreter = _VENV / "bin" / "python"
    ready = _VENV / "ready"
    if not ready.exists():
        uv = Path(sys.executable).with_name("uv")
        lock = str(_HERE / "requirements.lock")
        subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, _VENV],
                       check=True)  # fmt: skip
        subprocess.run([uv, "pip", "sync", "--quiet", "--require-hashes", "--python", interpreter,
                        lock], check=True)  # fmt: skip
        ready.touch()
    return interpreter


def render(
    drawings: Sequence[Drawing], said: Spoken, store: ObjectStore, folder: Path, target: Path
) -> Slice:
    """Render the first seconds of the fixture by MoviePy."""
    description = folder / "slice.json"
    description.write_text(json.dumps(_description(drawings, said, store, folder)), "utf-8")
    interpreter = python()
    with Meter() as meter:
        script = str(_HERE / "moviepy_slice.py")
        command = [str(interpreter), script, str(description), str(target)]
        subprocess.run(command, check=True, timeout=900, cwd=folder)  # it leaves files there
    return Slice(meter.cpu_s / SLICE_S, meter.wall_s / SLICE_S)


def _description(
    drawings: Sequence[Drawing], said: Spoken, store: ObjectStore, folder: Path
) -> dict[str, object]:
    canvas, fps = drawings[0].canvas, said.narration.fps
    timings = [scene for scene in said.narration.scenes if scene.start_frame / fps < SLICE_S]
    return {
        "width_px": canvas.width_px,
        "height_px": canvas.height_px,
        "fps": fps,
        "seconds": SLICE_S,
        "font": str(FONTS / "Inter-Bold.otf"),
        "caption_area": vars(caption_area(canvas)),
        "sound": str(_linked(store.path(said.narration.audio), folder, "wav")),
        "scenes": [
            _scene(timing, drawing, said, store, folder)
            for timing, drawing in zip(timings, drawings, strict=False)
        ],
        "cues": [
            {**cue.model_dump(), "text": cue.text}
            for cue in said.captions.cues
            if cue.end_s <= SLICE_S
        ],
    }


def _scene(
    timing: SceneTiming, drawing: Drawing, said: Spoken, store: ObjectStore, folder: Path
) -> dict[str, object]:
    fps = said.narration.fps
    begins_s = timing.start_frame / fps
    starts = [line.start_s for line in said.narration.lines if line.scene_id == timing.scene_id]
    return {
        "start_s": begins_s,
        "end_s": min((timing.start_frame + timing.frames) / fps, SLICE_S),
        "background": str(_linked(store.path(drawing.background), folder, "png")),
        "layers": [
            {
                "image": str(_linked(store.path(layer.image), folder, "png")),
                "x_px": layer.x_px,
                "y_px": layer.y_px,
                "start_s": _start_s(layer, starts, begins_s),
            }
            for layer in drawing.layers
        ],
    }


def _start_s(layer: Layer, starts: list[float], begins_s: float) -> float:
    """When a layer comes, in its scene: with its line, or with the scene."""
    return 0.0 if layer.line is None else starts[min(layer.line, len(starts) - 1)] - begins_s


def _linked(file: Path, folder: Path, ending: str) -> Path:
    """MoviePy goes by a file's ending."""
    link = folder / f"{file.name}.{ending}"
    if not link.exists():
        link.symlink_to(file)
    return link
