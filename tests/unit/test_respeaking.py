"""What the voice says after an edit."""

from pydantic import JsonValue

from vid_pipeline.acts.respeaking import followed


def line(text: str, spoken: str, name: str = "l1") -> JsonValue:
    return {"id": name, "text": text, "spoken": spoken}


def test_a_line_with_new_words_is_spoken_so() -> None:
    before: JsonValue = {
        "lines": [line("It cost $5.", "It cost five dollars."), line("Same", "Same", "l2")]
    }
    edit: JsonValue = {
        "lines": [line("It cost $6.", "It cost five dollars."), line("Same", "Same", "l2")]
    }
    assert followed(before, edit) == {
        "lines": [line("It cost $6.", "It cost $6."), line("Same", "Same", "l2")]
    }


def test_spoken_words_that_were_edited_are_kept() -> None:
    before: JsonValue = [line("NASA", "NASA")]
    edit: JsonValue = [line("The NASA", "the nah-sa")]
    assert followed(before, edit) == [line("The NASA", "the nah-sa")]
    assert followed(before, [line("NASA", "nah-sa")]) == [line("NASA", "nah-sa")]


def test_a_new_line_is_spoken_as_it_reads_unless_it_says_how() -> None:
    assert followed([], [line("New", "")]) == [line("New", "New")]
    assert followed([], [line("New", "Nyoo")]) == [line("New", "Nyoo")]


def test_what_is_no_line_is_left_alone() -> None:
    edit: JsonValue = {"card": {"text": "5"}, "items": [1, None, {"id": "x", "text": "y"}]}
    assert followed({"card": {"text": "4"}}, edit) == edit
