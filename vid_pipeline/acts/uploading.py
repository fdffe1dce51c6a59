"""Bringing files into the library: looked at byte by byte, whatever their names say."""

import tempfile
from pathlib import Path
from uuid import UUID

from vid_pipeline.acts.briefs import MAX_BYTES, Upload, looks_binary, mime_of
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import MediaRef
from vid_pipeline.errors import BadRequest, BadSource, OverLimit, ToolError
from vid_pipeline.media import ffmpeg
from vid_pipeline.media.editing.facts import Facts
from vid_pipeline.media.editing.probing import probe
from vid_pipeline.media_records import UPLOAD, MediaFile
from vid_pipeline.ports import MediaKind
from vid_pipeline.store import media_files
from vid_pipeline.store.database import Database

LARGEST_BYTES = 200_000_000
KEPT_DAYS = 30
MOST_TAGS, LONGEST_TAG, LONGEST_NAME = 20, 40, 200
_PREVIEW_PX = 640
_REMEDY = "Give a picture, a sound, a video, a PDF or a text."
_MIMES = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "mp4": "video/mp4",
    "matroska": "video/x-matroska",
    "webm": "video/webm",
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "flac": "audio/flac",
    "ogg": "audio/ogg",
    "aac": "audio/aac",
}
_GENERAL: dict[MediaKind, str] = {
    "picture": "image/png",
    "video": "video/mp4",
    "sound": "audio/mp4",
    "text": "text/plain",
}


def keep(shop: Workshop, user: UUID, upload: Upload) -> MediaFile:
    """Put a file into the user's library; the same bytes are in it once.

    Raises:
        BadSource: empty, too large, or of no type that is used here.
        OverLimit: more pixels, seconds or streams than can be worked on.
    """
    if len(upload.data) > LARGEST_BYTES:
        told = f"it has {len(upload.data) / 1e6:.0f} MB; at most {LARGEST_BYTES / 1e6:.0f} are kept"
        raise BadSource(upload.name, told, "Give a smaller or shorter one.")
    values = _document(shop, upload) if _is_document(upload) else _media(shop, upload)
    with shop.db.acting(user) as conn:
        return media_files.add(conn, values | {"name": upload.name[:LONGEST_NAME] or "file"})


def delete(db: Database, user: UUID, file_id: UUID) -> MediaFile:
    """Take a file out of the library; for `KEPT_DAYS` it can be restored.

    Raises:
        NotFound: the user has no such file.
    """
    with db.acting(user) as conn:
        gone = media_files.purge(conn, age_days=KEPT_DAYS)
        media_files.untag(conn, [f"{UPLOAD}/{one}" for one in gone])
        return media_files.delete(conn, file_id)


def restore(db: Database, user: UUID, file_id: UUID) -> None:
    """Bring a deleted file back."""
    with db.acting(user) as conn:
        media_files.restore(conn, file_id)


def tag(db: Database, user: UUID, item: str, tags: list[str]) -> None:
    """Set the tags of a file, uploaded or made here.

    Raises:
        BadRequest: too many tags, or one that is too long.
    """
    told = as_kept(tags)
    if len(told) > MOST_TAGS:
        raise BadRequest("Tags", len(told), f"Give at most {MOST_TAGS}.")
    if long := next((tag for tag in told if len(tag) > LONGEST_TAG), None):
        raise BadRequest("Tag", long, f"Give at most {LONGEST_TAG} characters.")
    with db.acting(user) as conn:
        media_files.tag(conn, item, told)


def as_kept(tags: list[str]) -> list[str]:
    """Tags as they are kept: each once, in small letters."""
    return list(dict.fromkeys(tag.strip().casefold() for tag in tags if tag.strip()))


def _is_document(upload: Upload) -> bool:
    return upload.data[:1024].lstrip().startswith(b"%PDF") or not looks_binary(upload.data)


def _document(shop: Workshop, upload: Upload) -> dict[str, object]:
    if len(upload.data) > MAX_BYTES:
        told = f"it has {len(upload.data) / 1e6:.0f} MB; texts have {MAX_BYTES / 1e6:.0f} at most"
        raise BadSource(upload.name, told, "Give the part that matters.")
    return _row(shop.store.put_bytes(upload.data, mime_of(upload)), "text", None, None)


def _media(shop: Workshop, upload: Upload) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "upload")
        path.write_bytes(upload.data)
        facts = _facts(path, upload.name)
        kind = _kind(facts)
        preview = None if kind == "sound" else _preview(shop, path, facts)
        return _row(shop.store.put(path, _mime(facts, kind)), kind, facts, preview)


def _facts(path: Path, name: str) -> Facts:
    try:
        return probe(path)
    except BadSource as refused:  # it names the file as we call it
        raise BadSource(name, refused.reason, _REMEDY) from refused
    except OverLimit as refused:
        raise OverLimit(name, refused.reason, refused.remedy) from refused


def _kind(facts: Facts) -> MediaKind:
    if facts.still or facts.container == "gif":
        return "picture"
    plays = facts.picture is not None and facts.picture.fps > 0
    sounds = facts.container.split(",")[0] in {"mp3", "flac", "wav", "ogg", "aac"}
    return "video" if plays and not sounds else "sound"


def _mime(facts: Facts, kind: MediaKind) -> str:
    names = facts.container.replace("_pipe", "").split(",")
    found = (_MIMES[name] for name in names if name in _MIMES)
    mime = next(found, _GENERAL[kind])
    return mime if kind != "sound" or mime.startswith("audio/") else _GENERAL["sound"]


def _preview(shop: Workshop, path: Path, facts: Facts) -> MediaRef | None:
    at_s = min(1.0, facts.duration_s / 3)
    target = path.with_name("preview.jpg")
    try:
        ffmpeg.run([
            "-v", "error", "-ss", f"{at_s:.3f}", *ffmpeg.source(path), "-frames:v", "1",
            "-vf", f"scale=w='min({_PREVIEW_PX},iw)':h=-2", "-q:v", "4",
            "-f", "image2", "-update", "1", f"file:{target}",
        ])  # fmt: skip
    except ToolError:
        return None
    return shop.store.put(target, "image/jpeg")


def _row(
    file: MediaRef, kind: MediaKind, facts: Facts | None, preview: MediaRef | None
) -> dict[str, object]:
    seen = facts.picture if facts else None
    return {
        "kind": kind,
        "mime": file.mime,
        "sha256": file.sha256,
        "size_bytes": file.size_bytes,
        "width_px": seen.width_px if seen else None,
        "height_px": seen.height_px if seen else None,
        "duration_s": facts.duration_s if facts and facts.duration_s else None,
        "preview": preview.model_dump_json() if preview else None,
    }
