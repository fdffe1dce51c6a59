"""Live events, as server-sent events name them: what the studio streams, and who listens reads.

A production's stream:

| event | data |
| --- | --- |
| `steps` | `Steps`: how it stands; the first one whole, later ones with the steps that changed |
| `log` | a list of `LogLine`, oldest first |
| `said` | `Said`: the text of a model while it writes |
| `end` | `Ended`: nothing more comes on this stream |

Their ids count log lines: a client that comes back with the last one (`Last-Event-ID`, which
browsers send by themselves) is given the lines it has missed, and `steps` whole.
A user's own stream says `mine`: `Mine`.
"""

from pydantic import Field

from vid_pipeline.wire.base import Answered


class LiveItem(Answered):
    """One item of a mapped step, such as a scene."""

    key: str = Field(description="Step key: `draw[s2]`.")
    state: str
    seconds: float = 0
    progress: float = Field(default=0, ge=0, le=1)
    note: str = ""
    error: str | None = None
    preview: str = Field(default="", description="Address of a picture; empty if none.")


class LiveStep(Answered):
    """A step as it is now; `state` as in `vid_pipeline.acts.following.State`."""

    id: str
    title: str
    state: str
    seconds: float = 0
    progress: float = Field(default=0, ge=0, le=1)
    note: str = ""
    cost_usd: float = 0
    items: tuple[LiveItem, ...] = ()
    items_total: int | None = None
    error: str | None = None
    preview: str = ""


class Steps(Answered):
    """How a production stands."""

    state: str
    share: float = Field(ge=0, le=1)
    elapsed_s: float
    left_s: float | None = None
    cost_usd: float = 0
    input_tokens: int = 0
    output_tokens: int = 0
    steps: tuple[LiveStep, ...]


class LogLine(Answered):
    """A line that a step has logged."""

    number: int = Field(description="Counts up with time; no two lines of a production share one.")
    at: str = Field(description="ISO 8601, UTC.")
    step_key: str
    level: str = Field(description="info, tool, warning or error.")
    text: str


class Said(Answered):
    """The text of a model while it writes."""

    step_key: str
    text: str = Field(description="All of it so far; of a long one the end.")
    done: bool = False


class Ended(Answered):
    """The production has ended, or the page that shows it is to be drawn anew."""

    state: str


class AtWork(Answered):
    """A production that is being made."""

    id: str
    title: str
    state: str
    share: float = Field(ge=0, le=1)
    left_s: float | None = Field(default=None, description="In steps of five.")
    doing: str = Field(default="", description="The steps at work, in words; empty between them.")
    ended: int = Field(default=0, description="How many of its steps have ended well.")
    steps: int = Field(default=0, description="How many it has.")


class Mine(Answered):
    """What waits for a user's decision, and what is being made for them."""

    waiting: int
    at_work: tuple[AtWork, ...]
    mark: str = Field(description="Another one as soon as something begins, asks, or has ended.")


LiveEvent = Steps | LogLine | Said | Ended
"""What a production's stream tells."""

KINDS: dict[str, type[LiveEvent]] = {"steps": Steps, "log": LogLine, "said": Said, "end": Ended}
"""What the `event` field of a server-sent event says its data is."""
