"""Step kind `greet`: a word to whoever watches."""

from pydantic import Field

from vid_pipeline.artifacts import Artifact, Brief
from vid_pipeline.kinds import StepKind, StepParams


class Greeting(Artifact):
    text: str


class GreetParams(StepParams):
    word: str = Field(default="Hello", max_length=40)


def greet(params: GreetParams, brief: Brief) -> Greeting:
    """Greet the people who watch a video on the brief's subject."""
    return Greeting(text=f"{params.word}, friends of {brief.title or brief.name}!")


GREET = StepKind.of(greet)
