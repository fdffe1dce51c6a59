"""Chromium is there while scenes are drawn and gone soon after."""

import time

import psutil
import pytest

from resources.browser import Studio
from vid_pipeline.artifacts import Canvas
from vid_pipeline.media import chromium

pytestmark = pytest.mark.browser
PAGE = (
    "<!doctype html><html><head></head><body><div data-background></div><p data-layer>One</p>"
    "</body></html>"
)
CANVAS = Canvas(width_px=160, height_px=120)


def programs() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def test_an_idle_chromium_is_closed_and_started_again_when_needed() -> None:
    before = set(programs())
    studio = Studio(chromium.find(None), timeout_s=30, idle_s=2.0)
    try:
        first = studio.draw(PAGE, CANVAS)
        assert set(programs()) - before
        psutil.wait_procs(list(set(programs()) - before), timeout=30)
        assert not set(programs()) - before
        assert studio.draw(PAGE, CANVAS) == first
    finally:
        studio.close()
    assert not set(programs()) - before


def test_chromium_stays_from_one_scene_to_the_next() -> None:
    before = set(programs())
    studio = Studio(chromium.find(None), timeout_s=30, idle_s=10.0)
    try:
        studio.draw(PAGE, CANVAS)
        first = set(programs()) - before
        for _ in range(3):
            time.sleep(0.5)
            studio.draw(PAGE, CANVAS)
        assert first & set(programs())
    finally:
        studio.close()
