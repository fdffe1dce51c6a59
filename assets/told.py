"""Feedback as the next turns of a conversation with a model."""

import json
from collections.abc import Sequence

from vid_pipeline.ports import Turn
from vid_pipeline.talk import Message, Question


def question(prompt: str, system: str, turns: Sequence[Turn]) -> Question:
    """A prompt, then each earlier answer with what a reviewer said of it."""
    messages = [Message.of("user", prompt)]
    for turn in turns:
        gave = json.dumps(turn.gave, ensure_ascii=False) if turn.gave else "(It is gone.)"
        asks = (
            f"The reviewer rejected it: {turn.feedback}\n\nGive it again, so that they are content."
        )
        messages += [Message.of("assistant", gave), Message.of("user", asks)]
    return Question(messages=tuple(messages), system=system)
