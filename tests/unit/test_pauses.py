"""Who waits long holds no place; who waits shortly, or was asked to stop, does not bother."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pydantic import SecretStr

from resources.llm.service import Service
from vid_pipeline import pauses
from vid_pipeline.cancel import CancelToken


@pytest.mark.parametrize(("seconds", "gives_way"), [(pauses.LONG_S - 1, False), (60.0, True)])
def test_only_a_long_wait_gives_its_place_up(seconds: float, gives_way: bool) -> None:
    stop, told = CancelToken(), list[str]()
    stop.request()  # so that the test need not wait

    @contextmanager
    def way(stop: CancelToken) -> Iterator[None]:
        told.append("left")
        yield
        told.append("back")

    token = pauses.WAY.set(way)
    try:
        Service("anthropic/claude-sonnet-5", SecretStr("k"), stop=stop).pause(seconds)
    finally:
        pauses.WAY.reset(token)
    assert told == (["left", "back"] if gives_way else [])
