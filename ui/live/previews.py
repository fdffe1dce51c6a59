"""Pictures of what steps gave: the first one that an artifact refers to."""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, TypeGuard
from uuid import UUID

from pydantic import JsonValue, ValidationError

from ui import files
from ui.live import small
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import Drawing, MediaRef
from vid_pipeline.errors import StoreError
from vid_pipeline.records import StepTrace

_LARGEST = 4 * 1024 * 1024


class Previews:
    """Addresses for one user; each artifact is read once.

    A drawing is many layers: they are put together once for all, which takes a tenth of a second,
    unless `made` says that only pictures that are there already are wanted.
    """

    def __init__(self, shop: Workshop, user: UUID, *, made: bool = False) -> None:
        self._shop, self._user, self._made = shop, user, made
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
        picture = self._drawing(body) if _is_drawing(body) else next(_pictures(body), None)
        return "" if picture is None else files.address(self._shop.db.keys, self._user, picture)

    def _drawing(self, body: dict[str, Any]) -> MediaRef | None:
        key = f"small/{sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()}"
        try:
            found = self._shop.store.recall(key)
            if found is None and not self._made:
                data = small.drawing(Drawing.model_validate(body), self._shop.store)
                found = self._shop.store.put_bytes(data, "image/jpeg")
                self._shop.store.keep(key, found)
        except (StoreError, OSError, ValueError):
            return None
        return found


def _is_drawing(body: JsonValue) -> TypeGuard[dict[str, Any]]:
    return isinstance(body, dict) and {"background", "layers"} <= body.keys()


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
