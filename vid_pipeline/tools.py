"""The contract between a tool and the agents that use it.

A tool is a plain function of two zones, typed in and out::

    def calculate(ask: Sum, *, production: Production) -> Total
                  ^ input    ^ ports                     ^ output

Its input's JSON Schema and the first paragraph of its docstring are what a model is told of it.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self, get_type_hints

from pydantic import BaseModel, ConfigDict

from vid_pipeline.kinds import PORTS
from vid_pipeline.talk import ToolSpec

Effect = Literal["reads", "keeps", "acts"]


class ToolInput(BaseModel):
    """Base of what a tool takes: made by a model, so validated always."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ToolOutput(BaseModel):
    """Base of what a tool gives: told to the model as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True)
class Tool:
    """A tool, read off a function's signature.

    `effect` is `reads`, `keeps` (writes within the production or the brain), or `acts` (sends or
    spends: never without a person's approval). `outside` says that its output holds text from
    strangers, which a model gets between markers. `most_calls` is a step's limit.
    """

    name: str
    run: Callable[..., ToolOutput]
    takes: type[ToolInput]
    gives: type[ToolOutput]
    ports: frozenset[str]
    effect: Effect = "reads"
    outside: bool = False
    most_calls: int = 20

    @classmethod
    def of(
        cls,
        run: Callable[..., ToolOutput],
        *,
        effect: Effect = "reads",
        outside: bool = False,
        most_calls: int = 20,
    ) -> Self:
        """The tool that a function is.

        Raises:
            TypeError: the signature does not have the two zones, or there is no docstring.
        """
        hints = get_type_hints(run)
        signature = inspect.signature(run).parameters
        ports = frozenset(p.name for p in signature.values() if p.kind is p.KEYWORD_ONLY)
        takes = [hints[name] for name in signature if name not in ports]
        _refuse_wrong_zones(run, takes, hints, ports)
        return cls(run.__name__, run, takes[0], hints["return"], ports, effect, outside, most_calls)

    @property
    def spec(self) -> ToolSpec:
        """What a model is told of it."""
        said = (inspect.getdoc(self.run) or "").split("\n\n", maxsplit=1)[0]
        return ToolSpec(
            name=self.name,
            description=" ".join(said.split()),
            input_schema=self.takes.model_json_schema(),
        )


def _refuse_wrong_zones(
    run: Callable[..., Any], takes: list[Any], hints: dict[str, Any], ports: frozenset[str]
) -> None:
    if unknown := sorted(ports - PORTS):
        raise TypeError(f"{run.__name__}() asks for unknown ports: {', '.join(unknown)}.")
    if len(takes) != 1 or not _is(takes[0], ToolInput):
        raise TypeError(f"{run.__name__}() must take one <a ToolInput> before its ports.")
    if not _is(hints.get("return"), ToolOutput):
        raise TypeError(f"{run.__name__}() must say which ToolOutput it returns.")
    if not inspect.getdoc(run):
        raise TypeError(f"{run.__name__}() needs a docstring: it is what a model is told.")


def _is(annotation: Any, base: type[BaseModel]) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, base)


class Toolbox(Mapping[str, Tool]):
    """The tools of one installation, by name."""

    def __init__(self, tools: Iterable[Tool]) -> None:
        self._tools = {tool.name: tool for tool in tools}

    def __getitem__(self, name: str) -> Tool:
        return self._tools[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tools)

    def __len__(self) -> int:
        return len(self._tools)
