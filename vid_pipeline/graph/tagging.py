"""Tags on Dagster's runs."""

from collections.abc import Callable

import dagster as dg


def tagger(instance: dg.DagsterInstance) -> Callable[[str, dict[str, str]], None]:
    """What puts tags on runs by their id; a run that was deleted in Dagster is passed over."""

    def set_tags(run_id: str, new: dict[str, str]) -> None:
        if instance.get_run_by_id(run_id) is not None:
            instance.add_run_tags(run_id, new)

    return set_tags
