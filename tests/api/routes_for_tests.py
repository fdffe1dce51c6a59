"""The API's routes, to walk over."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from ui.api.app import build


@dataclass(frozen=True)
class Operation:
    """One method of one path, as it is described."""

    method: str
    path: str
    said: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.said["operationId"])

    @property
    def fields(self) -> list[str]:
        """What stands in its path."""
        return [one["name"] for one in self.said.get("parameters", []) if one["in"] == "path"]


@cache
def operations() -> tuple[Operation, ...]:
    paths = build().openapi()["paths"]
    return tuple(
        Operation(method, path, said)
        for path, methods in paths.items()
        for method, said in methods.items()
    )
