"""What reviewers see of a script: its sources, its marks, its faults."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.findings import line, research, script
from ui.cli import citing as told
from vid_pipeline.acts.citing import Citing, citing
from vid_pipeline.research import Critique, FactCheck, Fault, LineCheck

FOUND = research("Boats <b>cross</b> [here](http://evil.example) at night.", remarks=("Not read.",))
SCRIPT = script(line(1, "Boats cross at night.", "n1", "n9"), line(2, "A town sleeps."))
FACTS = FactCheck(
    lines=(
        LineCheck(line_id="l1", text="Boats cross at night.", support="supported", why="As in n1."),
        LineCheck(line_id="l2", text="It said this.", support="contradicted", why="No."),
    ),
    by="rules",
)
FAULTS = Critique(
    faults=(
        Fault(line_id=None, severity="high", what="It is too short."),
        Fault(line_id="l2", severity="low", what="It is flat."),
    ),
    by="rules",
)


def seen(*, facts: FactCheck = FACTS) -> Citing:
    beside = {"research": FOUND, "facts": facts, "critique": FAULTS}
    body = {name: one.model_dump(mode="json") for name, one in beside.items()}
    found = citing(SCRIPT.model_dump(mode="json"), body)
    assert found is not None
    return found


def test_a_line_has_its_notes_its_mark_and_its_faults() -> None:
    first, second = seen().lines
    assert [(one.note, one.url, one.read_on) for one in first.citations] == [
        ("n1", "https://ferries.example/report", "2026-03-02")
    ]
    assert (first.support, first.why) == ("supported", "As in n1.")
    assert [one.what for one in second.remarks] == ["It is flat."]
    assert [one.what for one in seen().remarks] == ["It is too short."]
    assert seen().told == ("Not read.",)


def test_a_mark_is_for_the_words_that_were_checked() -> None:
    assert seen().lines[1].support is None
    assert seen().doubtful == 0


def test_with_nothing_beside_it_a_script_is_shown_as_ever() -> None:
    assert citing(SCRIPT.model_dump(mode="json"), {}) is None
    assert citing({"title": "No script"}, {"research": None}) is None
    assert citing(SCRIPT.model_dump(mode="json"), {"facts": {"of": "older shape"}}) is not None


def test_the_terminal_shows_quotes_addresses_and_marks(capsys: pytest.CaptureFixture[str]) -> None:
    doubt = FACTS.lines[0].model_copy(update={"support": "unsupported", "why": "No note."})
    found = seen(facts=FactCheck(lines=(doubt,), by="rules"))
    told.tell(found.lines[0])
    told.tell_whole(found)
    shown = capsys.readouterr().out
    for words in ("NO SUPPORT", "No note.", "[n1]", "https://ferries.example/report", "2026-03-02"):
        assert words in shown
    assert "It is too short." in shown


def _page() -> None:
    from tests.unit.test_citing import SCRIPT, seen  # noqa: PLC0415  (Streamlit runs its text)
    from ui.showing import script  # noqa: PLC0415
    from vid_pipeline.research import FactCheck, LineCheck  # noqa: PLC0415

    text = SCRIPT.lines[1].text
    check = LineCheck(line_id="l2", text=text, support="contradicted", why="It says [so](x).")
    script.cited(seen(facts=FactCheck(lines=(check,), by="rules")))


def test_the_page_shows_them_and_no_text_of_strangers_is_markup() -> None:
    page = AppTest.from_function(_page, default_timeout=30).run()
    assert not page.exception
    assert page.warning[0].value == "By the sources, 1 line is contradicted."
    shown = "\n".join(one.value for one in page.markdown)
    assert "Contradicted" in shown
    assert r"\[here\]" in shown
    assert r"\<b\>" in shown
    assert "](https://ferries.example/report)" in shown
