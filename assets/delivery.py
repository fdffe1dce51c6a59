"""The production's folder: the video and all that goes with it, described by a manifest."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

from pydantic import Field, field_validator

from assets import cited, leaving
from assets.manifest import (
    Manifest,
    ManifestFile,
    ManifestScene,
    ManifestSource,
    Spent,
)
from vid_pipeline.artifacts import (
    Bar,
    Brief,
    Captions,
    Card,
    DeliveredFile,
    Delivery,
    Item,
    MediaRef,
    Narration,
    QualityReport,
    Script,
    Storyboard,
    Video,
)
from vid_pipeline.destinations import Name
from vid_pipeline.kinds import Retry, StepKind, StepParams
from vid_pipeline.media import ffmpeg
from vid_pipeline.media.subtitles import srt, vtt
from vid_pipeline.media.thumbnail import thumbnail
from vid_pipeline.packages import MANIFEST, THUMBNAIL, VIDEO
from vid_pipeline.ports import Outlets, Production, Store
from vid_pipeline.research import FactCheck, Metadata, Research
from vid_pipeline.whole_folder import replaced

_NOT_SHOWN = {"layout", "emphasis"}


class DeliverParams(StepParams):
    """How the folder is made, and where its files go after."""

    thumbnail_at: float = Field(
        default=0.8, ge=0, le=1, description="Where in the first scene the thumbnail is taken."
    )
    targets: tuple[Name, ...] = Field(
        default=(), max_length=10, description="Your destinations that it is sent to, by name."
    )
    ungated: bool = Field(
        default=False, description="Send even what nobody has approved before this step."
    )

    @field_validator("targets")
    @classmethod
    def _each_once(cls, targets: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(targets)) < len(targets):
            raise ValueError("name each destination once")
        return targets


def deliver(
    params: DeliverParams,
    brief: Brief,
    script: Script,
    storyboard: Storyboard,
    narration: Narration,
    captions: Captions,
    video: Video,
    report: QualityReport,
    research: Research | None = None,
    facts: FactCheck | None = None,
    metadata: Metadata | None = None,
    *,
    store: Store,
    production: Production,
    outlets: Outlets,
) -> Delivery:
    """Put video, captions, thumbnail and manifest into the production's folder, all or nothing.

    Then everything goes to each target in turn, once, whatever happens in between.

    Raises:
        BadRequest: it is not fit to be sent; nothing was.
        NotDelivered: it did not get to a target; a retry goes on there.
    """
    at_s = _thumbnail_s(narration, params.thumbnail_at)
    refs = _files(captions, video, at_s, store)
    manifest = Manifest(
        title=script.title,
        language=script.language,
        author=script.model or "extractive draft",
        source=_source(brief, script),
        duration_s=video.duration_s,
        width_px=video.canvas.width_px,
        height_px=video.canvas.height_px,
        fps=video.canvas.fps,
        voice=narration.voice,
        scenes=tuple(_scenes(storyboard, narration)),
        sentences=tuple(cited.sentences(script, narration, research, facts)),
        files=tuple(ManifestFile(name=name, **ref.model_dump()) for name, ref in refs.items()),
        checks_passed=report.passed,
        checks=report.checks,
        warnings=cited.warnings(script, facts),
        metadata=metadata,
        spent=_spent(production.facts),
        production=production.id,
        facts=dict(sorted(production.facts.items())),
        versions={"vid_pipeline": version("vid-pipeline"), "ffmpeg": ffmpeg.version()},
    )
    body = manifest.model_dump_json(indent=2) + "\n"
    refs[MANIFEST] = store.put_bytes(body.encode(), "application/json")
    _write(refs, store, production.folder)
    files = tuple(DeliveredFile(name=name, file=ref) for name, ref in refs.items())
    sent = leaving.sent(manifest, refs, params.targets, store, outlets) if params.targets else ()
    return Delivery(folder=str(production.folder), files=files, sent=sent)


def _gated(params: DeliverParams) -> tuple[str, ...]:
    return ("video",) if params.targets and not params.ungated else ()


def _targets(params: DeliverParams) -> tuple[str, ...]:
    return params.targets


DELIVER = StepKind.of(
    deliver,
    reusable=False,
    deliverable="delivery",
    retry=Retry(times=2, delay_s=5),
    gated=_gated,
    sends=_targets,
)


def _files(
    captions: Captions, video: Video, thumbnail_s: float, store: Store
) -> dict[str, MediaRef]:
    with tempfile.TemporaryDirectory() as folder:
        still = Path(folder, "thumbnail.jpg")
        thumbnail(store.path(video.file), thumbnail_s, still)
        picture = store.put(still, "image/jpeg")
    return {
        VIDEO: video.file,
        "captions.srt": store.put_bytes(srt(captions).encode(), "application/x-subrip"),
        "captions.vtt": store.put_bytes(vtt(captions).encode(), "text/vtt"),
        THUMBNAIL: picture,
    }


def _thumbnail_s(narration: Narration, share: float) -> float:
    first = narration.scenes[0]
    return (first.start_frame + share * first.frames) / narration.fps


def _write(refs: Mapping[str, MediaRef], store: Store, folder: Path) -> None:
    with replaced(folder) as fresh:
        for name, ref in refs.items():
            shutil.copyfile(store.path(ref), fresh / name)


def _source(brief: Brief, script: Script) -> ManifestSource:
    sha256 = brief.document.sha256 if brief.document else None
    return ManifestSource(name=brief.name, url=brief.url, sha256=sha256, credit=script.source)


def _scenes(storyboard: Storyboard, narration: Narration) -> Iterator[ManifestScene]:
    timings = {timing.scene_id: timing for timing in narration.scenes}
    for scene in storyboard.scenes:
        timing = timings[scene.id]
        yield ManifestScene(
            id=scene.id,
            layout=scene.card.layout,
            start_s=timing.start_frame / narration.fps,
            end_s=(timing.start_frame + timing.frames) / narration.fps,
            texts=tuple(_texts(scene.card)),
        )


def _texts(card: Card) -> Iterator[str]:
    """Every text on a card, in the order of its fields."""
    for name, value in card:
        if name in _NOT_SHOWN or value is None:
            continue
        for part in value if isinstance(value, tuple) else (value,):
            yield from _text(part)


def _text(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, Item):
        yield part.text
    elif isinstance(part, Bar):
        yield from (part.label, part.shown)


def _spent(facts: Mapping[str, str]) -> Spent:
    return Spent.model_validate(
        {name: facts.get(name) for name in ("input_tokens", "output_tokens", "cost_usd")}
    )
