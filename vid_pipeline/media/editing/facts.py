"""What a media file's header says, read by PyAV. Run as a program, it reads one file under limits."""

import json
import sys
from pathlib import Path

import av
from pydantic import BaseModel, ConfigDict, Field

from vid_pipeline.limited import Limits, apply

_FORMATS = (
    "mov,matroska,webm,mp3,wav,flac,ogg,aac,png_pipe,jpeg_pipe,jpegxl_pipe,webp_pipe,gif,image2"
)
_STILLS = ("png_pipe", "jpeg_pipe", "webp_pipe", "image2")
_MOST_STREAMS = "32"


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Picture(_Facts):
    codec: str
    width_px: int = Field(gt=0)
    height_px: int = Field(gt=0)
    fps: float = Field(ge=0, description="Frames a second; 0 if the header does not say.")


class Audio(_Facts):
    codec: str
    rate_hz: int = Field(gt=0)
    channels: int = Field(gt=0)


class Facts(_Facts):
    """A file's container, length and first picture and sound streams."""

    container: str
    duration_s: float = Field(ge=0, description="0 for a still picture.")
    size_bytes: int = Field(ge=0)
    streams: int = Field(ge=0)
    picture: Picture | None
    audio: Audio | None

    @property
    def still(self) -> bool:
        return self.container in _STILLS


def read(path: Path) -> Facts:
    """The facts of a file, by its content, able to reach that file and nothing else.

    Raises:
        av.FFmpegError: it is no media file of a kind that is read.
    """
    options = {
        "protocol_whitelist": "file",
        "format_whitelist": _FORMATS,
        "max_streams": _MOST_STREAMS,
    }
    with av.open(f"file:{path}", options=options) as container:
        name = container.format.name.split(",")[0]
        still = name in _STILLS
        return Facts(
            container=name,
            duration_s=0.0 if still else _duration_s(container),
            size_bytes=path.stat().st_size,
            streams=len(container.streams),
            picture=next((_picture(one) for one in container.streams.video), None),
            audio=next((_audio(one) for one in container.streams.audio), None),
        )


def _duration_s(container: av.container.InputContainer) -> float:
    whole_s = (container.duration or 0) / 1_000_000
    each_s = (
        float(one.duration * one.time_base)
        for one in container.streams
        if one.duration is not None and one.time_base is not None
    )
    return max(0.0, whole_s, *each_s)


def _picture(stream: av.VideoStream) -> Picture:
    rate = stream.average_rate or stream.guessed_rate
    codec = stream.codec_context
    width, height = codec.width, codec.height
    return Picture(
        codec=codec.name, width_px=width, height_px=height, fps=round(float(rate or 0), 3)
    )


def _audio(stream: av.AudioStream) -> Audio:
    codec = stream.codec_context
    return Audio(codec=codec.name, rate_hz=codec.sample_rate, channels=codec.channels)


def _main() -> int:
    """Print the facts of the file named, or what is wrong with it, as JSON."""
    memory, cpu, path = sys.argv[1:]
    apply(Limits(memory_bytes=int(memory), file_bytes=1 << 20, cpu_s=int(cpu)))
    try:
        print(read(Path(path)).model_dump_json())  # noqa: T201  the answer to who started it
    except (av.FFmpegError, ValueError, MemoryError, OverflowError) as fault:
        reason = getattr(fault, "strerror", None) or type(fault).__name__
        print(json.dumps({"fault": str(reason)}))  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_main())
