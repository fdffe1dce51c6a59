"""Sending a delivered video to its owner's destinations, when it is fit to be seen by others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from assets import banned
from assets.manifest import Manifest
from vid_pipeline.artifacts import MediaRef, Receipt
from vid_pipeline.errors import BadRequest, BadSource
from vid_pipeline.media.opening import opened
from vid_pipeline.packages import LONGEST_TITLE, MANIFEST, THUMBNAIL, VIDEO, Package
from vid_pipeline.ports import Outlets, Store

LONGEST_DESCRIPTION = 5000
_CAPTIONS = ("captions.srt", "captions.vtt")
_TOLERANCE_S = 0.5


def sent(
    manifest: Manifest,
    files: Mapping[str, MediaRef],
    targets: tuple[str, ...],
    store: Store,
    outlets: Outlets,
) -> tuple[Receipt, ...]:
    """What says where everything has come to, in the order of the targets.

    Raises:
        BadRequest: it is not fit to be sent; nothing was.
        NotDelivered: it did not get to a target; those before it have it.
    """
    package = package_of(manifest, files)
    refuse_unfit(package, manifest, store, banned.phrases(outlets.banned()))
    receipts: tuple[Receipt, ...] = ()
    for target in targets:
        package = replace(package, elsewhere=receipts)
        receipts = (*receipts, outlets.send(target, package))
    return receipts


def package_of(manifest: Manifest, files: Mapping[str, MediaRef]) -> Package:
    """Files and the words they are published with: the metadata's, else the script's title."""
    words = manifest.metadata
    return Package(
        production=manifest.production,
        title=words.title if words else manifest.title,
        description=words.description if words else "",
        language=manifest.language,
        duration_s=manifest.duration_s,
        files=dict(files),
        tags=words.tags if words else (),
        chapters=words.chapters if words else (),
    )


def refuse_unfit(package: Package, manifest: Manifest, store: Store, never: Sequence[str]) -> None:
    """Return if everything that is published is there, as the manifest says and as it may be said.

    `never` are the phrases that the channel bans.

    Raises:
        BadRequest: of everything that is not.
    """
    faults = [*_words(package), *_banned(package, never), *_files(package, store)]
    if faults := [*faults, *_video(package, manifest, store)]:
        raise BadRequest("The video", package.title[:60], f"Nothing was sent: {'; '.join(faults)}.")


def _words(package: Package) -> Iterator[str]:
    if not package.title.strip():
        yield "it has no title (give the brief one)"
    if len(package.title) > LONGEST_TITLE:
        length = len(package.title)
        yield f"its title has {length} characters, {LONGEST_TITLE} are allowed (shorten it)"
    if len(package.description) > LONGEST_DESCRIPTION:
        length = len(package.description)
        yield f"its description has {length} characters, {LONGEST_DESCRIPTION} are allowed"


def _banned(package: Package, never: Sequence[str]) -> Iterator[str]:
    fields = {
        "title": (package.title,),
        "description": (package.description,),
        "tags": package.tags,
        "chapters": tuple(one.title for one in package.chapters),
    }
    remedy = "change the words, or what the channel's memory bans"
    for field, texts in fields.items():
        for phrase in dict.fromkeys(one for text in texts for one in banned.said(text, never)):
            yield f"{phrase!r} is in its {field}, and the channel bans that ({remedy})"


def _files(package: Package, store: Store) -> Iterator[str]:
    for name in (VIDEO, *_CAPTIONS, THUMBNAIL, MANIFEST):
        ref = package.files.get(name)
        if ref is None or not ref.size_bytes or not store.path(ref).stat().st_size:
            yield f"{name} is missing or empty"


def _video(package: Package, manifest: Manifest, store: Store) -> Iterator[str]:
    ref = package.files.get(VIDEO)
    if ref is None:
        return
    try:
        yield from _streams(store.path(ref), manifest)
    except BadSource as fault:
        yield f"{VIDEO} {fault.reason}"


def _streams(path: Path, manifest: Manifest) -> Iterator[str]:
    with opened(path) as container:
        pictures, sounds = container.streams.video, container.streams.audio
        length_s = (container.duration or 0) / 1_000_000
        if not sounds:
            yield f"{VIDEO} has no sound"
        if not pictures:
            yield f"{VIDEO} has no pictures"
            return
        found = (pictures[0].codec_context.width, pictures[0].codec_context.height)
    wanted = (manifest.width_px, manifest.height_px)
    if found != wanted:
        yield f"{VIDEO} is {found[0]}×{found[1]}, the manifest says {wanted[0]}×{wanted[1]}"
    if abs(length_s - manifest.duration_s) > _TOLERANCE_S:
        yield f"{VIDEO} lasts {length_s:.1f} s, the manifest says {manifest.duration_s:.1f} s"
