"""Tools `recall` and `remember`: an agent's way into the content brain.

What an agent keeps may come from a page it has read. So it can keep no rule (style, banned,
pronunciation, correction), pin nothing, and replace only what agents have kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from vid_pipeline.memories import (
    LONGEST_QUERY,
    MAIN,
    Feedback,
    Kept,
    MemoryKind,
    NewMemory,
    Recalled,
    Words,
)
from vid_pipeline.ports import Memory
from vid_pipeline.tools import Tool, ToolInput, ToolOutput

AGENTS_KINDS = ("fact", "title", "script", "visual")
_AGENTS_SLOT = "agent: "
_LONGEST_SHOWN = 2_000


class Recall(ToolInput):
    query: str = Field(min_length=1, max_length=LONGEST_QUERY, description="What to look for.")
    kinds: tuple[MemoryKind, ...] = Field(default=(), max_length=9, description="All if empty.")
    most: int = Field(default=8, ge=1, le=20, description="Memories at most.")
    rules: bool = Field(default=False, description="Also the channel's standing rules.")


class RecalledMemory(ToolOutput):
    id: str
    kind: MemoryKind
    text: str
    heading: str
    source: str = Field(description="Where it comes from.")
    score: float


class RecalledMemories(ToolOutput):
    memories: tuple[RecalledMemory, ...]


class Remember(ToolInput):
    text: Words = Field(min_length=1, max_length=2_000, description="One thing, in whole words.")
    kind: Literal["fact", "title", "script", "visual"] = "fact"
    slot: Words | None = Field(
        default=None,
        min_length=1,
        max_length=100,
        description="A name for what this is the one answer to; replaces the earlier one.",
    )
    source_url: Words | None = Field(default=None, max_length=2_000)


class RememberedMemory(ToolOutput):
    id: str
    new: bool = Field(description="False: it was known, word for word.")
    alike: tuple[str, ...] = Field(description="Memories that mean nearly the same, or opposite.")


def recall(ask: Recall, *, memory: Memory) -> RecalledMemories:
    """Look up what the channel remembers: facts, rules, past scripts, titles and documents."""
    found = memory.recall(ask.query, most=ask.most, kinds=ask.kinds, rules=ask.rules)
    return RecalledMemories(memories=tuple(_shown(one) for one in found))


def remember(ask: Remember, *, memory: Memory) -> RememberedMemory:
    """Keep a fact, a title, a script or a visual for later videos; the same words once."""
    new = NewMemory.model_validate(
        {
            "kind": ask.kind,
            "text": ask.text,
            "slot": f"{_AGENTS_SLOT}{ask.slot}" if ask.slot else None,
            "source": {"url": ask.source_url},
        }
    )
    kept = memory.remember(new)
    return RememberedMemory(
        id=kept.id, new=kept.new, alike=tuple(one.text[:_LONGEST_SHOWN] for one in kept.alike)
    )


@dataclass(frozen=True)
class Within:
    """The port `Memory` held to one channel and to some kinds, whatever is asked of it.

    For an agent's settings: `ports | {"memory": Within(memory, "tech", ("fact",))}`.
    """

    memory: Memory
    channel: str = MAIN
    kinds: tuple[MemoryKind, ...] = ()

    @property
    def fingerprint(self) -> str:
        return self.memory.fingerprint

    def recall(
        self,
        query: str,
        *,
        channel: str = MAIN,  # noqa: ARG002  (the settings decide)
        most: int = 8,
        kinds: Sequence[str] = (),
        rules: bool = False,
    ) -> tuple[Recalled, ...]:
        """Of the kinds asked for, those that are allowed."""
        wanted = tuple(kind for kind in kinds or self.kinds if kind in (self.kinds or kinds))
        if kinds and not wanted:
            return ()
        return self.memory.recall(query, channel=self.channel, most=most, kinds=wanted, rules=rules)

    def remember(self, new: NewMemory, *, channel: str = MAIN) -> Kept:  # noqa: ARG002
        """Into its own channel."""
        return self.memory.remember(new, channel=self.channel)

    def feedback(self) -> tuple[Feedback, ...]:
        return self.memory.feedback()


def _shown(one: Recalled) -> RecalledMemory:
    source = one.source
    return RecalledMemory(
        id=one.id,
        kind=one.kind,
        text=one.text[:_LONGEST_SHOWN],
        heading=one.heading,
        source=source.url or source.document or source.step or source.who or "",
        score=round(one.score, 3),
    )


MEMORY = (
    Tool.of(recall, outside=True),
    Tool.of(remember, effect="keeps", most_calls=10),
)
