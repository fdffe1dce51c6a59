"""The extractive author's scripts read like scripts."""

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from assets import pace
from assets.author.keywords import keywords
from assets.author.names import full_names, introduced
from assets.author.polish import has_verb, parted, points_back, polished, split_long
from assets.author.sentences import sentences_of
from assets.author.write import write
from assets.sources.article import read
from assets.writing import WRITE_SCRIPT
from resources.embeddings import EmbeddingsResource
from vid_pipeline.artifacts import Article, Brief, Paragraph, Script
from vid_pipeline.errors import BadSource
from vid_pipeline.ports import Turn
from vid_pipeline.testing.embeddings import FakeEmbeddings

SOURCES = Path(__file__).parents[2] / "examples" / "sources"
NAMES = ("shipping-container.md", "ferry-news.txt", "shelfmark-readme.md", "sourdough-blog.html",
         "raindrop.pdf", "leuchtturm.md", "cacao.txt")  # fmt: skip
BANNED = re.compile(
    r"(?:However|Moreover|Furthermore|Also|But|And|Therefore|Thus|For example|In addition|"
    r"Speaking of|Sin embargo|Además|Por ejemplo|Pero|Allerdings|Jedoch|Außerdem|Zum Beispiel)\b"
)
CASES = [(name, seconds) for name in NAMES for seconds in (30, 60, 120)]


@cache
def article(name: str) -> Article:
    return read((SOURCES / name).read_bytes(), name)


class Remembering:
    """The real vectors of each list of texts, made once: an article's serve all its lengths."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return _vectors(tuple(texts))


@cache
def _vectors(texts: tuple[str, ...]) -> npt.NDArray[np.float32]:
    return EmbeddingsResource().encode(texts)


@cache
def script(name: str, seconds: int) -> Script:
    return write(Brief(name=name, seconds=seconds), article(name), Remembering())


@pytest.mark.parametrize(("name", "seconds"), CASES)
def test_a_script_is_as_long_as_wanted_or_says_why_not(name: str, seconds: int) -> None:
    found = script(name, seconds)
    estimate_s = pace.video_s(line.spoken for line in found.lines)
    assert estimate_s <= seconds * 1.1
    assert estimate_s >= seconds * 0.9 or found.notes


@pytest.mark.parametrize(("name", "seconds"), CASES)
def test_no_line_starts_with_a_dangling_opener(name: str, seconds: int) -> None:
    assert not [line.text for line in script(name, seconds).lines if BANNED.match(line.text)]


@pytest.mark.parametrize(("name", "seconds"), CASES)
def test_a_line_that_points_back_follows_the_sentence_it_points_to(name: str, seconds: int) -> None:
    sentences = sentences_of(article(name))
    known = {s.text: s for s in sentences}
    written = {s.written: s.index for s in sentences}
    lines = script(name, seconds).lines
    for before, line in pairwise(lines):
        if line.text in known and (needed := known[line.text].before) is not None:
            assert before.origin
            said = known[before.text].index if before.text in known else None
            assert needed in (said, written[before.origin.sentence]), line.text


@pytest.mark.parametrize(("name", "seconds"), CASES)
def test_lines_are_whole_clean_sentences(name: str, seconds: int) -> None:
    for line in script(name, seconds).lines:
        assert re.match(r"[“„«¿¡]?[A-ZÄÖÜÁÉÍÓÚÑ0-9$€£]", line.text), line.text
        assert re.search(r"[.!?…][”“»’]?$", line.text), line.text
        assert not re.search(r"[|*#`<>{}\[\]_=]|https?:|\(|cookie", line.text), line.text


@pytest.mark.parametrize(("name", "seconds"), CASES)
def test_after_the_hook_lines_keep_the_order_of_the_article(name: str, seconds: int) -> None:
    lines = script(name, seconds).lines
    places = [line.origin.paragraph for line in lines[1:] if line.origin]
    assert places == sorted(places)
    assert lines[0].role == "hook"
    assert lines[-1].role == "closing"


@pytest.mark.parametrize("name", NAMES)
def test_no_line_is_said_twice(name: str) -> None:
    texts = [line.text for line in script(name, 120).lines]
    assert len(texts) == len(set(texts))


def test_the_same_article_gives_the_same_script() -> None:
    again = write(
        Brief(name="x", seconds=60), article("shipping-container.md"), EmbeddingsResource()
    )
    assert again == script("shipping-container.md", 60)


def test_a_news_story_opens_with_its_lead() -> None:
    assert script("ferry-news.txt", 30).lines[0].text.startswith("The harbour city of Port Ellery")


def test_an_article_too_short_is_said_whole_with_a_note() -> None:
    found = script("cacao.txt", 600)
    assert len(found.lines) > 25
    assert "of the 600 s asked for" in found.notes[0]


HOOKS = (
    "A steel box changed what the world costs.",
    "Boxes? $3.5M of them came ashore, and for ten years almost nobody who lived by the docks "
    "had noticed what that would cost them.",
)


@pytest.mark.parametrize("seconds", [15, 60])
def test_an_opening_line_is_said_first_word_for_word_and_the_rest_is_the_same_for_any(
    seconds: int,
) -> None:
    name = "shipping-container.md"
    first, second = (
        write(Brief(name=name, seconds=seconds, hook=hook), article(name), Remembering())
        for hook in HOOKS
    )
    assert (first.lines[0].text, second.lines[0].text) == HOOKS
    assert first.lines[1:] == second.lines[1:]
    assert [line.role for line in first.lines].count("hook") == 1
    assert first.lines[0].origin is None
    assert "3.5 million dollars" in second.lines[0].spoken
    estimate_s = pace.video_s(line.spoken for line in first.lines)
    assert seconds * 0.85 <= estimate_s <= seconds * 1.1
    assert not first.notes


def test_an_opening_line_stays_when_a_reviewer_rejects_the_rest() -> None:
    name = "shipping-container.md"
    turn = Turn(gave=None, feedback="shorter", by="Ada")
    brief = Brief(name=name, hook=HOOKS[0])
    whole = write(brief, article(name), Remembering())
    shorter = write(brief, article(name), Remembering(), (turn,))
    assert shorter.lines[0] == whole.lines[0]
    assert len(shorter.lines) < len(whole.lines)


def test_a_list_of_words_is_refused() -> None:
    words = Article(
        title="Words",
        language="en",
        paragraphs=(Paragraph(text="red green blue " * 30),),
    )
    with pytest.raises(BadSource, match="whole sentences"):
        write(Brief(name="words.txt"), words, FakeEmbeddings())


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("However, the cost was low.", "The cost was low."),
        ("But in fact, the cost was low.", "The cost was low."),
        ("For example, ships got larger.", "Ships got larger."),
        ("Speaking of ships, ports grew too.", "Ports grew."),
        ("The cost, however, was low.", "The cost was low."),
        ("The box (made of steel) is cheap.", "The box is cheap."),
        ("LONDON (Reuters) – The bank cut rates.", "The bank cut rates."),
        ("He also sold cars.", "He sold cars."),
        ("So far, nobody knows.", "So far, nobody knows."),
    ],
)
def test_clutter_is_taken_out_of_a_sentence(written: str, said: str) -> None:
    assert polished(written, "en")[0] == said


@pytest.mark.parametrize(
    "text",
    [
        "They were sold in Rome.", "This changed everything.", "When it works, nobody notices.",
        "The novel was read by him.", "Six days later a ship came.", "Some of these are large.",
        "Loading them took six days.", "“It is late,” she said.",
    ],
)  # fmt: skip
def test_a_sentence_that_points_back_is_known(text: str) -> None:
    assert points_back(text, "en")


@pytest.mark.parametrize(
    "text",
    [
        "Coral reefs grow slowly because they need light.", "It is possible to build a ship.",
        "In 1956 a ship left Newark.", "Malcom McLean sold his trucks.", "This year prices fell.",
    ],
)  # fmt: skip
def test_a_sentence_that_stands_by_itself_is_known(text: str) -> None:
    assert not points_back(text, "en")


def test_a_long_sentence_is_cut_where_both_halves_stand() -> None:
    text = (
        "The old harbour was closed after the war because it was far too shallow for modern ships, "
        "and the new port grew on the empty land beyond the railway line."
    )
    assert split_long(text, "en") == [
        "The old harbour was closed after the war because it was far too shallow for modern ships.",
        "The new port grew on the empty land beyond the railway line.",
    ]


def test_a_person_is_named_in_full_the_first_time() -> None:
    texts = ["In 1934 Malcom McLean owned a truck.", "McLean’s idea was simple.", "McLean won."]
    names = full_names(texts, "en")
    assert introduced(texts[1:], names) == ["Malcom McLean’s idea was simple.", "McLean won."]


def test_the_first_word_of_a_sentence_is_no_first_name() -> None:
    texts = ["All Rich can do is print.", "Install HTTPX today.", "Rich prints.", "HTTPX reads."]
    assert introduced(texts[2:], full_names(texts, "en")) == texts[2:]


def test_keywords_do_not_repeat_each_other() -> None:
    found = keywords("Coral reefs grow. A coral reef is old. Reefs protect the coast. " * 4, "en")
    assert sum("reef" in word.casefold() for word in found) == 1


def test_a_script_is_a_deliverable_step() -> None:
    assert WRITE_SCRIPT.ports == {"llm", "embeddings", "conversation"}
    assert WRITE_SCRIPT.deliverable == "script"


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        (
            "The city will run ferries at night, after its council voted on Tuesday to pay.",
            ["The city will run ferries at night.", "Its council voted on Tuesday to pay."],
        ),
        (
            "Until now the last ferry has left at eleven, and nurses have had to take a bus.",
            ["Until now the last ferry has left at eleven.", "Nurses have had to take a bus."],
        ),
        ("Keep it warm in the oven overnight, and bake it straight from the fridge.", None),
        ("A crane is needed for every box, because no sailor could lift it by hand.", None),
    ],
)  # fmt: skip
def test_a_long_sentence_is_parted_where_both_halves_stand(
    said: str, parts: list[str] | None
) -> None:
    assert parted(said, "en") == (parts or [said])


@pytest.mark.parametrize(
    "text",
    [
        "A faster way to build and share data apps.",
        "A crash on Windows when a path contained spaces.",
    ],
)
def test_a_phrase_without_a_verb_of_its_own_is_no_sentence(text: str) -> None:
    assert not has_verb(text, "en")


def test_what_a_definite_noun_stands_for_is_said_before_it() -> None:
    text = "The council met. It bought four boats. The boats will connect the town and the quay."
    paragraphs = (Paragraph(text="The harbour is old."), Paragraph(text=text))
    found = sentences_of(Article(title="Harbour", language="en", paragraphs=paragraphs))
    last = found[-1]
    assert last.before == last.index - 1
