"""Step kind `write_script`: an article, or research, to what is said."""

from assets import llm_writer
from assets.author.noted import article_of, cited
from assets.author.write import write
from vid_pipeline.artifacts import Article, Brief, Script
from vid_pipeline.errors import BadRequest
from vid_pipeline.kinds import StepKind, StepParams
from vid_pipeline.memories import Memories
from vid_pipeline.ports import LLM, Conversation, Embeddings
from vid_pipeline.research import Research


class WriteScriptParams(StepParams):
    """Nothing to set: length and language come from the brief and the material."""


def write_script(
    params: WriteScriptParams,
    brief: Brief,
    article: Article | None = None,
    research: Research | None = None,
    memories: Memories | None = None,
    *,
    llm: LLM,
    embeddings: Embeddings,
    conversation: Conversation,
) -> Script:
    """Write the script: by a model when there is a key, else in the sources' own sentences.

    It rests on an article, on research, or on both; lines cite the notes that they rest on.
    Rejected, it is written again by what was said of it. A model is told what the channel
    remembers; the sources' own sentences stay as they are. An opening line that the brief gives
    is its first, word for word.

    Raises:
        BadRequest: neither an article nor research is joined to it.
        BadSource: there are too few whole sentences to say.
        LLMError: the model refused, failed, or gave no valid script.
    """
    del params
    turns = conversation.turns
    if llm.available:
        known = memories.items if memories else ()
        remembered = [f"({one.kind}) {one.text}" for one in known]
        return llm_writer.write(
            brief, article, llm, turns, research=research, remembered=remembered
        )
    if research is not None:
        script = write(brief, article_of(article, research), embeddings, turns)
        script = script.model_copy(update={"title": brief.title or script.title})
        return cited(script, article, research)
    if article is None:
        raise BadRequest("Script", brief.name, "Join an article, or research, or both to it.")
    return write(brief, article, embeddings, turns)


WRITE_SCRIPT = StepKind.of(
    write_script, deliverable="script", pool="llm", ignores={"brief": ("aspect", "voice")}
)
