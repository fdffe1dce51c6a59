"""Scenes change as a reviewer says, by rule or by a model, and are put together again."""

import pytest

from assets.scenes import AssembleParams, ReviseSceneParams, assemble_scenes, revise_scene
from tests.storyboards import storyboard
from vid_pipeline.artifacts import Listed, Scene, StatementCard
from vid_pipeline.errors import LLMFailed
from vid_pipeline.media.cards.palettes import PALETTES
from vid_pipeline.testing.conversation import FakeConversation
from vid_pipeline.testing.llm import FakeLLM

SCENE = storyboard().scenes[1]
PARAMS = ReviseSceneParams()


def revised(*said: str, scene: Scene = SCENE, llm: FakeLLM | None = None) -> Scene:
    return revise_scene(PARAMS, scene, llm=llm or FakeLLM(), conversation=FakeConversation(*said))


def words(scene: Scene) -> str:
    assert isinstance(scene.card, StatementCard)
    return scene.card.text


def test_a_scene_that_nobody_rejected_is_as_it_came() -> None:
    assert revised() == SCENE


@pytest.mark.parametrize(
    ("said", "text"),
    [
        pytest.param("Say “Cheaper every year” instead.", "Cheaper every year", id="main text"),
        pytest.param('Bitte "Jedes Jahr billiger"', "Jedes Jahr billiger", id="German"),
        pytest.param("Pon «Cada vez más barato»", "Cada vez más barato", id="Spanish"),
        pytest.param('"panel" → "cell"', "A cell cost $3.5M a megawatt in 2008.", id="arrow"),
        pytest.param('replace "2008" by "2010"', "A panel cost $3.5M a megawatt in 2010.", id="by"),
        pytest.param('"2008" durch "2010"', "A panel cost $3.5M a megawatt in 2010.", id="durch"),
        pytest.param('"2008" por "2010"', "A panel cost $3.5M a megawatt in 2010.", id="por"),
    ],
)
def test_words_in_quotation_marks_change_the_card(said: str, text: str) -> None:
    assert words(revised(said)) == text
    assert revised(said).lines == SCENE.lines


def test_quotation_marks_and_backslashes_in_new_words_stay_words() -> None:
    scene = SCENE.model_copy(update={"card": StatementCard(text='the "old" one')})
    assert words(revised("“one” → “C:\\new”", scene=scene)) == 'the "old" C:\\new'


def test_a_palettes_name_changes_the_look() -> None:
    assert {name: revised(f"{name}, please").look.palette for name in PALETTES} == {
        name: name for name in PALETTES
    }


def test_everything_that_was_said_so_far_counts() -> None:
    assert words(revised('"panel" → "cell"', '"2008" → "2010"')) == (
        "A cell cost $3.5M a megawatt in 2010."
    )


def test_what_no_rule_understands_changes_nothing() -> None:
    assert revised("make it pop") == SCENE


def test_a_model_is_shown_the_scene_and_all_that_was_said() -> None:
    llm = FakeLLM({"card": {"layout": "number", "value": "90%", "label": "cheaper"}})
    scene = revised("a number", "no, larger", llm=llm)
    assert scene.card.layout == "number"
    assert (scene.lines, scene.canvas) == (SCENE.lines, SCENE.canvas)
    (prompt,) = llm.prompts
    assert "Reviewer, round 1: a number" in prompt
    assert "Reviewer, round 2: no, larger" in prompt


def test_a_model_that_gives_no_card_is_an_error() -> None:
    with pytest.raises(LLMFailed):
        revised("a number", llm=FakeLLM({"card": {"layout": "film"}}))


def test_scenes_come_back_into_their_storyboard() -> None:
    board = storyboard()
    scenes = (revised("“New”", scene=board.scenes[0]), *board.scenes[1:])
    put = assemble_scenes(AssembleParams(), board, Listed(items=scenes))
    assert put == board.model_copy(update={"scenes": scenes})
