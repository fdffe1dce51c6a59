"""What a production's steps gave, and the media in it: to its owner, and to who decides on it.

Bytes are named by their content alone, so a name says nothing of whose they are: a file is handed
out only where something that the user may see refers to it.
"""

import json
from collections.abc import Iterator
from uuid import UUID

from pydantic import JsonValue, ValidationError

from vid_pipeline.acts.reviewing import review
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import MediaRef
from vid_pipeline.errors import NotFound, StoreError
from vid_pipeline.ports import Store
from vid_pipeline.records import StepTrace
from vid_pipeline.store import productions, requests, traces

_GIVEN = {"done", "reused"}
_REF = {"sha256", "mime", "size_bytes"}
_REMEDY = "See what its steps gave."


def outputs(shop: Workshop, user: UUID, production_id: UUID) -> dict[str, StepTrace]:
    """By step key, the newest try that gave something.

    Raises:
        NotFound: the user has no such production.
    """
    with shop.db.acting(user) as conn:
        production = productions.get(conn, production_id)
        found = traces.of_production(conn, production.id)
    return {one.step_key: one for one in found if one.state in _GIVEN and one.output is not None}


def body(store: Store, trace: StepTrace) -> tuple[MediaRef, JsonValue]:
    """What a try gave, as JSON.

    Raises:
        StoreError: its bytes are gone.
    """
    ref = MediaRef.model_validate(trace.output)
    read: JsonValue = json.loads(store.path(ref).read_bytes())
    return ref, read


def of_production(shop: Workshop, user: UUID, production_id: UUID, sha256: str) -> MediaRef:
    """A file that a production was given or has made.

    Raises:
        NotFound: the user has no such production, or it has no such file.
    """
    with shop.db.acting(user) as conn:
        production = productions.get(conn, production_id)
        made = traces.of_production(conn, production.id)
    refs = [production.brief.document] if production.brief.document else []
    refs += [MediaRef.model_validate(one.output) for one in made if _is_ref(one.output)]
    for ref in refs:
        if ref.sha256 == sha256:
            return ref
    read = (_read(shop.store, ref) for ref in refs if ref.mime == "application/json")
    return _found((ref for one in read for ref in _within(one)), sha256)


def of_request(shop: Workshop, user: UUID, request_id: UUID, sha256: str) -> MediaRef:
    """A file that is shown with a request.

    Raises:
        NotFound: there is no such request for this user, or it shows no such file.
    """
    seen = review(shop, user, request_id)
    shown = [one.body for one in seen.things] + list(seen.beside.values())
    changed = [side for one in seen.things for c in one.changes for side in (c.before, c.after)]
    with shop.db.acting(user) as conn:
        named = [one.artifact for one in requests.get(conn, request_id).shown]
    within = (ref for one in [*shown, *changed] for ref in _within(one))
    return _found(iter([*named, *within]), sha256)


def _found(refs: Iterator[MediaRef], sha256: str) -> MediaRef:
    for ref in refs:
        if ref.sha256 == sha256:
            return ref
    raise NotFound("artifact", sha256, _REMEDY)


def _within(value: JsonValue) -> Iterator[MediaRef]:
    """The files that a JSON value refers to."""
    if isinstance(value, dict):
        if _is_ref(value):
            yield MediaRef.model_validate(value)
            return
        for one in value.values():
            yield from _within(one)
    elif isinstance(value, list):
        for one in value:
            yield from _within(one)


def _is_ref(value: JsonValue) -> bool:
    if not isinstance(value, dict) or value.keys() != _REF:
        return False
    try:
        MediaRef.model_validate(value)
    except ValidationError:
        return False
    return True


def _read(store: Store, ref: MediaRef) -> JsonValue:
    try:
        read: JsonValue = json.loads(store.path(ref).read_bytes())
    except (StoreError, ValueError):
        return None
    return read
