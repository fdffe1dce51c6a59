"""What came of a production: the finished video and what it took, for people and programs."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vid_pipeline.acts.watching import Sight, artifact_json
from vid_pipeline.errors import StoreError
from vid_pipeline.ports import Store
from vid_pipeline.records import Production

_VIDEO_FIELDS = ("scenes_rendered", "scenes_reused")


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Scene(_Read):
    layout: str


class _Source(_Read):
    name: str


class _Check(_Read):
    name: str
    passed: bool


class DeliveredManifest(_Read):
    """The parts of `manifest.json` that are shown."""

    title: str
    language: str
    author: str
    duration_s: float
    width_px: int
    height_px: int
    voice: str
    source: _Source
    scenes: tuple[_Scene, ...]
    checks_passed: bool
    checks: tuple[_Check, ...]


class Steps(_Read):
    total: int
    reused: int


class SceneCount(_Read):
    total: int
    reused: int
    layouts: dict[str, int] = Field(description="Cards by layout, the most used first.")


class Result(_Read):
    """A finished production; lengths in seconds, sizes in bytes and pixels."""

    production: str
    run: str | None
    workflow: str
    version: int
    title: str
    language: str
    author: str
    voice: str
    video: Path
    folder: Path
    duration_s: float
    width_px: int
    height_px: int
    size_bytes: int
    scenes: SceneCount
    steps: Steps
    checks_passed: bool
    checks_failed: tuple[str, ...]
    cost_usd: float
    wall_s: float
    times_real_time: float = Field(description="Seconds of video made a second.")


def manifest_of(production: Production) -> DeliveredManifest | None:
    """What was delivered, or None when there is nothing that can be read."""
    return delivered_in(production.folder)


def delivered_in(folder: str | None) -> DeliveredManifest | None:
    """What was delivered into a folder, or None when there is nothing that can be read."""
    if folder is None:
        return None
    try:
        text = Path(folder, "manifest.json").read_text(encoding="utf-8")
        return DeliveredManifest.model_validate_json(text)
    except (OSError, ValidationError):
        return None


def result_of(sight: Sight, store: Store) -> Result:
    """The result of a production that is done.

    Raises:
        StoreError: what was delivered is gone.
    """
    production, manifest = sight.production, manifest_of(sight.production)
    if manifest is None or production.folder is None:
        raise StoreError(
            f"Production {production.short_id} is done, but its folder {production.folder} "
            "cannot be read. Make it again."
        )
    folder = Path(production.folder)
    return Result(
        production=str(production.id),
        run=production.run_id,
        workflow=production.workflow,
        version=production.version,
        video=folder / "video.mp4",
        folder=folder,
        size_bytes=(folder / "video.mp4").stat().st_size,
        scenes=_scenes(sight, manifest, store),
        steps=Steps(total=len(sight.view.steps), reused=sight.view.reused),
        checks_failed=tuple(check.name for check in manifest.checks if not check.passed),
        cost_usd=sum(trace.cost_usd for trace in sight.traces),
        wall_s=round(sight.elapsed_s, 2),
        times_real_time=round(manifest.duration_s / max(sight.elapsed_s, 0.01), 2),
        **manifest.model_dump(exclude={"scenes", "checks", "source"}),
    )


def _scenes(sight: Sight, manifest: DeliveredManifest, store: Store) -> SceneCount:
    layouts = Counter(scene.layout for scene in manifest.scenes)
    return SceneCount(
        total=len(manifest.scenes),
        reused=_scenes_reused(sight, store, len(manifest.scenes)),
        layouts=dict(layouts.most_common()),
    )


def _scenes_reused(sight: Sight, store: Store, total: int) -> int:
    """Scenes whose clip was not encoded anew: all of them when the whole video was reused."""
    for trace in sight.traces:
        body = artifact_json(store, trace.output) if trace.output else {}
        if _has(body, _VIDEO_FIELDS):
            return total if trace.state == "reused" else int(str(body["scenes_reused"]))
    return 0


def _has(body: dict[str, list[object]], names: Iterable[str]) -> bool:
    return all(name in body for name in names)
