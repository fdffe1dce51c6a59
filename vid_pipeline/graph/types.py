"""Artifacts as Dagster types, so that Dagster checks and shows what an edge carries."""

from functools import cache
from typing import Any

import dagster as dg

from vid_pipeline.artifacts import Artifact
from vid_pipeline.wiring import item_of, without_none


@cache
def artifact_type(model: type[Artifact]) -> dg.DagsterType:
    """The Dagster type of an artifact, with its JSON Schema for Dagster's pages."""

    def check(_context: dg.TypeCheckContext, value: object) -> dg.TypeCheck:
        fits = isinstance(value, model)
        wrong = f"Expected {model.__name__}, got {type(value).__name__}."
        return dg.TypeCheck(fits, description=None if fits else wrong)

    return dg.DagsterType(
        name=model.__name__,
        type_check_fn=check,
        typing_type=model,
        description=(model.__doc__ or model.__name__).splitlines()[0],
        metadata={"schema": dg.MetadataValue.json(model.model_json_schema())},
    )


@cache
def list_type(model: type[Artifact]) -> Any:
    """The Dagster type of several artifacts."""
    return dg.List[artifact_type(model)]


def input_type(annotation: Any) -> Any:
    """The Dagster type of a kind's input."""
    annotation = without_none(annotation)
    item = item_of(annotation)
    return artifact_type(annotation) if item is None else list_type(item)
