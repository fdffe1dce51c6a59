"""A script that a model writes from an article, from research, or from both."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from assets.author.spoken import spoken
from assets.script_forms import CitingLine, CitingScript, citing_form, form
from assets.script_prompt import SYSTEM, material, prompt, revision
from vid_pipeline.artifacts import Article, Brief, Line, Origin, Paragraph, Script
from vid_pipeline.errors import BadRequest
from vid_pipeline.ports import LLM, Turn
from vid_pipeline.research import Research

_WORDS_A_MINUTE = 165
_MOST_CHARACTERS = 24_000


def write(
    brief: Brief,
    article: Article | None,
    llm: LLM,
    turns: tuple[Turn, ...] = (),
    *,
    research: Research | None = None,
    remembered: Sequence[str] = (),
) -> Script:
    """A script of the brief's length, written from what there is, each line with its source.

    `turns` are earlier scripts and what reviewers said of them; `remembered` is what the channel
    knows of itself: its style, what it must not claim. An opening line that the brief gives is the
    first one, word for word.

    Raises:
        BadRequest: there is neither an article nor research.
        LLMError: the model refused, failed, or kept missing the length or the form.
    """
    if article is None and research is None:
        raise BadRequest("Script", brief.name, "Join an article, or research, or both to it.")
    paragraphs = article.paragraphs if article else ()
    kept, cut = _within_budget(paragraphs)
    notes = research.notes if research else ()
    language = brief.language or (article or research).language  # type: ignore[union-attr]
    wanted = words_wanted(brief.seconds)
    shown = material(brief, article, kept, research)
    asked = prompt(brief, wanted, language, shown, remembered) + revision(turns)
    fits = citing_form(wanted, len(kept), notes) if research else form(wanted, len(kept))
    answer = llm.ask(asked, fits, system=SYSTEM)
    written = CitingScript.model_validate(_citing(answer.value.model_dump()))
    lines = [_line(n, one, kept, language) for n, one in enumerate(written.lines, start=1)]
    if brief.hook:
        lines[0] = _given(lines[0], brief.hook, language)
    return Script(
        title=brief.title or written.title,
        language=language,
        lines=tuple(lines),
        author="llm",
        model=answer.model,
        source=_credit(brief, article, research),
        notes=_notes(cut, len(paragraphs)),
    )


def words_wanted(seconds: int) -> int:
    """Words that fill so many seconds at the nominal rate."""
    return round(seconds * _WORDS_A_MINUTE / 60)


def _within_budget(paragraphs: tuple[Paragraph, ...]) -> tuple[tuple[Paragraph, ...], bool]:
    """The first paragraphs that fit the budget, at least one (shortened if it must be)."""
    total, kept = 0, list[Paragraph]()
    for paragraph in paragraphs:
        total += len(paragraph.text)
        if total > _MOST_CHARACTERS:
            break
        kept.append(paragraph)
    if not kept and paragraphs:
        first = paragraphs[0]
        kept = [first.model_copy(update={"text": first.text[:_MOST_CHARACTERS]})]
    return tuple(kept), len(kept) < len(paragraphs) or total > _MOST_CHARACTERS


def _notes(cut: bool, paragraphs: int) -> tuple[str, ...]:
    if not cut:
        return ()
    return (
        f"The article is long: the model read its first part only, of {paragraphs} paragraphs.",
    )


def _citing(script: dict[str, Any]) -> dict[str, Any]:
    """An answer of either form as one with citations."""
    return script | {"lines": [{"notes": []} | line for line in script["lines"]]}


def _line(number: int, one: CitingLine, paragraphs: tuple[Paragraph, ...], language: str) -> Line:
    text = " ".join(one.text.split())
    origin, topic = None, None
    if one.paragraph is not None:
        paragraph = paragraphs[one.paragraph - 1]
        topic = paragraph.heading
        origin = Origin(paragraph=one.paragraph - 1, sentence=_nearest(text, paragraph.text))
    return Line(
        id=f"l{number}",
        text=text,
        spoken=spoken(text, language),
        role=one.role,
        topic=topic,
        origin=origin,
        cites=tuple(dict.fromkeys(one.notes)),
    )


def _given(line: Line, hook: str, language: str) -> Line:
    """The brief's own opening in place of a line, with its notes if the model has repeated it."""
    same = _content(line.text) == _content(hook)
    told = {"text": hook, "spoken": spoken(hook, language), "topic": None, "origin": None}
    return line.model_copy(update=told | {"cites": line.cites if same else ()})


def _credit(brief: Brief, article: Article | None, research: Research | None) -> str:
    """The credit line: the article's site or author, or the sites that were read."""
    if article is not None:
        return article.site or article.byline or brief.name
    hosts = [urlsplit(one.url).hostname or one.url for one in research.sources] if research else []
    return ", ".join(dict.fromkeys(host.removeprefix("www.") for host in hosts)) or brief.name


def _nearest(text: str, paragraph: str) -> str:
    """The paragraph's sentence that shares most words with a line."""
    sentences = re.split(r"(?<=[.!?])\s+(?=[\"“„«¿¡(]?[A-ZÄÖÜÁÉÍÓÚ0-9])", paragraph.strip())
    said = _content(text)
    return max(sentences, key=lambda one: len(said & _content(one)) / (len(_content(one)) + 4))


def _content(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 3 or word.isdigit()}
