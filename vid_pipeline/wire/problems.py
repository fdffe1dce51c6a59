"""Errors as RFC 9457 has them: `application/problem+json`."""

from pydantic import Field

from vid_pipeline.wire.base import Answered

MEDIA_TYPE = "application/problem+json"
TYPES = "urn:vid-pipeline:problem:"
"""What every `type` begins with."""


class Fault(Answered):
    """One of several things that are wrong with what was asked for."""

    detail: str
    pointer: str = Field(
        default="", description="Where: `/body/text`, `/query/limit`; empty for the whole."
    )
    step: str | None = Field(default=None, description="Of a workflow: the step at fault.")
    code: str | None = Field(default=None, description="One word for it, for programs.")


class Problem(Answered):
    """Why something was not done."""

    type: str = Field(description=f"`{TYPES}<kind>`; the kinds are in docs/api.md.")
    title: str = Field(description="The kind of problem, in words.")
    status: int
    detail: str = Field(description="Which thing, what is wrong, what to do next.")
    instance: str = Field(description="The path that was asked for.")
    errors: tuple[Fault, ...] = Field(default=(), description="Every fault, if there are several.")
    scope: str | None = Field(default=None, description="Of 403: the scope that is missing.")

    @property
    def kind(self) -> str:
        """The last part of `type`."""
        return self.type.removeprefix(TYPES)
