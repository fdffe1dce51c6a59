import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.captions import CaptionsParams, captions
from assets.voice import NarrateParams, narrate
from tests.storyboards import STORY, brief, storyboard
from vid_pipeline.artifacts import Aspect, Canvas, Captions, Cue, LineTiming, Narration, Word
from vid_pipeline.media import cues
from vid_pipeline.media.cues import Page
from vid_pipeline.media.subtitles import srt, vtt
from vid_pipeline.testing.speech import FakeSpeech
from vid_pipeline.testing.store import FakeStore

LONG = (
    "In the summer of 1969, two astronauts of NASA walked on the Moon, while a third stayed in "
    "orbit and watched the instruments of the command module."
)
WORDS = st.lists(
    st.sampled_from(["a", "the", "panel", "electricity.", "and", "2.2", "Moon,", "NASA", "hell—o"])
    | st.text("abcdefgh", min_size=1, max_size=30),
    min_size=1,
    max_size=40,
)
PAGES = st.builds(Page, row_width=st.sampled_from([12, 21, 36]))


def line(texts: list[str], *, word_s: float = 0.35) -> LineTiming:
    words = [Word(text=t, start_s=n * word_s, end_s=(n + 1) * word_s) for n, t in enumerate(texts)]
    return LineTiming(
        line_id="l0", scene_id="s0", start_s=0, end_s=len(texts) * word_s, words=tuple(words)
    )


def narrated(folder: Path, *scenes: tuple[str, ...]) -> Narration:
    board = storyboard(scenes)
    return narrate(NarrateParams(), brief(), board, speech=FakeSpeech(), store=FakeStore(folder))


def captioned(folder: Path, *scenes: tuple[str, ...]) -> Captions:
    return captions(CaptionsParams(), storyboard(scenes), narrated(folder, *scenes))


@given(texts=WORDS, page=PAGES)
def test_every_word_is_in_one_cue_and_each_cue_fits_its_rows(texts: list[str], page: Page) -> None:
    groups = cues.cut(line(texts), page)
    assert [word.text for group in groups for word in group] == texts
    for group in groups:
        split = cues.rows(group, page.row_width)
        assert len(split) <= 2
        assert all(len(row) == 1 or cues.width(row) <= page.row_width for row in split)


def test_cues_follow_each_other_inside_their_scenes(tmp_path: Path) -> None:
    narration = narrated(tmp_path, *STORY, (LONG,))
    made = captions(CaptionsParams(), storyboard((*STORY, (LONG,))), narration)
    for cue, following in pairwise(made.cues):
        assert cue.start_s < cue.end_s <= following.start_s
    scenes = {scene.scene_id: scene for scene in narration.scenes}
    for cue in made.cues:
        scene = scenes[cue.scene_id]
        assert scene.start_frame / 30 <= cue.start_s
        assert cue.end_s <= (scene.start_frame + scene.frames) / 30 + 1e-9
        assert cue.start_s <= cue.words[0].start_s
        assert cue.words[-1].end_s <= cue.end_s
    said = [word for spoken in narration.lines for word in spoken.words]
    assert [word for cue in made.cues for word in cue.words] == said


def test_a_long_sentence_breaks_at_its_phrases() -> None:
    groups = cues.cut(line(LONG.split()), Page.of(Canvas.of(Aspect.LANDSCAPE)))
    texts = [" ".join(word.text for word in group) for group in groups]
    assert texts == [
        "In the summer of 1969,",
        "two astronauts of NASA walked on the Moon, while a third stayed",
        "in orbit and watched the instruments of the command module.",
    ]


def test_no_cue_is_a_lone_short_word_when_its_line_has_more() -> None:
    groups = cues.cut(line(LONG.split()), Page.of(Canvas.of(Aspect.PORTRAIT)))
    assert min(len(group) for group in groups) > 1


def test_chinese_is_cut_by_its_width_and_joined_without_spaces(tmp_path: Path) -> None:
    made = captioned(tmp_path, ("你好世界今天天气很好我们去公园看看花草树木和小鸟们唱歌跳舞吧。",))
    assert len(made.cues) > 1
    assert "".join(cue.text for cue in made.cues) == (
        "你好世界今天天气很好我们去公园看看花草树木和小鸟们唱歌跳舞吧。"
    )


def test_emoji_do_not_reach_the_captions(tmp_path: Path) -> None:
    made = captioned(tmp_path, ("Solar 🌞 power fell 👇🏽 by half.",))
    assert " ".join(cue.text for cue in made.cues) == "Solar power fell by half."


def cue(start_s: float, end_s: float, *texts: str) -> Cue:
    words = tuple(Word(text=text, start_s=start_s, end_s=end_s) for text in texts)
    return Cue(scene_id="s0", start_s=start_s, end_s=end_s, words=words)


def test_a_subrip_file_reads_as_the_format_wants() -> None:
    made = Captions(language="en", cues=(cue(0.35, 1.75, "Solar", "power"), cue(61, 3725.5, "it")))
    assert srt(made) == (
        "1\n00:00:00,350 --> 00:00:01,750\nSolar power\n\n2\n00:01:01,000 --> 01:02:05,500\nit\n"
    )


def test_markup_in_a_caption_is_text_in_a_webvtt_file() -> None:
    made = Captions(language="en", cues=(cue(0, 1, "<b>", "R&D", "-->"),))
    assert "&lt;b&gt; R&amp;D --&gt;" in vtt(made)


@pytest.mark.parametrize("written", [srt, vtt])
def test_a_file_holds_no_empty_row_inside_a_cue(tmp_path: Path, written: object) -> None:
    assert callable(written)
    text = written(captioned(tmp_path, *STORY, (LONG,)))
    blocks = [block for block in text.strip().split("\n\n") if "-->" in block]
    assert all(len(re.findall(r"\n.+", block)) <= 3 for block in blocks)


def test_word_times_in_a_webvtt_cue_rise_and_lie_inside_it(tmp_path: Path) -> None:
    for block in vtt(captioned(tmp_path, *STORY)).split("\n\n")[1:]:
        times = re.findall(r"\d\d:\d\d:\d\d\.\d{3}", block)
        inner = [times[0], *times[2:], times[1]]
        assert inner == sorted(set(inner))
