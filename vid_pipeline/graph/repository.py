"""All published versions as one Dagster repository; a job is built when somebody asks for it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import dagster as dg
from dagster._core.definitions.repository_definition.repository_data import CachingRepositoryData

from vid_pipeline.check import problems
from vid_pipeline.graph.job import build_job
from vid_pipeline.graph.lineage import Lineage
from vid_pipeline.kinds import Catalog
from vid_pipeline.records import WorkflowVersion
from vid_pipeline.wiring import Wiring


def repository_data(
    versions: Sequence[WorkflowVersion],
    catalog: Catalog,
    *,
    resources: Mapping[str, Any],
    sensors: Sequence[dg.SensorDefinition] = (),
) -> CachingRepositoryData:
    """Jobs of the versions that can run here, and the assets of each workflow's newest one.

    A version whose kinds are no longer installed is left out; `vidp workflow check` says why.
    """
    sound = [v for v in versions if not problems(v.graph, catalog)]
    newest = {(v.owner_id, v.slug): v for v in sound}
    lineages = [Lineage.of(Wiring(v.graph, catalog)) for v in newest.values()]
    specs = [spec for lineage in lineages for spec in lineage.specs]
    return CachingRepositoryData(
        jobs={v.job_name: _later(v, catalog, resources) for v in sound},
        schedules={},
        sensors={sensor.name: sensor for sensor in sensors},
        source_assets_by_key={},
        assets_defs_by_key={spec.key: dg.AssetsDefinition(specs=[spec]) for spec in specs},
        asset_checks_defs_by_key={},
        top_level_resources={},
        utilized_env_vars={},
        unresolved_partitioned_asset_schedules={},
        component_tree=None,
    )


def _later(
    version: WorkflowVersion, catalog: Catalog, resources: Mapping[str, Any]
) -> Callable[[], dg.JobDefinition]:
    def build() -> dg.JobDefinition:
        return build_job(
            version.graph,
            catalog,
            name=version.job_name,
            resources=dict(resources),
            tags={"vidp/version": str(version.version)},
        )

    return build
