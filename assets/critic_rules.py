"""A script's faults that can be measured: lengths, the hook, repetition, words that hang."""

import re
from collections.abc import Iterator
from itertools import combinations, pairwise

from assets import pace
from assets.author.lexicon import lexicon, stems
from assets.author.polish import points_back
from vid_pipeline.artifacts import Brief, Line, Script
from vid_pipeline.research import Fault, Severity

MOST_WORDS, FAR_TOO_MANY = 24, 32
MOST_SECONDS = 9.0
OFF_LENGTH = 0.2
ALIKE, LEAST_WORDS = 0.7, 4
_LATIN_WORD = re.compile(r"\w+")
_GREETING = re.compile(
    r"^(?:hi|hello|hey|welcome|did you know|have you ever|in this video|hallo|willkommen|"
    r"wussten sie|wusstest du|in diesem video|hola|bienvenid\w+|sabías que|en este v[ií]deo)\b",
    re.IGNORECASE,
)


def measured(script: Script, brief: Brief | None) -> tuple[Fault, ...]:
    """The faults of the whole, then those of its lines in order."""
    found = [*_length(script, brief), *_hook(script.lines[0]), *_ending(script)]
    for line in script.lines:
        found += _too_long(line)
    found += [*_repeated(script), *_openings(script), *_hanging(script)]
    places = {line.id: place for place, line in enumerate(script.lines)}
    return tuple(sorted(found, key=lambda one: places.get(one.line_id or "", -1)))


def _length(script: Script, brief: Brief | None) -> Iterator[Fault]:
    if brief is None:
        return
    seconds = pace.video_s(line.spoken for line in script.lines)
    if abs(seconds - brief.seconds) > OFF_LENGTH * brief.seconds:
        wish = "Cut it" if seconds > brief.seconds else "Say more"
        what = f"It takes about {seconds:.0f} s, not the {brief.seconds} s asked for. {wish}."
        yield Fault(line_id=None, severity="high", what=what)


def _hook(line: Line) -> Iterator[Fault]:
    words = len(line.text.split())
    if _GREETING.match(line.text):
        yield _fault(line, "high", "It opens with a greeting or a stock phrase. Open with a fact.")
    elif line.text.rstrip().endswith("?"):
        yield _fault(line, "medium", "It opens with a question. Say the surprising thing itself.")
    if words > MOST_WORDS - 4:
        yield _fault(line, "medium", f"The hook has {words} words. Say it in 20 or fewer.")


def _ending(script: Script) -> Iterator[Fault]:
    last = script.lines[-1]
    if re.search(r"\b(?:subscribe|abonnier\w+|suscr[ií]b\w+)\b", last.text, re.IGNORECASE):
        yield _fault(last, "medium", "It ends by asking to subscribe. Leave a thought instead.")


def _too_long(line: Line) -> Iterator[Fault]:
    words, seconds = len(line.text.split()), pace.line_s(line.spoken)
    if words > MOST_WORDS or seconds > MOST_SECONDS:
        severity: Severity = "high" if words > FAR_TOO_MANY else "medium"
        what = f"It has {words} words and takes {seconds:.0f} s in one breath. Make two of it."
        yield _fault(line, severity, what)


def _repeated(script: Script) -> Iterator[Fault]:
    known = lexicon(script.language)
    for first, second in combinations(script.lines, 2):
        one, other = stems(first.text, known), stems(second.text, known)
        least = min(len(one), len(other))
        if least >= LEAST_WORDS and len(one & other) / least > ALIKE:
            what = f"It says much the same as {first.id}. Leave one of them out."
            yield _fault(second, "medium", what)


def _openings(script: Script) -> Iterator[Fault]:
    """The third line in a row that begins with the same word."""
    starts = [(_LATIN_WORD.findall(line.text.casefold()) or [""])[0] for line in script.lines]
    runs = 1
    for place, (before, now) in enumerate(pairwise(starts), start=1):
        runs = runs + 1 if before == now else 1
        if runs == 3:
            line = script.lines[place]
            yield _fault(line, "low", f"Three lines in a row begin with “{now}”. Vary them.")


def _hanging(script: Script) -> Iterator[Fault]:
    for line in script.lines[:1]:
        if points_back(line.text, script.language):
            yield _fault(line, "high", "It points back, but nothing was said before it. Name it.")


def _fault(line: Line, severity: Severity, what: str) -> Fault:
    return Fault(line_id=line.id, severity=severity, what=what)
