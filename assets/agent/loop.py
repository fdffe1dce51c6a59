"""The loop: the model asks for tools until it has what it needs, then answers in the form."""

from typing import TypeVar

from pydantic import BaseModel

from assets.agent.conversation import Talk
from assets.agent.tooling import ToolDesk
from vid_pipeline.talk import Message

T = TypeVar("T", bound=BaseModel)
_NOW = "Give your answer now, in the form that you are asked for."


def run(talk: Talk, desk: ToolDesk, form: type[T]) -> T:
    """The agent's answer, valid by its form.

    Raises:
        LimitReached: a limit of the step came first.
        LLMError: refused, failed, or no valid answer after the last re-ask.
        Waits: a person is asked; the step goes on from here when they have answered.
    """
    specs = desk.specs
    while specs and use_tools(talk, desk):
        pass
    if talk.messages[-1].role == "assistant":
        talk.say(Message.of("user", _NOW))
    return talk.answer(form, specs)


def use_tools(talk: Talk, desk: ToolDesk) -> bool:
    """Let the model speak, and do what it asks for; whether it asked for anything."""
    calls = talk.reply(desk.specs).calls
    keys = [talk.key(call, number) for number, call in enumerate(calls)]
    results = tuple(desk.result(call, key) for call, key in zip(calls, keys, strict=True))
    if results:
        talk.say(Message(role="user", parts=results))
    return bool(results)
