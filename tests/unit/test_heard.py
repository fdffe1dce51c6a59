"""What reviewers said is heard in three languages: out, more of it, shorter, longer."""

import pytest

from assets.author.heard import Heard, heard
from assets.author.sentences import Sentence, sentences_of
from vid_pipeline.artifacts import Article, Paragraph
from vid_pipeline.ports import Turn

TEXTS = {
    "en": "Sailors feared the harbour strike of 1971. Containers changed every port in the world. "
    "Cranes lift forty boxes an hour. Insurance became cheap within ten years.",
    "de": "Die Matrosen fürchteten den Streik von 1971. Behälter veränderten jeden Hafen der Welt. "
    "Kräne heben vierzig Kisten in der Stunde. Die Versicherung wurde in zehn Jahren billig.",
    "es": "Los marineros temían la huelga de 1971. Los contenedores cambiaron cada puerto. "
    "Las grúas levantan cuarenta cajas por hora. El seguro se hizo barato en diez años.",
}


def sentences(language: str) -> tuple[Sentence, ...]:
    paragraphs = (Paragraph(text=TEXTS[language]),)
    article = Article(title="Boxes", language=language, paragraphs=paragraphs)
    return tuple(sentences_of(article))


def hear(language: str, *said: str) -> Heard:
    turns = [Turn(gave=None, feedback=one, by="R") for one in said]
    return heard(turns, sentences(language), language)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Leave out the cranes"),
        ("en", "without cranes please"),
        ("de", "Bitte ohne Kräne"),
        ("de", "Streich die Kräne"),
        ("es", "sin grúas"),
        ("es", "Quita las grúas"),
    ],
)
def test_what_is_not_wanted_is_left_out(language: str, said: str) -> None:
    assert hear(language, said) == Heard(out=frozenset({2}))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "say something of the insurance"),
        ("de", "Mehr über die Versicherung"),
        ("es", "habla del seguro"),
    ],
)
def test_what_is_asked_for_is_wanted(language: str, said: str) -> None:
    assert hear(language, said) == Heard(wanted=frozenset({3}))


@pytest.mark.parametrize(
    ("language", "said", "length"),
    [
        ("en", "shorter", 0.75),
        ("en", "It is too short.", 1.25),
        ("de", "Zu lang!", 0.75),
        ("de", "länger", 1.25),
        ("es", "más corto", 0.75),
        ("es", "demasiado corto", 1.25),
    ],
)
def test_a_wish_for_another_length_is_heard(language: str, said: str, length: float) -> None:
    assert hear(language, said) == Heard(length=length)


def test_clauses_are_heard_one_by_one() -> None:
    found = hear("en", "Leave out the cranes, but say more of the insurance.")
    assert found == Heard(out=frozenset({2}), wanted=frozenset({3}))


def test_words_in_quotation_marks_name_a_passage() -> None:
    assert hear("en", "Cut “every port in the world”.").out == {1}
    assert hear("en", "I like “every port in the world”.").wanted == {1}


def test_all_rounds_are_taken_together_and_what_is_out_stays_out() -> None:
    found = hear("en", "shorter, without cranes", "shorter; more cranes")
    assert (found.out, found.wanted) == (frozenset({2}), frozenset[int]())
    assert found.length == pytest.approx(0.5625)


def test_what_cannot_be_applied_is_known_to_be_nothing() -> None:
    assert hear("en", "more zest").nothing
    assert hear("en").nothing
