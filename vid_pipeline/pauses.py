"""Long waits of a step at work: its place in a pool is somebody else's meanwhile.

Whoever performs steps sets `WAY` for each; a call that is told to come back later waits by `wait`.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar

from vid_pipeline.cancel import CancelToken

LONG_S = 5.0
"""A shorter wait is not worth giving a place up: claiming it again takes up to a second."""

GiveWay = Callable[[CancelToken], AbstractContextManager[None]]
WAY: ContextVar[GiveWay | None] = ContextVar("way", default=None)


def wait(seconds: float, stop: CancelToken) -> None:
    """Wait, or until a stop is requested; a long wait holds no place in a pool."""
    if seconds < LONG_S:
        stop.wait(seconds)
        return
    with given_way(stop):
        stop.wait(seconds)


@contextmanager
def given_way(stop: CancelToken) -> Iterator[None]:
    """A block during which the step holds no place; after it, it has one again.

    When a stop was requested it goes on without one: it only has to end.
    """
    way = WAY.get()
    if way is None:
        yield
        return
    with way(stop):
        yield
