"""When something is said: words on a card, found among the words as they are spoken."""

from collections.abc import Sequence

from vid_pipeline.artifacts import LineTiming


def moment_s(said: str, lines: Sequence[LineTiming]) -> float | None:
    """When the first of these words is spoken, if all of them are, one after the other."""
    wanted = [bare for word in said.split() if (bare := _bare(word))]
    spoken = [
        (bare, word.start_s) for line in lines for word in line.words if (bare := _bare(word.text))
    ]
    for place in range(len(spoken) - len(wanted) + 1) if wanted else ():
        if [bare for bare, _ in spoken[place : place + len(wanted)]] == wanted:
            return spoken[place][1]
    return None


def _bare(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum() or letter in "%$€£")
