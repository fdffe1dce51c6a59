"""Deliverables as assets: which steps make one, what it comes from, what is told of it.

Ops log the materializations of declared specs themselves, so step keys stay plain.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg

from vid_pipeline.artifacts import Artifact, MediaRef, QualityReport
from vid_pipeline.ports import Store
from vid_pipeline.running import Performed
from vid_pipeline.wiring import Wiring
from vid_pipeline.workflow import step_of

QUALITY = "quality"


@dataclass(frozen=True)
class Lineage:
    """The assets of one workflow. All its versions share them: the key is `[slug, step]`."""

    slug: str
    sources: Mapping[str, tuple[str, ...]]
    checked: Mapping[str, str]
    specs: tuple[dg.AssetSpec, ...]

    @classmethod
    def of(cls, wiring: Wiring) -> "Lineage":
        """Read it off a checked workflow."""
        slug = wiring.workflow.slug
        makers = [s for s in wiring.order if wiring.kinds[s].deliverable is not None]
        sources = {step: _nearest(step, makers, wiring) for step in makers}
        specs = tuple(_spec(slug, step, sources[step], wiring) for step in makers)
        checked = {
            step: above[0]
            for step in wiring.order
            if issubclass(wiring.kinds[step].output, QualityReport)
            and (above := _nearest(step, makers, wiring))
        }
        return cls(slug, sources, checked, specs)

    def key(self, step: str) -> dg.AssetKey:
        return dg.AssetKey([self.slug, step])

    def events(self, step: str, done: Performed, store: Store) -> Iterator[Any]:
        """What Dagster is told when a step has given its output."""
        if step in self.sources:
            yield dg.AssetMaterialization(
                self.key(step), metadata=describe(done.output, store) | _origin(done)
            )
        if step in self.checked and isinstance(done.output, QualityReport):
            yield dg.AssetCheckEvaluation(
                asset_key=self.key(self.checked[step]),
                check_name=QUALITY,
                passed=done.output.passed,
                metadata={
                    check.name: f"{check.measured} (expected {check.expected})"
                    for check in done.output.checks
                },
            )


def _nearest(step: str, makers: Sequence[str], wiring: Wiring) -> tuple[str, ...]:
    """The deliverables directly above a step, through steps that make none."""
    found: dict[str, None] = {}
    for source in wiring.steps[step].sources():
        above = step_of(source)
        found |= dict.fromkeys([above] if above in makers else _nearest(above, makers, wiring))
    return tuple(found)


def _spec(slug: str, step: str, sources: Sequence[str], wiring: Wiring) -> dg.AssetSpec:
    kind = wiring.kinds[step]
    return dg.AssetSpec(
        [slug, step],
        deps=[dg.AssetKey([slug, source]) for source in sources],
        description=f"{kind.deliverable} of {wiring.workflow.title!r}: {kind.summary}",
        group_name=slug.replace("-", "_"),
        kinds={"video"} if kind.deliverable == "video" else set(),
    )


def _origin(done: Performed) -> dict[str, Any]:
    facts: dict[str, Any] = {"content": done.output_ref.sha256[:16]}
    return facts | ({"reused_from": done.reused_from} if done.reused_from else {})


def describe(artifact: Artifact, store: Store) -> dict[str, Any]:
    """An artifact's facts for Dagster's pages: plain fields, counts of lists, links to files."""
    facts: dict[str, Any] = {}
    for name in type(artifact).model_fields:
        value = getattr(artifact, name)
        if isinstance(value, MediaRef):
            facts[name] = dg.MetadataValue.path(str(store.path(value)))
            facts[f"{name}_bytes"] = value.size_bytes
        elif isinstance(value, tuple):
            facts[name] = len(value)
        elif isinstance(value, str):
            facts[name] = str(value)  # an enum's value, not the enum
        elif isinstance(value, int | float):
            facts[name] = value
    duration_s = getattr(artifact, "duration_s", None)
    return facts if duration_s is None else facts | {"duration_s": duration_s}
