"""What a creator sets of an agent."""

from pydantic import Field

from vid_pipeline.artifacts import Id
from vid_pipeline.drawn_schema import DrawnSchema
from vid_pipeline.kinds import StepParams


class AgentParams(StepParams):
    """A role, instructions, tools, the answer's form, and how much it may use for it."""

    role: str = Field(default="", max_length=8000, description="Who the agent is.")
    instructions: str = Field(
        min_length=1,
        max_length=20_000,
        description="What it shall do; {{input}} and {{input.field}} are filled with what it gets.",
    )
    output: DrawnSchema = Field(description="The form of its answer.")
    takes: dict[Id, DrawnSchema] = Field(
        default_factory=dict, description="Inputs that must be records of these forms."
    )
    model: str = Field(
        default="",
        max_length=200,
        pattern=r"^([a-z0-9_-]+/\S+)?$",
        description="`provider/model`; the installation's if unset.",
    )
    tools: tuple[str, ...] = Field(
        default=(), max_length=50, description="The tools it may use, and no others."
    )
    channel: str = Field(
        default="",
        max_length=100,
        description="Whose memory its tools use; it cannot name another by itself.",
    )
    turns: int = Field(default=12, ge=1, le=100, description="Most replies of the model.")
    most_calls: int = Field(default=40, ge=1, le=500, description="Most uses of tools.")
    most_tokens: int = Field(
        default=200_000, ge=1000, description="Read and written, by one try of the step."
    )
    most_usd: float = Field(default=1.0, gt=0, description="Spent by one try of the step.")
    answer_tokens: int = Field(default=8000, ge=100, le=64_000, description="Longest reply.")
    memory_tokens: int = Field(
        default=60_000,
        ge=1000,
        description="Length of the conversation above which its oldest turns become a summary.",
    )
    temperature: float | None = Field(default=None, ge=0, le=2)
    thinking_tokens: int = Field(default=0, ge=0, le=64_000, description="0: it does not think.")
    reasks: int = Field(
        default=2, ge=0, le=5, description="How often an answer that does not fit is asked again."
    )
