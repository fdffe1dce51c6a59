"""Step kind `agent`: whatever a creator asks of a model, answered in the form they drew."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from assets.agent import loop
from assets.agent.conversation import Talk, begun
from assets.agent.params import AgentParams
from assets.agent.template import filled, places, strange_places
from assets.agent.tooling import ToolDesk
from assets.tools.catalog import TOOLS
from vid_pipeline.artifacts import Artifact
from vid_pipeline.drawn_schema import Record, record_of
from vid_pipeline.errors import LLMFailed
from vid_pipeline.kinds import Shape, StepKind
from vid_pipeline.ports import LLM, Ports
from vid_pipeline.tools import Tool, Toolbox
from vid_pipeline.wiring import without_none
from vid_pipeline.workflow import Step


def agent_kind(toolbox: Toolbox) -> StepKind:
    """The kind `agent`, whose agents may be allowed the tools of this box."""

    def agent(
        params: AgentParams, *, ports: Ports, **given: Artifact | tuple[Artifact, ...] | None
    ) -> Record:
        """Have a model do what the instructions say, with the tools it is allowed.

        Rejected, it goes on with the same conversation, in which the feedback is the next turn.

        Raises:
            LLMError: no key, refused, failed, or no valid answer after the last re-ask.
            LimitReached: turns, tokens or money of the step were used up.
            Waits: a tool asks people first.
        """
        _refuse_without_model(params, ports.llm)
        tools = {name: toolbox[name] for name in params.tools}
        bound = {"channel": params.channel} if params.channel else {}
        desk = ToolDesk(tools, ports, bound, params.most_calls)
        talk = Talk(params, ports)
        for message in begun(ports, filled(params.instructions, given)):
            talk.say(message)
        return loop.run(talk, desk, record_of(params.output))

    return StepKind.of(
        agent, reusable=False, pool="llm", shape=_shape, faults=_faults_with(toolbox)
    )


def _refuse_without_model(params: AgentParams, llm: LLM) -> None:
    if not params.model and not llm.available:
        raise LLMFailed(
            "agent",
            "key",
            "this step needs a language model, and no key is set; it has no offline form",
            "Set a key (docs/agents.md says how), or take the step out of the workflow.",
        )


def _shape(params: AgentParams) -> Shape:
    takes = {name: record_of(form.bare) for name, form in params.takes.items()}
    return Shape(output=record_of(params.output), inputs=takes)


def _faults_with(toolbox: Toolbox) -> Callable[[Step, Any, Mapping[str, Any]], Iterator[str]]:
    def faults(step: Step, params: AgentParams, inputs: Mapping[str, Any]) -> Iterator[str]:
        for name in params.tools:
            if name not in toolbox:
                known = ", ".join(sorted(toolbox)) or "none"
                yield f"tool {name!r} is not installed. Choose from: {known}."
        allowed = [toolbox[name] for name in params.tools if name in toolbox]
        if step.over is not None:
            yield from (_cannot_wait(tool) for tool in allowed if _asks(tool))
        if not params.channel:
            yield from (_needs_channel(tool) for tool in allowed if _of_channel(tool))
        yield from _wrong_places(params.instructions, inputs)

    return faults


def _asks(tool: Tool) -> bool:
    return tool.effect == "acts" or "reviews" in tool.ports


def _cannot_wait(tool: Tool) -> str:
    return (
        f"tool {tool.name!r} asks people, which a step that runs over a list cannot wait for. "
        "Take the tool away, or ask in a step before."
    )


def _of_channel(tool: Tool) -> bool:
    field = tool.takes.model_fields.get("channel")
    return field is not None and field.is_required()


def _needs_channel(tool: Tool) -> str:
    return f"tool {tool.name!r} works on a channel's memory. Set `channel`."


def _wrong_places(template: str, inputs: Mapping[str, Any]) -> Iterator[str]:
    for text in dict.fromkeys(strange_places(template)):
        yield f"{text[:60]!r} is no place. Write {{{{input}}}} or {{{{input.field}}}}."
    for path in dict.fromkeys(places(template)):
        name, _, rest = path.partition(".")
        if name not in inputs:
            known = ", ".join(inputs) or "none"
            yield f"the instructions name {path!r}, but the step's inputs are: {known}."
        elif rest and (fields := _fields_of(inputs[name])) and rest.split(".")[0] not in fields:
            yield f"the instructions name {path!r}. Fields of {name!r}: {', '.join(fields)}."


def _fields_of(annotation: Any) -> list[str]:
    """Fields that an input surely has; none if it could be anything."""
    plain = without_none(annotation)
    known = isinstance(plain, type) and issubclass(plain, Artifact)
    return list(plain.model_fields) if known else []


AGENT = agent_kind(TOOLS)
