"""A step kind that hands over a folder without a video, so that a story takes seconds."""

from pathlib import Path

from assets.catalog import CATALOG
from vid_pipeline.artifacts import DeliveredFile, Delivery, Script, Storyboard
from vid_pipeline.kinds import Catalog, StepKind, StepParams
from vid_pipeline.ports import Production, Store
from vid_pipeline.whole_folder import replaced


class HandOverParams(StepParams):
    """Nothing to set."""


def hand_over(
    params: HandOverParams,
    script: Script,
    storyboard: Storyboard,
    *,
    store: Store,
    production: Production,
) -> Delivery:
    """Put script and storyboard into the production's folder, all or nothing."""
    del params
    bodies = {"script.json": script, "storyboard.json": storyboard}
    files = []
    with replaced(production.folder) as fresh:
        for name, artifact in bodies.items():
            data = artifact.model_dump_json().encode()
            Path(fresh, name).write_bytes(data)
            files.append(DeliveredFile(name=name, file=store.put_bytes(data, "application/json")))
    return Delivery(folder=str(production.folder), files=tuple(files))


HAND_OVER = StepKind.of(hand_over, reusable=False, deliverable="delivery")


def catalog() -> Catalog:
    """The installation's kinds and this one."""
    return Catalog([*CATALOG.values(), HAND_OVER])


def install() -> None:
    """This kind among the installation's own, in a process that does nothing else."""
    CATALOG._kinds[HAND_OVER.name] = HAND_OVER
