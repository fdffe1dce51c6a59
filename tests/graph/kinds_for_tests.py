"""Small kinds that make every shape of graph."""

import subprocess
import threading
import time
from dataclasses import dataclass, field

from vid_pipeline import pauses, programs_at_work
from vid_pipeline.artifacts import Artifact
from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import ToolFailed
from vid_pipeline.kinds import Branch, Catalog, Retry, StepKind, StepParams


class Text(Artifact):
    text: str


class Part(Artifact):
    id: str
    text: str


class Parts(Artifact):
    parts: tuple[Part, ...]
    title: Text = Text(text="title")


class Length(Branch):
    short: Text | None = None
    long: Text | None = None


class NoParams(StepParams):
    pass


class TextParams(StepParams):
    text: str = "a b c"


class WaitParams(StepParams):
    seconds: float = 1.0


class FailParams(StepParams):
    times: int = 1


class LimitParams(StepParams):
    limit: int = 3


@dataclass
class Crowd:
    lock: threading.Lock = field(default_factory=threading.Lock)
    here: int = 0
    most: int = 0


FAILURES: dict[str, int] = {}
MEETING = {8: threading.Barrier(8)}
CROWD = Crowd()
ASIDE = threading.Barrier(2)


def say(params: TextParams) -> Text:
    """Give a text."""
    return Text(text=params.text)


def cut(params: NoParams, text: Text) -> Parts:
    """Cut a text into words."""
    words = text.text.split()
    return Parts(parts=tuple(Part(id=f"p{n}", text=w) for n, w in enumerate(words, 1)))


def shout(params: NoParams, part: Part) -> Part:
    """Put a word in capitals."""
    return Part(id=part.id, text=part.text.upper())


def join(params: NoParams, parts: tuple[Part, ...]) -> Text:
    """Join words."""
    return Text(text=" ".join(part.text for part in parts))


def both(params: NoParams, texts: tuple[Text, ...]) -> Text:
    """Join texts."""
    return Text(text="+".join(text.text for text in texts))


def route(params: LimitParams, text: Text) -> Length:
    """Tell short texts from long ones."""
    short = len(text.text) <= params.limit
    return Length(short=text) if short else Length(long=text)


def echo(params: NoParams, text: Text) -> Text:
    """Give back a text."""
    return text


def wait(params: WaitParams, *, cancel: CancelToken) -> Text:
    """Wait, and look at the token meanwhile."""
    cancel.wait(params.seconds)
    cancel.check()
    return Text(text="waited")


def sleep(params: WaitParams) -> Text:
    """Wait without looking."""
    time.sleep(params.seconds)
    return Text(text="slept")


def hire(params: WaitParams) -> Text:
    """Have a program at work, and wait for something else without looking."""
    programs_at_work.start(["sleep", str(params.seconds)], log=subprocess.DEVNULL)
    time.sleep(params.seconds)
    return Text(text="hired")


def meet(params: LimitParams) -> Text:
    """Go on only when as many steps as `limit` are here at the same time."""
    MEETING[params.limit].wait(60)
    return Text(text="met")


def crowd(params: WaitParams) -> Text:
    """Count how many are here at once."""
    with CROWD.lock:
        CROWD.here += 1
        CROWD.most = max(CROWD.most, CROWD.here)
    time.sleep(params.seconds)
    with CROWD.lock:
        CROWD.here -= 1
    return Text(text="was here")


def stand_aside(params: WaitParams, *, cancel: CancelToken) -> Text:
    """Be one of a crowd, then wait aside until another does too, then be one of it again."""
    crowd(params)
    with pauses.given_way(cancel):
        ASIDE.wait(timeout=60)
    return crowd(params)


def flaky(params: FailParams, text: Text) -> Text:
    """Fail as a tool does, a number of times for each text."""
    FAILURES[text.text] = FAILURES.get(text.text, 0) + 1
    if FAILURES[text.text] <= params.times:
        raise ToolFailed("tool", 1, "went wrong\n")
    return text


KINDS = [StepKind.of(f) for f in (cut, shout, join, both, route, echo)] + [
    StepKind.of(say, deliverable="text"),
    StepKind.of(wait, reusable=False),
    StepKind.of(sleep, reusable=False),
    StepKind.of(hire, reusable=False),
    StepKind.of(meet, reusable=False),
    StepKind.of(crowd, reusable=False, pool="slow"),
    StepKind.of(stand_aside, reusable=False, pool="slow"),
    StepKind.of(flaky, retry=Retry(times=2, delay_s=0.1)),
]
CATALOG = Catalog(KINDS)
