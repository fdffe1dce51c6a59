"""Measuring the finished video against what it was meant to be; no check passes unmeasured."""

from pydantic import Field

from assets.timing_checks import captions_inside, silence_expected, sound_in_step, words_in_step
from vid_pipeline.artifacts import Captions, Check, Narration, QualityReport, Storyboard, Video
from vid_pipeline.kinds import StepKind, StepParams
from vid_pipeline.media.inspection import AudioStream, MediaReport, VideoStream, inspect
from vid_pipeline.ports import Store

_MISSING = "not in the file"


class CheckParams(StepParams):
    """What the finished file is held to."""

    loudness_lufs: float = Field(default=-14.0, ge=-40, le=-5)
    tolerance_lu: float = Field(default=1.0, gt=0)
    true_peak_dbtp: float = Field(default=-1.0, le=0)
    layouts: int = Field(default=2, ge=1, description="Fewest different card layouts.")


def check_video(
    params: CheckParams,
    video: Video,
    storyboard: Storyboard,
    narration: Narration,
    captions: Captions,
    *,
    store: Store,
) -> QualityReport:
    """Measure the finished file: picture, sound, timing, captions."""
    path, speech = store.path(video.file), store.path(narration.audio)
    report = inspect(path)
    checks = (
        *_picture_checks(report.video, video, narration),
        *_sound_checks(report, params),
        _streams_in_step(report),
        _check("faststart", report.moov_first is True, _order(report.moov_first), "moov first"),
        _no_black(report),
        silence_expected(report, narration),
        captions_inside(captions, narration),
        words_in_step(captions, speech),
        sound_in_step(path, speech, fps=narration.fps),
        _layouts(storyboard, params.layouts),
    )
    return QualityReport(checks=checks)


CHECK_VIDEO = StepKind.of(check_video, deliverable="quality_report")


def _check(name: str, passed: bool, measured: str, expected: str) -> Check:
    return Check(name=name, passed=passed, measured=measured, expected=expected)


def _picture_checks(
    stream: VideoStream | None, video: Video, narration: Narration
) -> tuple[Check, ...]:
    canvas = video.canvas
    expected = {
        "resolution": f"{canvas.width_px}×{canvas.height_px}",
        "fps": f"{canvas.fps}/1, regular",
        "codec_profile": "h264 High yuv420p",
        "colour": "bt709 bt709 bt709 limited",
        "duration": f"{narration.frames} frames",
    }
    measured = dict.fromkeys(expected, _MISSING) if stream is None else _picture(stream)
    return tuple(
        _check(name, measured[name] == wanted, measured[name], wanted)
        for name, wanted in expected.items()
    )


def _picture(stream: VideoStream) -> dict[str, str]:
    colour = stream.colour
    return {
        "resolution": f"{stream.width_px}×{stream.height_px}",
        "fps": f"{stream.frame_rate}, {'regular' if stream.regular else 'irregular'}",
        "codec_profile": f"{stream.codec} {stream.profile} {stream.pixel_format}",
        "colour": f"{colour.primaries} {colour.transfer} {colour.matrix} {colour.range}",
        "duration": f"{stream.frames} frames",
    }


def _sound_checks(report: MediaReport, params: CheckParams) -> tuple[Check, ...]:
    lufs, peak = report.measured.integrated_lufs, report.measured.true_peak_dbtp
    target, tolerance = params.loudness_lufs, params.tolerance_lu
    sound = _sound(report.audio)
    return (
        _check("audio_rate", sound == "aac 48000 Hz stereo", sound, "aac 48000 Hz stereo"),
        _check(
            "loudness",
            lufs is not None and abs(lufs - target) <= tolerance,
            "silent" if lufs is None else f"{lufs:.1f} LUFS",
            f"{target:g} ± {tolerance:g} LUFS",
        ),
        _check(
            "true_peak",
            peak is not None and peak <= params.true_peak_dbtp,
            "silent" if peak is None else f"{peak:.1f} dBTP",
            f"at most {params.true_peak_dbtp:g} dBTP",
        ),
    )


def _sound(stream: AudioStream | None) -> str:
    if stream is None:
        return _MISSING
    return f"{stream.codec} {stream.rate_hz} Hz {stream.layout}"


def _streams_in_step(report: MediaReport) -> Check:
    gap = report.audio_video_gap_frames
    measured = "a stream is missing" if gap is None else f"{gap:.2f} frames apart"
    return _check("streams_in_step", gap is not None and gap <= 1, measured, "within 1 frame")


def _order(moov_first: bool | None) -> str:
    return {True: "moov first", False: "moov after the data", None: "not an MP4"}[moov_first]


def _no_black(report: MediaReport) -> Check:
    spans = report.measured.black
    measured = ", ".join(f"{span.start_s:.2f}–{span.end_s:.2f} s" for span in spans)
    return _check(
        "no_black", report.video is not None and not spans, measured or "none", "no black picture"
    )


def _layouts(storyboard: Storyboard, fewest: int) -> Check:
    layouts = sorted({scene.card.layout for scene in storyboard.scenes})
    measured = f"{len(layouts)}: {', '.join(layouts)}"
    return _check("layouts", len(layouts) >= fewest, measured, f"at least {fewest}")
