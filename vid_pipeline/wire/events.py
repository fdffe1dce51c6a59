"""A production's live events, as server-sent events name them; mirrors what the studio streams."""

from pydantic import Field

from vid_pipeline.wire.base import Answered


class LiveItem(Answered):
    """One item of a mapped step, such as a scene."""

    key: str
    state: str
    seconds: float = 0
    progress: float = 0
    note: str = ""
    error: str | None = None
    preview: str = ""


class LiveStep(Answered):
    """A step as it is now."""

    id: str
    title: str
    state: str
    seconds: float = 0
    progress: float = 0
    note: str = ""
    cost_usd: float = 0
    items: tuple[LiveItem, ...] = ()
    items_total: int | None = None
    error: str | None = None
    preview: str = ""


class Steps(Answered):
    """How a production stands: the first one whole, later ones with the steps that changed."""

    state: str
    share: float
    elapsed_s: float
    left_s: float | None = None
    cost_usd: float = 0
    input_tokens: int = 0
    output_tokens: int = 0
    steps: tuple[LiveStep, ...]


class LogLine(Answered):
    """A line that a step has logged."""

    number: int
    at: str = Field(description="ISO 8601, UTC.")
    step_key: str
    level: str = Field(description="info, tool, warning or error.")
    text: str


class Said(Answered):
    """The text of an agent while it writes, all of it so far."""

    step_key: str
    text: str
    done: bool = False


class Ended(Answered):
    """Nothing more comes."""

    state: str


LiveEvent = Steps | LogLine | Said | Ended
KINDS: dict[str, type[LiveEvent]] = {"steps": Steps, "log": LogLine, "said": Said, "end": Ended}
"""What the `event` field of a server-sent event says its data is."""
