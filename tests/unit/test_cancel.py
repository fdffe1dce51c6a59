"""Calls that cannot look at a token, ended by it all the same; and programs that steps start."""

import shutil
import subprocess
import threading
import time

import pytest

from tests.children import Started, lives
from vid_pipeline import programs_at_work
from vid_pipeline.cancel import CancelToken, interruptible
from vid_pipeline.errors import Cancelled

SOON_S = 1.5


def requested_in(seconds: float) -> CancelToken:
    stop = CancelToken()
    timer = threading.Timer(seconds, stop.request)
    timer.daemon = True
    timer.start()
    return stop


def test_a_call_gives_its_value_or_its_error() -> None:
    assert interruptible(lambda: 7, CancelToken(), cut=lambda: None) == 7
    with pytest.raises(ZeroDivisionError):
        interruptible(lambda: 1 / 0, CancelToken(), cut=lambda: None)


def test_a_call_that_waits_is_cut_off() -> None:
    line = threading.Event()
    began_s = time.monotonic()
    with pytest.raises(Cancelled):
        interruptible(lambda: line.wait(60), requested_in(0.1), cut=lambda: None)
    assert time.monotonic() - began_s < SOON_S
    line.set()


def test_an_answer_that_comes_at_the_last_moment_is_kept() -> None:
    line = threading.Event()
    assert interruptible(lambda: line.wait(60), requested_in(0.1), cut=line.set) is True


def test_after_a_stop_no_call_is_begun() -> None:
    stop = CancelToken()
    stop.request()
    begun: list[int] = []
    with pytest.raises(Cancelled):
        interruptible(lambda: begun.append(1), stop, cut=lambda: None)
    assert begun == []


@pytest.mark.skipif(shutil.which("setsid") is None, reason="needs setsid")
def test_every_program_is_ended_with_what_it_started_also_in_sessions_of_their_own() -> None:
    started = Started()
    shell = "sleep 60 & setsid sleep 60 & wait"
    for _ in range(2):
        programs_at_work.start(["sh", "-c", shell], log=subprocess.DEVNULL)
    while len(started.running()) < 6:
        time.sleep(0.02)
    family = started.running()
    programs_at_work.end_all()
    deadline_s = time.monotonic() + SOON_S
    while any(map(lives, family)) and time.monotonic() < deadline_s:
        time.sleep(0.02)
    assert not any(map(lives, family))
