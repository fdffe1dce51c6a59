"""What a media file is: container, streams, timing, levels. Nothing is taken from its name."""

import itertools
import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from pydantic import BaseModel, ConfigDict, Field

from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import BadSource, ToolFailed
from vid_pipeline.media.measurement import Measured, measure
from vid_pipeline.media.opening import REMEDY, opened

if TYPE_CHECKING:
    import av

# Source: ITU-T H.273, tables 2 to 4; 2 means unspecified in each.
_COLOUR_CODES = {1: "bt709", 2: "unspecified", 5: "bt470bg", 6: "smpte170m", 9: "bt2020"}
_RANGES = {0: "unspecified", 1: "limited", 2: "full"}


class _Report(BaseModel):
    model_config = ConfigDict(frozen=True)


class Colour(_Report):
    primaries: str
    transfer: str
    matrix: str
    range: str


class VideoStream(_Report):
    codec: str
    profile: str
    pixel_format: str
    width_px: int
    height_px: int
    colour: Colour
    frame_rate: str = Field(description="Exact, as a fraction: `30/1`.")
    frames: int
    keyframes: int
    regular: bool = Field(description="Every frame lasts as long as the first.")
    start_s: float
    duration_s: float
    bit_rate_kbps: float


class AudioStream(_Report):
    codec: str
    rate_hz: int
    channels: int
    layout: str
    start_s: float
    duration_s: float
    bit_rate_kbps: float


class MediaReport(_Report):
    """A file's facts, counted packet by packet, and its levels."""

    path: str
    container: str
    size_bytes: int
    duration_s: float = Field(description="The longest stream's end.")
    moov_first: bool | None = Field(description="Plays while it loads; None: not an MP4.")
    video: VideoStream | None
    audio: AudioStream | None
    audio_video_gap_frames: float | None = Field(
        description="How far the two streams' starts or ends lie apart, whichever is more."
    )
    measured: Measured


class _Packets:
    """What the packets of one stream add up to, in units of its time base."""

    def __init__(self) -> None:
        self.spans: list[tuple[int, int]] = []
        self.keyframes = 0
        self.size_bytes = 0

    def add(self, packet: "av.Packet") -> None:
        if packet.pts is not None:
            self.spans.append((packet.pts, packet.duration or 0))
        self.keyframes += packet.is_keyframe
        self.size_bytes += packet.size

    @property
    def start(self) -> int:
        """Priming before zero is cut off by the player."""
        return max(0, min(pts for pts, _ in self.spans))

    @property
    def end(self) -> int:
        return max(pts + duration for pts, duration in self.spans)

    @property
    def steps(self) -> set[int]:
        times = sorted(pts for pts, _ in self.spans)
        return {later - earlier for earlier, later in itertools.pairwise(times)}


def inspect(
    path: Path, *, thorough: bool = False, cancel: CancelToken | None = None
) -> MediaReport:
    """Read a file to its end and report it; `thorough` looks at more of its pictures.

    Raises:
        BadSource: missing, not media, cut off or broken.
        Cancelled: the token was set.
    """
    with opened(path) as container:
        formats, packets = container.format.name.split(","), _count(container, path)
        video = next((_video(s, packets[s.index]) for s in container.streams.video), None)
        audio = next((_audio(s, packets[s.index]) for s in container.streams.audio), None)
    if video is None and audio is None:
        raise BadSource(str(path), "has neither pictures nor sound", REMEDY)
    duration_s = max(s.start_s + s.duration_s for s in (video, audio) if s is not None)
    return MediaReport(
        path=str(path),
        container="mp4" if "mp4" in formats else formats[0],
        size_bytes=path.stat().st_size,
        duration_s=duration_s,
        moov_first=_moov_first(path) if "mp4" in formats else None,
        video=video,
        audio=audio,
        audio_video_gap_frames=_gap_frames(video, audio),
        measured=_measured(path, duration_s, video, audio, thorough=thorough, cancel=cancel),
    )


def _count(container: "av.container.InputContainer", path: Path) -> dict[int, _Packets]:
    """Packets by stream index: the first video stream and the first audio stream."""
    chosen = [*container.streams.video[:1], *container.streams.audio[:1]]
    counted = {stream.index: _Packets() for stream in chosen}
    for packet in container.demux(chosen) if chosen else ():
        counted[packet.stream.index].add(packet)
    for stream in chosen:
        held = len(counted[stream.index].spans)
        if held < stream.frames or not held:
            reason = f"is cut off: {held} of {stream.frames} {stream.type} packets are there"
            raise BadSource(str(path), reason, "Copy or make the file again.")
    return counted


def _video(stream: "av.VideoStream", counted: _Packets) -> VideoStream:
    base, codec = _time_base(stream), stream.codec_context
    rate = _frame_rate(stream, counted.steps)
    duration_s = float((counted.end - counted.start) * base)
    return VideoStream(
        codec=codec.name,
        profile=codec.profile or "unknown",
        pixel_format=codec.pix_fmt or "unknown",
        width_px=codec.width,
        height_px=codec.height,
        colour=_colour(codec),
        frame_rate=f"{rate.numerator}/{rate.denominator}",
        frames=len(counted.spans),
        keyframes=counted.keyframes,
        regular=len(counted.steps) <= 1,
        start_s=float(counted.start * base),
        duration_s=duration_s,
        bit_rate_kbps=_kbps(counted, duration_s),
    )


def _audio(stream: "av.AudioStream", counted: _Packets) -> AudioStream:
    base, codec = _time_base(stream), stream.codec_context
    duration_s = float((counted.end - counted.start) * base)
    return AudioStream(
        codec=codec.name,
        rate_hz=codec.sample_rate,
        channels=codec.channels,
        layout=codec.layout.name,
        start_s=float(counted.start * base),
        duration_s=duration_s,
        bit_rate_kbps=_kbps(counted, duration_s),
    )


def _time_base(stream: "av.stream.Stream") -> Fraction:
    return stream.time_base or Fraction(1, 1000)


def _frame_rate(stream: "av.VideoStream", steps: set[int]) -> Fraction:
    """From the frames' own times where they are regular, else what the header says."""
    if len(steps) == 1 and (step := next(iter(steps))) > 0:
        return Fraction(1) / (step * _time_base(stream))
    return stream.average_rate or Fraction(0)


def _kbps(counted: _Packets, duration_s: float) -> float:
    return round(counted.size_bytes * 8 / 1000 / duration_s, 1) if duration_s > 0 else 0.0


def _colour(codec: "av.VideoCodecContext") -> Colour:
    primaries, transfer, matrix = (
        _COLOUR_CODES.get(int(code), str(int(code)))
        for code in (codec.color_primaries, codec.color_trc, codec.colorspace)
    )
    spread = _RANGES.get(int(codec.color_range), "unspecified")
    return Colour(primaries=primaries, transfer=transfer, matrix=matrix, range=spread)


def _gap_frames(video: VideoStream | None, audio: AudioStream | None) -> float | None:
    if video is None or audio is None:
        return None
    starts_s = abs(audio.start_s - video.start_s)
    ends_s = abs(audio.start_s + audio.duration_s - video.start_s - video.duration_s)
    return round(max(starts_s, ends_s) * float(Fraction(video.frame_rate)), 3)


def _measured(
    path: Path,
    duration_s: float,
    video: VideoStream | None,
    audio: AudioStream | None,
    *,
    thorough: bool,
    cancel: CancelToken | None,
) -> Measured:
    try:
        return measure(
            path,
            duration_s,
            pictures=video is not None,
            sound=audio is not None,
            thorough=thorough,
            cancel=cancel,
        )
    except ToolFailed as fault:
        reason = f"does not decode ({fault.log.strip().splitlines()[-1]})"
        raise BadSource(str(path), reason, "Make the file again.") from fault


def _moov_first(path: Path) -> bool:
    """Whether the index comes before the media data (ISO/IEC 14496-12 §4.2, top-level boxes)."""
    with path.open("rb") as file:
        for kind in _boxes(file):
            if kind in {b"moov", b"mdat"}:
                return kind == b"moov"
    return False


def _boxes(file: BinaryIO) -> Iterator[bytes]:
    while len(header := file.read(8)) == 8:
        size, kind, read = int.from_bytes(header[:4]), header[4:], 8
        if size == 1:  # the length follows in 64 bits
            size, read = int.from_bytes(file.read(8)), 16
        yield kind
        if size < read:  # 0: to the end of the file; else broken
            return
        file.seek(size - read, os.SEEK_CUR)
