"""Step kind `run_job`: work that a provider does by and by, for money, ordered once."""

from pydantic import Field, JsonValue

from vid_pipeline.artifacts import Artifact, MediaRef
from vid_pipeline.kinds import Retry, StepKind, StepParams
from vid_pipeline.ports import JobRequest, Jobs, Production


class ProviderResult(Artifact):
    """What a provider's job gave: JSON, and a file if it made one."""

    operation: str
    provider: str
    job_id: str
    value: JsonValue = None
    file: MediaRef | None = None


class RunJobParams(StepParams):
    operation: str = Field(
        min_length=1, max_length=200, description="What the provider shall do, by its name there."
    )
    input: dict[str, JsonValue] = Field(
        default={}, description="What goes in, as JSON; no keys, it is written down."
    )
    most_usd: float = Field(
        ge=0, le=10_000, description="The most that it may cost, in US dollars; set aside for it."
    )


def run_job(params: RunJobParams, *, jobs: Jobs, production: Production) -> ProviderResult:
    """Order a paid job at the provider, wait for it, and keep what it made."""
    ask = JobRequest(params.operation, params.input, params.most_usd)
    made = jobs.run(ask, told=production.progress)
    return ProviderResult(
        operation=params.operation,
        provider=made.provider,
        job_id=made.job_id,
        value=made.value,
        file=made.file,
    )


RUN_JOB = StepKind.of(run_job, retry=Retry(times=2, delay_s=5))
