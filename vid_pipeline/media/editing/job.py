"""One piece of editing: files looked at first, then ffmpeg under limits in one folder."""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ffmpeg as graphs

from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import BadSource, RenderError, ToolFailed
from vid_pipeline.limited import Limits
from vid_pipeline.media import ffmpeg
from vid_pipeline.media.editing import header
from vid_pipeline.media.editing.facts import Facts
from vid_pipeline.media.editing.probing import Bounds, probe

_OPENED = itertools.count()

Stream = Any  # ffmpeg-python has no types

_CLEAN = {"map_metadata": -1, "map_chapters": -1, "dn": None, "sn": None}
PICTURES = {
    "c:v": "libx264",
    "preset": "veryfast",
    "crf": 20,
    "pix_fmt": "yuv420p",
    "movflags": "+faststart",
}
SOUND = {"c:a": "aac", "b:a": "192k", "ar": 48000, "ac": 2}
COPIED = {"c:v": "copy", "movflags": "+faststart"}
_UNREADABLE = ("Invalid data found", "not on whitelist", "Error while decoding")
_NO_GLYPH = "failed to find any fallback with glyph"
_MP4_CODECS = {"h264", "hevc", "av1"}


@dataclass(frozen=True)
class Media:
    """A file that was looked at."""

    path: Path
    facts: Facts

    @property
    def seconds(self) -> float:
        return self.facts.duration_s


@dataclass(frozen=True)
class Job:
    """What an edit works with: a folder of its own, limits, and where else inputs may lie.

    `folder` is empty at first, and nobody else's; results lie in it under names of ours.
    """

    folder: Path
    roots: tuple[Path, ...] = ()
    bounds: Bounds = field(default_factory=Bounds)
    limits: Limits = field(default_factory=Limits)
    timeout_s: float = 1800
    cancel: CancelToken | None = None

    def admit(self, path: Path) -> Media:
        """A stranger's file, looked at in a process of its own.

        Raises:
            BadRequest: it lies outside the folder and the roots, or is no regular file.
            BadSource: it is no media file that is read here.
            OverLimit: it has too many pixels, seconds or streams.
        """
        ffmpeg.inside(path, self.folder, *self.roots)
        return Media(path, probe(path.resolve(), self.bounds, self.cancel))

    def opened(self, media: Media, **options: float) -> Stream:
        """A file as input of a graph, able to reach that file and nothing else."""
        url = ffmpeg.inside(media.path, self.folder, *self.roots)
        guard = {"max_pixels": self.bounds.pixels} if media.facts.picture else {}
        unlike = {"thread_queue_size": 64 + next(_OPENED) % 64}  # the library joins what is equal
        return graphs.input(url, **ffmpeg.source_options(), **guard, **unlike, **options)

    def make(self, suffix: str, streams: Iterable[Stream], options: Mapping[str, Any]) -> Media:
        """Run a graph whose streams become one file of the folder.

        Raises:
            BadSource: the input does not decode.
            OverLimit, Cancelled, RenderError: as `media.ffmpeg.run`.
        """
        name = self._name(suffix)
        self.run(name, streams, options)
        return self.made(self.folder / name)

    def run(self, name: str, streams: Iterable[Stream], options: Mapping[str, Any]) -> None:
        """The same, under a name of ours, which may be a pattern of several."""
        whole = {"t": self.bounds.duration_s, **_CLEAN, **options}
        log = self.ffmpeg(graphs.output(*streams, f"file:{name}", **whole))
        if _NO_GLYPH in log:
            raise RenderError(
                "No font on this machine has some of the text's letters. Install one that has, or "
                "change the text."
            )

    def ffmpeg(self, graph: Stream) -> str:
        """Run a whole graph and return ffmpeg's log."""
        try:
            return ffmpeg.run(
                graph.get_args(),
                timeout_s=self.timeout_s,
                cancel=self.cancel,
                limits=self.limits,
                folder=self.folder,
            )
        except ToolFailed as fault:
            if any(words in fault.log for words in _UNREADABLE):
                raise BadSource(
                    "the media", "it does not decode", "Check that it plays, or use another."
                ) from fault
            raise

    def made(self, path: Path) -> Media:
        """A file that we wrote.

        Raises:
            BadSource: nothing was written, because nothing was left of the input.
        """
        try:
            return Media(path, Facts.model_validate(header.read(path)))
        except ValueError as fault:
            raise BadSource(
                "the result", "nothing was left of the media", "Check times and lengths."
            ) from fault

    def _name(self, suffix: str) -> str:
        taken = {path.name for path in self.folder.iterdir()}
        return next(
            name
            for number in range(len(taken) + 1)
            if (name := f"made-{number}{suffix}") not in taken
        )


def pictures_kept(media: Media) -> dict[str, Any]:
    """Options that leave the pictures as they are where MP4 can hold them, else encode them."""
    seen = media.facts.picture
    return dict(COPIED if seen and seen.codec in _MP4_CODECS else PICTURES)
