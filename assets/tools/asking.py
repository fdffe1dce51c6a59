"""Tool `ask_person`: a question to people, in a form; the step waits for their answer."""

from pydantic import Field, JsonValue

from vid_pipeline.asking import Ask, FormField
from vid_pipeline.ports import Reviews
from vid_pipeline.tools import Tool, ToolInput, ToolOutput


class Question(ToolInput):
    question: str = Field(min_length=3, max_length=300, description="What you need to know.")
    form: tuple[FormField, ...] = Field(
        min_length=1, max_length=10, description="What people fill in."
    )


class Answered(ToolOutput):
    values: dict[str, JsonValue] = Field(description="What was filled in, by the fields' names.")


def ask_person(ask: Question, *, reviews: Reviews) -> Answered:
    """Ask the people who make this video, and wait for their answer: only what nobody else knows.

    Raises:
        Waits: nobody has answered yet.
    """
    title = f"An agent asks: {ask.question}"
    decided = reviews.decided(Ask(kind="approval", title=title, form=ask.form), {})
    return Answered(values=dict(decided.answers))


ASK_PERSON = Tool.of(ask_person, most_calls=5)
