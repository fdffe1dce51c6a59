"""Real one-second clips, made with known faults, and files that are not media at all."""

from pathlib import Path

import pytest

from vid_pipeline.errors import BadSource
from vid_pipeline.media import ffmpeg
from vid_pipeline.media.inspection import inspect

pytestmark = pytest.mark.media

COLOURS = ["-x264-params", "colorprim=bt709:transfer=bt709:colormatrix=bt709:range=tv"]


def _clip(
    path: Path,
    *,
    pictures: str = "testsrc2=s=108x192:r=30:d=3",
    sound: str = "sine=1000:r=48000:d=3",
    extra: tuple[str, ...] = ("-movflags", "+faststart"),
) -> Path:
    ffmpeg.run([
        "-f", "lavfi", "-i", pictures, "-f", "lavfi", "-i", sound,
        "-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "high", "-pix_fmt", "yuv420p",
        *COLOURS, "-c:a", "aac", "-ac", "2", *extra, str(path),
    ])  # fmt: skip
    return path


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _clip(tmp_path_factory.mktemp("clip") / "clip.mp4")


def test_a_clip_is_what_it_was_made_to_be(clip: Path) -> None:
    report = inspect(clip)
    assert report.video is not None
    assert report.audio is not None
    assert (report.container, report.moov_first) == ("mp4", True)
    assert (report.video.width_px, report.video.height_px) == (108, 192)
    assert (report.video.frame_rate, report.video.frames, report.video.regular) == (
        "30/1",
        90,
        True,
    )
    assert set(report.video.colour.model_dump().values()) == {"bt709", "limited"}
    assert (report.audio.rate_hz, report.audio.channels) == (48000, 2)
    assert report.duration_s == pytest.approx(3)
    assert report.audio_video_gap_frames == pytest.approx(0, abs=0.01)


def test_loudness_follows_the_gain(clip: Path, tmp_path: Path) -> None:
    quiet = _clip(tmp_path / "quiet.mp4", sound="sine=1000:r=48000:d=3,volume=-12dB")
    loud, soft = inspect(clip).measured, inspect(quiet).measured
    assert loud.integrated_lufs is not None
    assert soft.integrated_lufs == pytest.approx(loud.integrated_lufs - 12, abs=0.3)
    assert loud.true_peak_dbtp == pytest.approx(-20.8, abs=0.5)


def test_silence_has_no_loudness(tmp_path: Path) -> None:
    report = inspect(_clip(tmp_path / "mute.mp4", sound="anullsrc=r=48000:d=3"))
    assert report.measured.integrated_lufs is None
    assert [round(span.duration_s) for span in report.measured.silent] == [3]


def test_an_index_at_the_end_is_seen(tmp_path: Path) -> None:
    assert inspect(_clip(tmp_path / "late.mp4", extra=())).moov_first is False


def test_sound_that_ends_early_is_measured_in_frames(tmp_path: Path) -> None:
    report = inspect(_clip(tmp_path / "short.mp4", sound="sine=1000:r=48000:d=2.5"))
    assert report.audio_video_gap_frames == pytest.approx(15, abs=1)


def test_frames_of_unequal_length_are_seen(tmp_path: Path) -> None:
    uneven = "testsrc2=s=108x192:r=30:d=3,select='not(eq(n,40))'"
    report = inspect(_clip(tmp_path / "uneven.mp4", pictures=uneven, extra=("-fps_mode", "vfr")))
    assert report.video is not None
    assert not report.video.regular


def test_black_and_still_pictures_are_found(tmp_path: Path) -> None:
    pictures = "color=black:s=108x192:r=30:d=3"
    measured = inspect(_clip(tmp_path / "black.mp4", pictures=pictures), thorough=True).measured
    assert [round(span.duration_s) for span in measured.black] == [3]
    assert measured.still is not None
    assert [round(span.duration_s) for span in measured.still] == [3]


def test_sound_alone_can_be_inspected(tmp_path: Path) -> None:
    target = tmp_path / "tone.wav"
    ffmpeg.run(["-f", "lavfi", "-i", "sine=440:r=24000:d=1", str(target)])
    report = inspect(target)
    assert report.video is None
    assert report.audio is not None
    assert (report.container, report.moov_first, report.audio.rate_hz) == ("wav", None, 24000)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "does not exist"),
        (b"", "is empty"),
        (b"\x00\x01\x02" * 999, "cannot be read as media"),
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/hostname\n", "cannot be read"),
    ],
    ids=["missing", "empty", "binary", "playlist"],
)
def test_what_is_not_media_is_named(content: bytes | None, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadSource, match=reason):
        inspect(path)


def test_a_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSource, match="is a folder"):
        inspect(tmp_path)


def test_a_file_that_was_cut_off_is_refused(clip: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])
    with pytest.raises(BadSource, match=r"cut off|cannot be read"):
        inspect(cut)
