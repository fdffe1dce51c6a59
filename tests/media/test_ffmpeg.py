"""The wrapper round ffmpeg."""

import threading
import time
from pathlib import Path

import pytest

from tests.children import Started
from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import Cancelled, RenderError, ToolFailed
from vid_pipeline.media import ffmpeg

pytestmark = pytest.mark.media
_ENDLESS = ["-re", "-f", "lavfi", "-i", "testsrc", "-f", "null", "-"]


def test_a_cancelled_run_stops_promptly_and_leaves_nothing_running() -> None:
    started, cancel = Started(), CancelToken()
    threading.Timer(0.3, cancel.request).start()
    began_s = time.monotonic()
    with pytest.raises(Cancelled):
        ffmpeg.run(_ENDLESS, cancel=cancel)
    assert time.monotonic() - began_s < 3
    assert started.running() == []


def test_a_run_past_its_time_is_stopped_and_says_so() -> None:
    started = Started()
    with pytest.raises(ToolFailed, match=r"stopped after 0\.3 s"):
        ffmpeg.run(_ENDLESS, timeout_s=0.3)
    assert started.running() == []


def test_a_failure_carries_the_last_lines_of_the_log(tmp_path: Path) -> None:
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"not a video")
    with pytest.raises(ToolFailed) as failure:
        ffmpeg.run([*ffmpeg.source(bad), "-f", "null", "-"])
    assert "Invalid data" in failure.value.log


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_named() -> None:
    frames = ["-f", "lavfi", "-i", "testsrc=d=1", "-f", "rawvideo", "file:/dev/full"]
    with pytest.raises(RenderError, match="disk is full"):
        ffmpeg.run(frames)


def test_a_playlist_cannot_name_another_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.mp4"
    ffmpeg.run(["-f", "lavfi", "-i", "testsrc=d=0.2", str(secret)])
    playlist = tmp_path / "list.m3u8"
    playlist.write_text(f"#EXTM3U\n#EXTINF:1,\nfile://{secret}\n", encoding="utf-8")
    with pytest.raises(ToolFailed):
        ffmpeg.run([*ffmpeg.source(playlist), "-f", "null", "-"])


def test_a_text_behind_a_link_is_not_drawn(tmp_path: Path) -> None:
    link = tmp_path / "art.txt"
    link.symlink_to("/etc/passwd")
    with pytest.raises(ToolFailed):
        ffmpeg.run([*ffmpeg.source(link), "-frames:v", "1", "-f", "null", "-"])


def test_frames_fed_by_pipe_become_a_file(tmp_path: Path) -> None:
    target = tmp_path / "fed.mp4"
    raw = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", "64x64", "-i", "pipe:0", str(target)]
    with ffmpeg.pipe(raw) as feed:
        for _ in range(10):
            feed.write(bytes(64 * 64))
    assert target.stat().st_size > 0
