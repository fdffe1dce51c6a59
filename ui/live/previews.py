"""Pictures of what steps gave: the first one that an artifact refers to."""

import json
from collections.abc import Iterator
from uuid import UUID

from pydantic import JsonValue, ValidationError

from ui import files
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import MediaRef
from vid_pipeline.errors import StoreError
from vid_pipeline.records import StepTrace

_LARGEST = 4 * 1024 * 1024


class Previews:
    """Addresses for one user; each artifact is read once."""

    def __init__(self, shop: Workshop, user: UUID) -> None:
        self._shop, self._user = shop, user
        self._known: dict[str, str] = {}

    def of(self, trace: StepTrace) -> str:
        """Where the browser gets a picture of what a try gave; "" if there is none."""
        if trace.output is None or trace.output_sha is None:
            return ""
        if trace.output_sha not in self._known:
            self._known[trace.output_sha] = self._found(trace.output)
        return self._known[trace.output_sha]

    def _found(self, output: JsonValue) -> str:
        try:
            ref = MediaRef.model_validate(output)
            if ref.size_bytes > _LARGEST:
                return ""
            body = json.loads(self._shop.store.path(ref).read_bytes())
        except (StoreError, OSError, ValueError):
            return ""
        picture = next(_pictures(body), None)
        return "" if picture is None else files.address(self._shop.db.keys, self._user, picture)


def _pictures(body: JsonValue) -> Iterator[MediaRef]:
    if isinstance(body, dict):
        if str(body.get("mime", "")).startswith("image/"):
            try:
                yield MediaRef.model_validate(body)
            except ValidationError:
                return
        for value in body.values():
            yield from _pictures(value)
    elif isinstance(body, list):
        for value in body:
            yield from _pictures(value)
