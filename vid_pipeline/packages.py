"""A finished video on its way out: everything that goes, and what it is published with."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from vid_pipeline.artifacts import MediaRef, Receipt
from vid_pipeline.research import Chapter

VIDEO, MANIFEST, THUMBNAIL = "video.mp4", "manifest.json", "thumbnail.jpg"
LONGEST_TITLE = 100
"""Characters; a package with a longer title is not sent."""


@dataclass(frozen=True)
class Package:
    """A production's files by name, all or nothing, and the words they are published with.

    `elsewhere` says where the package has been brought already, in the order of the targets.
    """

    production: str
    title: str
    description: str
    language: str
    duration_s: float
    files: Mapping[str, MediaRef]
    tags: tuple[str, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    elsewhere: tuple[Receipt, ...] = field(default=(), compare=False)

    @property
    def subject(self) -> str:
        """SHA-256 of the files and the words: what makes two packages the same.

        The manifest is left out, as it names the run that made it, and so is `elsewhere`.
        """
        words = [self.title, self.description, self.language, list(self.tags)]
        chapters = [[one.start_s, one.title] for one in self.chapters]
        files = sorted((name, ref.sha256) for name, ref in self.media.items())
        return hashlib.sha256(json.dumps([words, chapters, files]).encode()).hexdigest()

    @property
    def media(self) -> dict[str, MediaRef]:
        """All files but the manifest."""
        return {name: ref for name, ref in self.files.items() if name != MANIFEST}
