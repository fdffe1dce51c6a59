"""Where spoken lines are cut into captions: at phrases, two short rows, readable in time."""

import string
from collections.abc import Sequence
from dataclasses import dataclass

from vid_pipeline.artifacts import Canvas, Cue, LineTiming, Word
from vid_pipeline.media import characters

_WIDE_CHARACTER = 1.75
_CLAUSE_ENDS = ".!?;:,。！？；：，、…—–)»”؟،؛।"
_SENTENCE_ENDS = ".!?。！？…؟।"
_QUOTES = "\"'”’»)]"

# What belongs to the words after it: a caption may start with it and should not end with it.
_BINDS = frozenset(
    " ".join((
        "a an the and or but nor so that which who whose because if when while as than of in on",
        "at to for from with by into about over under between after before without through its",
        "their our your my his her this these those is are was were not no every each more very",
        "der die das den dem des ein eine einen einem einer eines und oder aber denn weil dass",
        "wenn als ob von vom zu zum zur mit bei für auf aus nach über unter durch gegen ohne sein",
        "el la los las un una unos unas y e o u pero que porque si cuando como de del al en con",
        "por para sin sobre entre desde hasta su sus se lo le les no muy más es",
        "le les une des et ou mais donc car qui dont où quand du au aux avec pour dans sur sous",
        "par sans chez ce cette ces son sa ses leur leurs plus est ne pas",
        "il gli i lo uno ed ma perché che quando di da nel nella con per tra fra",
        "um uma os as ou mas porque quando do da dos das no na nos nas em com",
    )).split()
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """How much a caption may hold, and how long it stays."""

    row_width: float
    most_rows: int = 2
    least_s: float = 0.9
    linger_s: float = 0.35
    most_a_second: float = 21.0
    """Source: BBC and Netflix guides allow 17 to 20 characters a second for adults."""

    @classmethod
    def of(cls, canvas: Canvas) -> "Page":
        """Rows of 21 characters on a portrait or square frame, of 36 on a landscape one."""
        return cls(row_width=36 if canvas.width_px > canvas.height_px else 21)


def width(words: Sequence[Word]) -> float:
    """Room that words take in one row, in characters of a Latin text."""
    spaces = sum(word.spaced for word in words[:-1])
    return spaces + sum(
        _WIDE_CHARACTER if characters.is_wide(character) else 1
        for word in words
        for character in word.text
    )


def rows(words: Sequence[Word], row_width: float) -> list[Sequence[Word]]:
    """One row where it fits, else the two rows that read best; a break at a phrase wins."""
    if width(words) <= row_width or len(words) == 1:
        return [words]
    cut = min(range(1, len(words)), key=lambda at: _row_cost(words, at, row_width))
    return [words[:cut], words[cut:]]


def cut(line: LineTiming, page: Page) -> list[Sequence[Word]]:
    """A spoken line's words in groups, each of which fits a caption: the cheapest way to cut it."""
    words = line.words
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(words) + 1):
        starts = [at for at in range(end) if at == end - 1 or _fits(words[at:end], page)]
        costs = [(best[at][0] + _cost(words, at, end, page), at) for at in starts]
        best.append(min(costs))
    groups: list[Sequence[Word]] = []
    end = len(words)
    while end:
        start = best[end][1]
        groups.insert(0, words[start:end])
        end = start
    return groups


def timed(
    groups: Sequence[tuple[str, Sequence[Word]]], ends_s: dict[str, float], page: Page
) -> tuple[Cue, ...]:
    """Cues of groups of (scene, words), given when each scene ends.

    A cue starts with its first word and stays a little after its last, but never into the next
    cue and never past its scene; a gap too short to notice is closed.
    """
    cues: list[Cue] = []
    for index, (scene_id, words) in enumerate(groups):
        limit_s = ends_s[scene_id]
        if index + 1 < len(groups) and groups[index + 1][0] == scene_id:
            limit_s = min(limit_s, groups[index + 1][1][0].start_s)
        start_s, end_s = words[0].start_s, words[-1].end_s
        wanted_s = max(end_s + page.linger_s, start_s + width(words) / page.most_a_second)
        end_s = limit_s if limit_s - wanted_s < page.linger_s else wanted_s
        if end_s > start_s:
            cues.append(Cue(scene_id=scene_id, start_s=start_s, end_s=end_s, words=tuple(words)))
    return tuple(cues)


def _fits(words: Sequence[Word], page: Page) -> bool:
    if width(words) > page.most_rows * page.row_width:
        return False
    return all(len(row) == 1 or width(row) <= page.row_width for row in rows(words, page.row_width))


def _cost(words: Sequence[Word], start: int, end: int, page: Page) -> float:
    group = words[start:end]
    room = page.most_rows * page.row_width
    empty = 1 - min(width(group) / room, 1)
    cost = 1.0 + empty**2 + _break_cost(words, end)
    if len(group) == 1 and len(words) > 1 and width(group) < page.row_width / 2:
        cost += 2.5
    if group[-1].end_s - group[0].start_s < page.least_s:
        cost += 0.8
    return cost


def _row_cost(words: Sequence[Word], at: int, row_width: float) -> float:
    longer, shorter = sorted((width(words[:at]), width(words[at:])), reverse=True)
    over = max(longer - row_width, 0)
    return 10 * over + (longer - shorter) / row_width + 0.35 * _break_cost(words, at)


def _break_cost(words: Sequence[Word], at: int) -> float:
    """What it costs to break before word `at`; nothing at a line's or a sentence's end."""
    if at == len(words):
        return 0.0
    before, after = words[at - 1], words[at]
    last = before.text.rstrip(_QUOTES)[-1:]
    if last in _SENTENCE_ENDS:
        return 0.0
    if last in _CLAUSE_ENDS:
        return 0.2
    if not before.spaced:
        return 1.2
    if _bare(before.text) in _BINDS or before.text[-1:].isdigit():
        return 2.2
    if before.text[:1].isupper() and after.text[:1].isupper():  # within a name
        return 2.0
    return 0.8 if _bare(after.text) in _BINDS else 1.3


def _bare(word: str) -> str:
    return word.casefold().strip(string.punctuation + "“”‘’«»")
