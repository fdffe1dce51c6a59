"""Lines against their sources: figures, dates and names exactly, with a key the sense too."""

import pytest
from pydantic import JsonValue

from assets.checking_facts import CheckFactsParams, check_facts
from assets.facts.exact import facts
from tests.findings import line, research, script
from vid_pipeline.artifacts import Article, Line, Origin, Paragraph
from vid_pipeline.errors import LLMFailed
from vid_pipeline.research import FactCheck, LineCheck
from vid_pipeline.testing.llm import FakeLLM

FOUND = research(
    "The three boats carried 412,000 people across the harbour in 2025.",
    "An electric ferry passes the pier at 54 decibels on 2 March.",
    "Captain Mira Okafor has steered the night route for nineteen years.",
)


def checked(*lines: Line, llm: FakeLLM | None = None, article: Article | None = None) -> FactCheck:
    params = CheckFactsParams()
    return check_facts(params, script(*lines), FOUND, article, llm=llm or FakeLLM())


def mark(text: str, *cites: str) -> LineCheck:
    return checked(line(1, text, *cites)).lines[0]


@pytest.mark.parametrize(
    ("text", "cites", "support", "why"),
    [
        ("In 2025 the boats carried 412,000 people.", ["n1"], "supported", "412,000"),
        ("Three boats crossed the harbour in 2025.", ["n1"], "supported", "n1"),
        ("In 2025 the boats carried 214,000 people.", ["n1"], "contradicted", "“412,000 people”"),
        ("The three boats carried people in 2024.", ["n1"], "contradicted", "“2025”"),
        ("The four boats carried people across.", ["n1"], "contradicted", "“three”"),
        ("An electric ferry passes at 45 decibels.", ["n2"], "contradicted", "“54”"),
        ("An electric ferry passes the pier on 3 March.", ["n2"], "contradicted", "“2 March”"),
        ("Boats carried 412,000 people across.", ["n2"], "unsupported", "note n1 has it"),
        ("Captain Ines Varga has steered the night route.", ["n3"], "unsupported", "Ines Varga"),
        ("Captain Mira Okafor steered the night route.", ["n3"], "supported", "Mira Okafor"),
        ("In Port Ellery three boats crossed in 2025.", ["n1"], "supported", "Port Ellery"),
        ("The council likes cheap bread and good coffee.", ["n1"], "unsupported", "few words"),
        ("The boats carried 412,000 people.", [], "unsupported", "note n1 may be one"),
        ("A town can sleep.", [], "unsupported", "rests on no source"),
    ],
)
def test_a_line_is_marked_by_what_it_cites(
    text: str, cites: list[str], support: str, why: str
) -> None:
    found = mark(text, *cites)
    assert (found.support, why in found.why) == (support, True), found.why


@pytest.mark.parametrize(
    ("text", "language", "values"),
    [
        ("It cost $3.5M on 26 April 1956.", "en", {"3500000", "apr-26", "1956"}),
        ("Sie trug am 3. März 1.500 Tonnen.", "de", {"mär-3", "1500"}),
        ("Cuesta 2,5 euros y dura siete horas.", "es", {"2.5", "7"}),
        ("A range of 5 to 7 km.", "en", {"5", "7"}),
    ],
)
def test_what_is_exact_is_found_in_every_language(
    text: str, language: str, values: set[str]
) -> None:
    assert {f.value for f in facts(text, language) if f.kind != "name"} == values


def test_warnings_list_what_people_should_look_at() -> None:
    found = checked(line(1, "Boats carried 412,000 people.", "n1"), line(2, "A town can sleep."))
    assert found.by == "rules"
    assert len(found.warnings) == 1
    assert "A town can sleep." in found.warnings[0]


def test_a_sentence_of_the_article_supports_its_line_only_if_it_stands_there() -> None:
    article = Article(
        title="Boats", language="en", paragraphs=(Paragraph(text="Boats weigh 9 t."),)
    )
    origin = Origin(paragraph=0, sentence="Boats weigh 9 t.")
    invented = Origin(paragraph=0, sentence="Boats weigh 8 t.")
    lines = (
        line(1, "The boats weigh 9 t.", origin=origin),
        line(2, "The boats weigh 8 t.", origin=invented),
    )
    assert [one.support for one in checked(*lines, article=article).lines] == [
        "supported",
        "unsupported",
    ]


def judged(*supports: str) -> dict[str, JsonValue]:
    lines: list[JsonValue] = [
        {"line": f"l{number}", "support": support, "passages": ["n1"], "why": "The model says so."}
        for number, support in enumerate(supports, start=1)
    ]
    return {"lines": lines}


def test_a_model_can_make_a_mark_worse_and_never_better() -> None:
    good, wrong = "Boats carried 412,000 people.", "Boats carried 214,000 people in 2025."
    lines = (line(1, good, "n1"), line(2, wrong, "n1"))
    llm = FakeLLM(judged("unsupported", "supported"))
    found = checked(*lines, llm=llm)
    assert [one.support for one in found.lines] == ["unsupported", "contradicted"]
    assert found.lines[0].why == "The model says so."
    assert (found.by, found.model) == ("llm", "fake/model")


def test_a_model_must_judge_every_line_once() -> None:
    lines = (line(1, "Boats carried 412,000 people.", "n1"), line(2, "A town can sleep."))
    once = judged("supported")
    assert checked(*lines, llm=FakeLLM(once, judged("supported", "unsupported"))).model
    with pytest.raises(LLMFailed):
        checked(*lines, llm=FakeLLM(once, once, once))
