"""`python -m bench.render`: what a minute of video costs, as a multiple of x264 alone."""

import argparse
import json
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from bench import fixture, floor, ours, peer
from bench.floor import Cost
from bench.meter import Meter
from vid_pipeline.artifacts import Drawing, Scene, Video
from vid_pipeline.store.objects import ObjectStore

_SHARED_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 2 << 30


@dataclass
class Rows:
    """Every round's costs."""

    floor: list[Cost] = field(default_factory=list)
    cold: list[Cost] = field(default_factory=list)
    one_scene: list[Cost] = field(default_factory=list)
    unchanged: list[Cost] = field(default_factory=list)
    moviepy: list[Cost] = field(default_factory=list)
    peak_mb: float = 0.0
    seconds: float = 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2, help="how often each row is measured")
    parser.add_argument("--keep", type=Path, help="copy the rendered video here")
    chosen = parser.parse_args()
    rows = Rows()
    for _ in range(chosen.rounds):
        with tempfile.TemporaryDirectory(prefix="bench-render-") as folder:
            _round(rows, Path(folder), chosen.keep)
    _print(rows)
    print(json.dumps(figures(rows)))


def _round(rows: Rows, folder: Path, keep: Path | None) -> None:
    """One of each row, so that what else the machine does falls on all of them."""
    store, board, changed = (
        ours.store(folder),
        fixture.storyboard(),
        fixture.storyboard(changed=True),
    )
    drawn: dict[Scene, Drawing] = {}
    with ours.studio() as browser:
        with Meter() as cold:
            said = ours.spoken(board, store)
            video = ours.video(board, said, browser, store, folder, drawn)
        drawings = tuple(drawn.values())
        with Meter() as same:
            ours.video(board, said, browser, store, folder, drawn)
        with Meter() as one:
            ours.video(changed, said, browser, store, folder, drawn)
    file = store.path(video.file)
    if keep is not None:
        shutil.copyfile(file, keep)
    rows.cold.append(Cost(cold.wall_s, cold.cpu_s))
    rows.unchanged.append(Cost(same.wall_s, same.cpu_s))
    rows.one_scene.append(Cost(one.wall_s, one.cpu_s))
    rows.peak_mb, rows.seconds = max(rows.peak_mb, cold.peak_mb), video.duration_s
    rows.floor.append(_floor(video, file, folder))
    rows.moviepy.append(_moviepy(drawings, said, store, folder))


def _floor(video: Video, file: Path, folder: Path) -> Cost:
    roomy = _SHARED_MEMORY.is_dir() and shutil.disk_usage(_SHARED_MEMORY).free > _ROOM_BYTES
    with tempfile.TemporaryDirectory(dir=_SHARED_MEMORY if roomy else folder) as frames:
        return floor.x264_alone(file, video.frames, video.canvas, Path(frames))


def _moviepy(
    drawings: tuple[Drawing, ...], said: ours.Spoken, store: ObjectStore, folder: Path
) -> Cost:
    made = peer.render(drawings, said, store, folder, folder / "moviepy.mp4")
    return Cost(made.wall_per_s, made.cpu_per_s)


def figures(rows: Rows) -> dict[str, dict[str, object]]:
    """The figures by name, each with its target and whether it was met."""
    floor_wall_s, floor_cpu_s = _medians(rows.floor)
    wall_s, cpu_s = _medians(rows.cold)
    peer_cpu_s = _medians(rows.moviepy)[1] * rows.seconds
    return {
        "cold_wall_ratio": _most(wall_s / floor_wall_s, "x floor", 2.0, floor_wall_s),
        "cold_cpu_ratio": _most(cpu_s / floor_cpu_s, "x floor", 2.0, floor_cpu_s),
        "peak_mb": _most(rows.peak_mb, "MB", 900),
        "moviepy_cpu_ratio": {
            "value": round(peer_cpu_s / cpu_s, 2), "unit": "x ours", "target": 8,
            "pass": peer_cpu_s / cpu_s >= 8, "peer": round(peer_cpu_s, 1),
        },
        "one_scene_ratio": _most(_medians(rows.one_scene)[1] / cpu_s, "x cold CPU", 0.15),
        "unchanged_s": _most(_medians(rows.unchanged)[0], "s", 1.0),
    }  # fmt: skip


def _most(value: float, unit: str, target: float, peer: float | None = None) -> dict[str, object]:
    known = {} if peer is None else {"peer": round(peer, 2)}
    return {
        "value": round(value, 3),
        "unit": unit,
        "target": target,
        "pass": value <= target,
    } | known


def _medians(costs: list[Cost]) -> tuple[float, float]:
    return median(cost.wall_s for cost in costs), median(cost.cpu_s for cost in costs)


def _print(rows: Rows) -> None:
    table = Table(title=f"{rows.seconds:.0f} s of 1080x1920 at 30 fps in 8 scenes")
    for name in ("", "wall s", "CPU s"):
        table.add_column(name, justify="left" if not name else "right")
    named = {
        "x264 alone, frames decoded": rows.floor,
        "ours, cold: HTML to MP4": rows.cold,
        "ours, one scene's card changed": rows.one_scene,
        "ours, nothing changed": rows.unchanged,
        f"MoviePy, per second of video ({peer.SLICE_S:.0f} s rendered)": rows.moviepy,
    }
    for name, costs in named.items():
        wall_s, cpu_s = _medians(costs)
        table.add_row(name, f"{wall_s:.2f}", f"{cpu_s:.2f}")
    Console(stderr=True).print(table)


if __name__ == "__main__":
    main()
