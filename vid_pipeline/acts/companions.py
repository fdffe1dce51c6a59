"""What was made beside a thing, to help look at it: captions of a video, drawings of scenes."""

import json
from collections.abc import Iterable, Mapping, Sequence

from pydantic import JsonValue

from vid_pipeline.artifacts import MediaRef
from vid_pipeline.errors import StoreError
from vid_pipeline.ports import Store
from vid_pipeline.records import StepTrace
from vid_pipeline.wiring import Wiring

DRAWING = "Drawing"
_HELPS: Mapping[str, frozenset[str]] = {
    "Video": frozenset({"Captions", "Narration", "Storyboard", "Metadata"}),
    "Narration": frozenset({"Storyboard"}),
    "Captions": frozenset(),
    "Storyboard": frozenset({DRAWING}),
    "Scene": frozenset({DRAWING}),
}
_KEPT = {"done", "reused"}


def companions(
    wiring: Wiring, made: Sequence[StepTrace], store: Store, shown: Iterable[str]
) -> dict[str, JsonValue]:
    """What helps to look at artifacts of these classes, by class, the newest of each.

    Drawings are together under `Drawing`, by their scenes' ids. What is gone is left out.
    """
    wanted = frozenset[str]().union(*(_HELPS.get(one, frozenset()) for one in shown))
    newest: dict[tuple[str, str], JsonValue] = {}
    for trace in made:
        kind = wiring.kinds.get(trace.step_id)
        name = kind.output.__name__ if kind else ""
        if name in wanted and trace.state in _KEPT and trace.output is not None:
            item = trace.step_key if name == DRAWING else ""
            newest.pop((name, item), None)
            newest[name, item] = trace.output
    found: dict[str, JsonValue] = {}
    drawings: dict[str, JsonValue] = {}
    for (name, _), output in newest.items():
        body = _read(store, output)
        if name == DRAWING and isinstance(body, dict):
            drawings[str(body.get("scene_id"))] = body
        elif body is not None:
            found[name] = body
    return found | ({DRAWING: drawings} if drawings else {})


def _read(store: Store, output: JsonValue) -> JsonValue:
    try:
        body: JsonValue = json.loads(store.path(MediaRef.model_validate(output)).read_bytes())
    except (StoreError, ValueError):
        return None
    return body
