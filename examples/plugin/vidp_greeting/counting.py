"""Tool `count_words`: how long a text is."""

from pydantic import Field

from vid_pipeline.tools import Tool, ToolInput, ToolOutput


class Text(ToolInput):
    text: str = Field(max_length=20_000)


class Words(ToolOutput):
    words: int = Field(ge=0)


def count_words(ask: Text) -> Words:
    """Count the words of a text."""
    return Words(words=len(ask.text.split()))


COUNT_WORDS = Tool.of(count_words)
