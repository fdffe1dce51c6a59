"""Step kind `write_script`: an article to what is said."""

from assets.author.write import write
from vid_pipeline.artifacts import Article, Brief, Script
from vid_pipeline.kinds import StepKind, StepParams
from vid_pipeline.ports import LLM, Embeddings


class WriteScriptParams(StepParams):
    """Nothing to set: length and language come from the brief and the article."""


def write_script(
    params: WriteScriptParams, brief: Brief, article: Article, *, llm: LLM, embeddings: Embeddings
) -> Script:
    """Write the script: in the article's own sentences, as an extractive draft.

    Raises:
        BadSource: the article has too few whole sentences to say.
    """
    del params, llm
    return write(brief, article, embeddings)


WRITE_SCRIPT = StepKind.of(write_script, deliverable="script")
