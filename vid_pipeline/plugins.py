"""Kinds and tools from other packages, by their entry points.

    [project.entry-points."vid_pipeline.kinds"]
    count_words = "their_package:COUNT_WORDS"

A plugin that does not load, is of another type, or takes a name that is taken is left out and
named; the rest goes on.
"""

import importlib.metadata
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

KIND_GROUP, TOOL_GROUP = "vid_pipeline.kinds", "vid_pipeline.tools"
_LOG = logging.getLogger(__name__)


class _Named(Protocol):
    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=_Named)


@dataclass(frozen=True)
class Plugged(Generic[N]):
    """What was found, and for each that is broken why, by `package: entry point`."""

    found: tuple[N, ...]
    broken: dict[str, str]


def plugged(group: str, wanted: type[N], *, taken: Iterable[str]) -> Plugged[N]:
    """Everything of a type that installed packages offer in a group of entry points."""
    names, found, broken = set(taken), list[N](), dict[str, str]()
    for entry in sorted(importlib.metadata.entry_points(group=group), key=lambda one: one.value):
        made, why = _loaded(entry, wanted, names)
        if made is not None:
            names.add(made.name)
            found.append(made)
            continue
        package = entry.dist.name if entry.dist else "a package"
        broken[f"{package}: {entry.name}"] = why
        _LOG.warning("Plugin %s: %s (%s) is left out. %s", package, entry.name, group, why)
    return Plugged(tuple(found), broken)


def _loaded(
    entry: importlib.metadata.EntryPoint, wanted: type[N], names: set[str]
) -> tuple[N | None, str]:
    """What an entry point gives, or why it cannot be used."""
    try:
        made = entry.load()
    except Exception as error:  # noqa: BLE001  # the edge to code that is not ours
        return None, f"{type(error).__name__}: {error}"
    why = _fault(made, wanted, names)
    return (made, "") if why is None else (None, why)


def _fault(made: object, wanted: type, names: set[str]) -> str | None:
    if not isinstance(made, wanted):
        return f"It is a {type(made).__name__}, not a {wanted.__name__}."
    name = str(getattr(made, "name", ""))
    return f"The name {name!r} is taken." if name in names else None
