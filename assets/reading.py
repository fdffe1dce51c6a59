"""Step kind `read_source`: a file, page or text reduced to its prose."""

from assets.sources.article import read
from vid_pipeline.artifacts import Article, Brief
from vid_pipeline.errors import BadSource
from vid_pipeline.kinds import Retry, StepKind, StepParams
from vid_pipeline.ports import Store, Web


class ReadSourceParams(StepParams):
    """Nothing to set: the brief says what to read."""


def read_source(params: ReadSourceParams, brief: Brief, *, store: Store, web: Web) -> Article:
    """Read Markdown, text, HTML, PDF or a URL, and keep only what somebody wrote in it.

    Raises:
        BadSource: nothing there that a video can be made of; the message says why.
    """
    del params
    if brief.url is not None:
        page = web.fetch(brief.url)
        data, mime, url = page.body, page.mime, page.url
    elif brief.document is not None:
        data, mime, url = store.path(brief.document).read_bytes(), brief.document.mime, None
    else:
        raise BadSource(brief.name, "the brief holds neither a document nor a URL", "Give one.")
    return read(
        data,
        brief.name,
        mime=mime,
        url=url,
        title=brief.title,
        wanted_language=brief.language,
    )


READ_SOURCE = StepKind.of(
    read_source,
    retry=Retry(times=1, delay_s=2.0),
    ignores={"brief": ("aspect", "seconds", "voice", "hook")},
)
