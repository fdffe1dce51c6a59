"""Reading a media file's header by PyAV; run as a program, one stranger's file under limits.

It imports no more than it needs: it is started for every file that comes in.
"""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vid_pipeline.limited import Limits, apply

if TYPE_CHECKING:
    import av

STILLS = ("png_pipe", "jpeg_pipe", "webp_pipe", "image2")
_OPTIONS = {
    "protocol_whitelist": "file",
    "format_whitelist": (
        "mov,matroska,webm,mp3,wav,flac,ogg,aac,png_pipe,jpeg_pipe,webp_pipe,gif,image2"
    ),
    "max_streams": "32",
}


class Unreadable(ValueError):
    """No media file of a kind that is read; says what PyAV found wrong."""


def read(path: Path) -> dict[str, Any]:
    """What `facts.Facts` holds, of a file by its content; it can reach that file alone.

    Raises:
        Unreadable: it is no media file of a kind that is read.
    """
    import av  # noqa: PLC0415  (a tenth of a second; who starts this program does not read)

    try:
        with av.open(f"file:{path}", options=_OPTIONS) as container:
            return _facts(container, path)
    except av.FFmpegError as fault:
        raise Unreadable(fault.strerror or type(fault).__name__) from fault


def _facts(container: "av.container.InputContainer", path: Path) -> dict[str, Any]:
    name = container.format.name.split(",")[0]
    return {
        "container": name,
        "duration_s": 0.0 if name in STILLS else _duration_s(container),
        "size_bytes": path.stat().st_size,
        "streams": len(container.streams),
        "picture": next((_picture(one) for one in container.streams.video), None),
        "audio": next((_audio(one) for one in container.streams.audio), None),
    }


def _duration_s(container: "av.container.InputContainer") -> float:
    whole_s = (container.duration or 0) / 1_000_000
    each_s = (
        float(one.duration * one.time_base)
        for one in container.streams
        if one.duration is not None and one.time_base is not None
    )
    return max(0.0, whole_s, *each_s)


def _picture(stream: "av.VideoStream") -> dict[str, Any]:
    rate = stream.average_rate or stream.guessed_rate
    codec = stream.codec_context
    return {
        "codec": codec.name,
        "width_px": codec.width,
        "height_px": codec.height,
        "fps": round(float(rate or 0), 3),
    }


def _audio(stream: "av.AudioStream") -> dict[str, Any]:
    codec = stream.codec_context
    return {"codec": codec.name, "rate_hz": codec.sample_rate, "channels": codec.channels}


def main() -> int:
    """Print a file's header, or what is wrong with it, as JSON."""
    memory, cpu, path = sys.argv[1:]
    apply(Limits(memory_bytes=int(memory), file_bytes=1 << 20, cpu_s=int(cpu)))
    try:
        print(json.dumps(read(Path(path))))  # noqa: T201  the answer to who started it
    except (ValueError, MemoryError, OverflowError) as fault:
        reason = str(fault) if isinstance(fault, Unreadable) else type(fault).__name__
        print(json.dumps({"fault": reason}))  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
