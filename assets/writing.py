"""Step kind `write_script`: an article to what is said."""

from assets import llm_writer
from assets.author.write import write
from vid_pipeline.artifacts import Article, Brief, Script
from vid_pipeline.kinds import StepKind, StepParams
from vid_pipeline.ports import LLM, Conversation, Embeddings


class WriteScriptParams(StepParams):
    """Nothing to set: length and language come from the brief and the article."""


def write_script(
    params: WriteScriptParams,
    brief: Brief,
    article: Article,
    *,
    llm: LLM,
    embeddings: Embeddings,
    conversation: Conversation,
) -> Script:
    """Write the script: by a model when there is a key, else from the article's own sentences.

    Rejected, it is written again by what was said of it.

    Raises:
        BadSource: the article has too few whole sentences to say.
        LLMError: the model refused, failed, or gave no valid script.
    """
    del params
    if llm.available:
        return llm_writer.write(brief, article, llm, conversation.turns)
    return write(brief, article, embeddings, conversation.turns)


WRITE_SCRIPT = StepKind.of(write_script, deliverable="script", pool="llm")
