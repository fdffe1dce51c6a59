"""Artifacts between steps: pydantic JSON in the artifact store, one text a step output.

The key is `runs/<run>/<step>/<output>.json`; a re-executed run reads its parents' texts.
"""

from typing import Any, Protocol

import dagster as dg
from pydantic import ValidationError

from vid_pipeline.artifacts import Artifact
from vid_pipeline.errors import StoreError
from vid_pipeline.workflow import id_in

FIELD = "vidp/field/"
"""Prefix of an input's metadata: which field of the named step's output it takes."""


class Texts(Protocol):
    """Where artifacts' JSON is kept."""

    def put_text(self, key: str, text: str) -> None: ...

    def get_text(self, key: str) -> str: ...


class ArtifactIOManager(dg.IOManager):
    """Writes what a step gives, reads what a step takes."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def handle_output(self, context: dg.OutputContext, obj: Artifact) -> None:
        key = key_of(context)
        self._texts.put_text(key, obj.model_dump_json())
        context.add_output_metadata({"artifact": type(obj).__name__, "key": key})

    def load_input(self, context: dg.InputContext) -> Any:
        upstream = context.upstream_output
        assert upstream is not None, "every input of a workflow's op comes from another op"
        artifact = self._load(upstream)
        field = context.definition_metadata.get(FIELD + id_in(upstream.step_key))
        value = artifact if field is None else getattr(artifact, str(field))
        return list(value) if isinstance(value, tuple) else value  # Dagster's List is a list

    def _load(self, upstream: dg.OutputContext) -> Artifact:
        model: type[Artifact] = upstream.dagster_type.typing_type
        key = key_of(upstream)
        try:
            return model.model_validate_json(self._texts.get_text(key))
        except ValidationError as error:
            raise StoreError(
                f"{key!r} is not a valid {model.__name__} any more. Run its step again."
            ) from error


def key_of(context: dg.OutputContext) -> str:
    """Where an output's JSON is kept."""
    return "runs/" + "/".join(context.get_identifier()) + ".json"
