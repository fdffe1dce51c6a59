"""Step kind `check_facts`: which lines their sources bear out, and which not."""

from collections.abc import Iterator, Sequence

from assets.facts.compare import Passage, Verdict, compared
from assets.facts.judge import judged
from vid_pipeline.artifacts import Article, Line, Script
from vid_pipeline.kinds import StepKind, StepParams
from vid_pipeline.ports import LLM
from vid_pipeline.research import FactCheck, LineCheck, Research

_WORSE = {"supported": 0, "unsupported": 1, "contradicted": 2}
_SAID = {"unsupported": "No support", "contradicted": "Contradicted"}


class CheckFactsParams(StepParams):
    """Nothing to set: every line is checked."""


def check_facts(
    params: CheckFactsParams,
    script: Script,
    research: Research | None = None,
    article: Article | None = None,
    *,
    llm: LLM,
) -> FactCheck:
    """Mark each line as supported, unsupported or contradicted by what it cites, and say why.

    Figures, dates and names are compared exactly; with a key a model judges the rest, and can
    make a mark worse, never better than the comparison.

    Raises:
        LLMError: the model refused, failed, or gave no valid answer.
    """
    del params
    notes = _passages(research)
    cited = {line.id: _cited(line, notes, article) for line in script.lines}
    passages = [*notes, *(one for of in cited.values() for one in of if not one.note)]
    sense, model = judged(script.lines, cited, passages, llm) if llm.available else ({}, None)
    checks = tuple(
        _check(line, cited[line.id], notes, script.language, sense.get(line.id))
        for line in script.lines
    )
    return FactCheck(
        lines=checks, by="llm" if model else "rules", model=model, warnings=tuple(_warnings(checks))
    )


CHECK_FACTS = StepKind.of(check_facts, pool="llm")


def _passages(research: Research | None) -> list[Passage]:
    """The notes' quotes; the topic's names and the page's own are known with each."""
    if research is None:
        return []
    return [
        Passage(note.id, note.quote, f"{note.title}. {research.topic}") for note in research.notes
    ]


def _cited(line: Line, notes: Sequence[Passage], article: Article | None) -> list[Passage]:
    """What a line rests on, as far as it is there."""
    found = [one for one in notes if one.note in line.cites]
    if article is not None and line.origin is not None and _stands(line, article):
        found.append(Passage("", line.origin.sentence, article.title))
    return found


def _stands(line: Line, article: Article) -> bool:
    """Whether the sentence that a line names is in the article."""
    if line.origin is None or line.origin.paragraph >= len(article.paragraphs):
        return False
    paragraph = " ".join(article.paragraphs[line.origin.paragraph].text.split())
    return " ".join(line.origin.sentence.split()) in paragraph


def _check(
    line: Line,
    cited: Sequence[Passage],
    notes: Sequence[Passage],
    language: str,
    sense: Verdict | None,
) -> LineCheck:
    others = [one for one in notes if one not in cited]
    exact = compared(line.text, cited, others, language, **({"shared": 0.0} if sense else {}))
    verdict = max((exact, sense or exact), key=lambda one: _WORSE[one.support])
    return LineCheck(
        line_id=line.id,
        text=line.text,
        support=verdict.support,
        notes=verdict.notes,
        why=verdict.why,
    )


def _warnings(checks: Sequence[LineCheck]) -> Iterator[str]:
    for check in checks:
        if check.support != "supported":
            yield f"{_SAID[check.support]}: “{check.text}” {check.why}"
