"""What hostile files and names make ffmpeg do: shown on plain ffmpeg first, then refused."""

import os
import struct
import subprocess
import threading
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pysubs2
import pytest
from pydantic import ValidationError

from assets.tools.ffmpeg import BurnSubtitlesEdit, edit_burn_subtitles
from tests.children import Started
from tests.media import clips_for_tests as clips
from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import BadRequest, BadSource, Cancelled, NotFound, OverLimit
from vid_pipeline.limited import Limits
from vid_pipeline.media import ffmpeg
from vid_pipeline.media.editing import cutting, orders, picture
from vid_pipeline.media.editing.job import Job, Media
from vid_pipeline.media.editing.probing import Bounds
from vid_pipeline.testing.sandbox import FakeSandbox

pytestmark = pytest.mark.media
SECRET = "root:x:0:0:the secret of this machine\n" * 40

_PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n"


@pytest.fixture
def job(tmp_path: Path) -> Job:
    folder = tmp_path / "job"
    folder.mkdir()
    return Job(folder)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A text outside the job's folder; drawn as video it is not black."""
    file = tmp_path / "secret.txt"
    file.write_text(SECRET, encoding="utf-8")
    return file


def _naive(*arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    """Plain ffmpeg; raw grey frames on its output."""
    command = [str(ffmpeg.binary()), "-v", "error", "-nostdin", *arguments]
    whole = [*command, "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "gray", "-"]
    return subprocess.run(whole, capture_output=True, cwd=folder, timeout=30)


def _shows(done: subprocess.CompletedProcess[bytes]) -> bool:
    """Whether something was drawn: not one colour only."""
    return done.returncode == 0 and len(set(done.stdout)) > 1


def test_a_text_behind_a_link_is_not_drawn(job: Job, secret: Path) -> None:
    link = job.folder / "art.txt"
    link.symlink_to(secret)
    assert _shows(_naive("-i", str(link)))
    with pytest.raises(BadRequest, match="regular file"):
        job.admit(link)


def test_a_text_in_the_folder_itself_is_not_drawn(job: Job) -> None:
    text = job.folder / "art.txt"
    text.write_text(SECRET, encoding="utf-8")
    assert _shows(_naive("-i", str(text)))
    with pytest.raises(BadSource):
        job.admit(text)
    with pytest.raises(BadSource):  # and if the first look were fooled, the second is not
        _thumbnail(job, text)


@pytest.mark.parametrize("name", ["list.m3u8", "list.mp4"])
def test_a_playlist_opens_no_other_file(job: Job, name: str) -> None:
    playlist = job.folder / name
    other = clips.folder() / "mute.mp4"
    playlist.write_text(_PLAYLIST.format(f"file://{other}"), encoding="utf-8")
    trusted = () if name.endswith(".m3u8") else ("-f", "hls")  # by an upload's declared type
    assert _shows(_naive(*trusted, "-i", str(playlist)))
    only_files = ("-protocol_whitelist", "file,pipe")
    assert _shows(_naive(*trusted, *only_files, "-i", str(playlist)))  # is not enough
    with pytest.raises(BadSource):
        job.admit(playlist)
    with pytest.raises(BadSource):
        _thumbnail(job, playlist)


def test_a_name_joins_no_other_files(job: Job, secret: Path) -> None:
    (job.folder / "x.txt").write_text(SECRET, encoding="utf-8")
    name = f"concat:{secret}|x.txt"
    assert _shows(_naive("-i", name, folder=job.folder))
    _refused_as_name(job, name)


def test_a_name_cuts_no_part_out_of_a_file(job: Job, secret: Path) -> None:
    name = f"subfile,,start,0,end,60,,:{secret}"
    assert _shows(_naive("-f", "tty", "-i", name))
    _refused_as_name(job, name)


class _Hits(BaseHTTPRequestHandler):
    seen: list[str]

    def do_GET(self) -> None:
        self.seen.append(self.path)
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def local() -> Iterator[tuple[str, list[str]]]:
    """A server on loopback, and what it was asked for."""
    hits: list[str] = []
    handler = type("Handler", (_Hits,), {"seen": hits})
    served = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}", hits
    served.shutdown()
    served.server_close()
    thread.join()


def test_a_name_reaches_no_server(job: Job, local: tuple[str, list[str]]) -> None:
    address, hits = local
    _naive("-i", f"{address}/naive.mp4")
    assert hits.pop() == "/naive.mp4"
    _refused_as_name(job, f"{address}/ours.mp4")
    playlist = job.folder / "list.mp4"
    playlist.write_text(_PLAYLIST.format(f"{address}/listed.mp4"), encoding="utf-8")
    _naive("-protocol_whitelist", "file,http,tcp", "-f", "hls", "-i", str(playlist))
    assert hits.pop() == "/listed.mp4"
    with pytest.raises(BadSource):
        job.admit(playlist)
    with pytest.raises(BadSource):
        _thumbnail(job, playlist)
    assert hits == []


def test_a_file_outside_the_folder_is_not_taken(job: Job, tmp_path: Path) -> None:
    outside = tmp_path / "talk.mp4"
    outside.write_bytes(clips.data("talk.mp4"))
    assert _shows(_naive("-i", str(job.folder / ".." / "talk.mp4")))
    for path in (outside, job.folder / ".." / "talk.mp4"):
        with pytest.raises(BadRequest, match="outside"):
            job.admit(path)


def test_words_do_not_become_filters(tmp_path: Path, secret: Path) -> None:
    hostile = f"a.ass',nullsink;movie='{secret}':f=tty,scale='320:180"
    (tmp_path / "a.ass").write_text(pysubs2.SSAFile().to_string("ass"), encoding="utf-8")
    graph = f"[0:v]ass='{hostile}'[out]"
    silent = str(clips.folder() / "mute.mp4")
    done = _naive("-i", silent, "-filter_complex", graph, "-map", "[out]", folder=tmp_path)
    assert _shows(done)
    _refused_by_tools(tmp_path, f"{hostile}.srt")
    with pytest.raises(ValidationError):
        orders.Waveform(colour="red[a];movie=/etc/passwd:f=tty")
    with pytest.raises(ValidationError):
        orders.Trim.model_validate({"end_s": "1,movie=/etc/passwd"})


def _refused_by_tools(tmp_path: Path, name: str) -> None:
    sandbox = FakeSandbox(tmp_path / "work")
    sandbox.write("talk.mp4", clips.data("talk.mp4"))
    ask = BurnSubtitlesEdit(file="talk.mp4", to="out.mp4", subtitles=name)
    with pytest.raises((BadRequest, NotFound)):
        edit_burn_subtitles(ask, sandbox=sandbox, cancel=CancelToken())
    hostile = "1\n00:00:00,000 --> 00:00:02,000\n{\\fs900}m 0 0',movie=/etc/passwd:f=tty\n"
    sandbox.write("sub.srt", hostile.encode())
    edit_burn_subtitles(
        BurnSubtitlesEdit(file="talk.mp4", to="out.mp4", subtitles="sub.srt"),
        sandbox=sandbox,
        cancel=CancelToken(),
    )


def test_marks_in_subtitles_are_taken_out(job: Job) -> None:
    script = pysubs2.SSAFile()
    script.append(pysubs2.SSAEvent(0, 2000, "{\\an7\\pos(0,0)\\p1}m 0 0 l 900 0 900 900 0 900"))
    script.append(pysubs2.SSAEvent(0, 2000, "{\\an5\\fs900\\bord50}Hi"))
    drawn = script.to_string("ass")
    (job.folder / "naive.ass").write_text(drawn, encoding="utf-8")
    clip = job.admit(_copied(job, "mute.mp4"))
    plain = _naive("-i", str(clip.path))
    covered = _naive("-i", str(clip.path), "-vf", "ass=naive.ass", folder=job.folder)
    assert _differing(plain.stdout, covered.stdout) > 0.5  # a shape over the whole picture
    made = picture.burn_subtitles(clip, drawn, orders.BurnSubtitles(), job)
    assert _differing(plain.stdout, _naive("-i", str(made.path)).stdout) < 0.3


def test_a_picture_of_many_pixels_is_refused_by_its_header(job: Job) -> None:
    bomb = job.folder / "bomb.png"
    bomb.write_bytes(_png(16_000, 16_000))
    assert bomb.stat().st_size < 200_000
    done = _naive("-i", str(bomb), "-vf", "crop=8:8")
    assert done.returncode == 0
    with pytest.raises(OverLimit, match="16000 × 16000 pixels"):
        job.admit(bomb)


def test_the_first_look_is_lost_rather_than_the_machine(job: Job) -> None:
    bomb = job.folder / "bomb.png"
    bomb.write_bytes(_png(16_000, 16_000))
    starved = Job(job.folder, bounds=Bounds(probe_memory_bytes=120_000_000))
    with pytest.raises(BadSource, match=r"memory or time|cannot be read"):
        starved.admit(bomb)


def test_a_pipe_without_an_end_is_no_file(job: Job) -> None:
    pipe = job.folder / "endless.mp4"
    os.mkfifo(pipe)
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run([str(ffmpeg.binary()), "-v", "error", "-i", str(pipe)], timeout=0.3)
    with pytest.raises(BadRequest, match="regular file"):
        job.admit(pipe)


def test_two_frames_hours_apart_do_not_become_a_million(job: Job) -> None:
    gap = job.folder / "gap.mkv"
    ffmpeg.run(
        ["-v", "error", "-f", "lavfi", "-i", "testsrc=s=64x64:r=1:d=3", "-vf",
         "setpts='if(eq(N,2),36000/TB,N/TB)'", "-fps_mode", "passthrough", "-c:v", "libx264",
         str(gap)]
    )  # fmt: skip
    done = subprocess.run(
        [str(ffmpeg.binary()), "-v", "error", "-i", str(gap), "-vf", "fps=30", "-t", "1000",
         "-progress", "-", "-f", "null", "-"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert "frame=29999" in done.stdout or "frame=30000" in done.stdout
    with pytest.raises(OverLimit, match="s long"):
        job.admit(gap)


def test_a_file_of_many_streams_is_refused(job: Job) -> None:
    many = job.folder / "many.mkv"
    maps = [word for _ in range(20) for word in ("-map", "0:a")]
    ffmpeg.run(["-v", "error", "-f", "lavfi", "-i", "sine=d=0.1", *maps, "-c:a", "flac", str(many)])
    with pytest.raises(OverLimit, match="20 streams"):
        job.admit(many)


@pytest.mark.parametrize(
    ("limits", "side_px", "what"),
    [
        (Limits(memory_bytes=250_000_000), 720, "more memory"),
        (Limits(file_bytes=20_000), 180, "larger than one file"),
        (Limits(cpu_s=1), 1080, "processor time"),
    ],
    ids=["memory", "disk", "time"],
)
def test_work_that_wants_too_much_is_stopped(
    job: Job, limits: Limits, side_px: int, what: str
) -> None:
    clip = job.admit(_copied(job, "talk.mp4"))
    large = orders.Resize(aspect="16:9", short_side_px=side_px)
    assert picture.resize(clip, large, job).facts.size_bytes > 20_000
    with pytest.raises(OverLimit, match=what):
        picture.resize(clip, large, Job(job.folder, limits=limits))


def test_a_stop_ends_what_runs_under_limits(job: Job) -> None:
    clip, started, cancel = job.admit(_copied(job, "talk.mp4")), Started(), CancelToken()
    threading.Timer(0.3, cancel.request).start()
    with pytest.raises(Cancelled):
        cutting.speed(
            clip, orders.Speed(factor=0.25), Job(job.folder, cancel=_Late(cancel, started))
        )
    assert started.running() == []


class _Late(CancelToken):
    """Stops as soon as a program runs."""

    def __init__(self, other: CancelToken, started: Started) -> None:
        super().__init__()
        self._other, self._programs = other, started

    @property
    def requested(self) -> bool:
        return self._other.requested or bool(self._programs.running())


def _refused_as_name(job: Job, name: str) -> None:
    """Neither as a name in a sandbox, nor as a path of the job."""
    with pytest.raises(BadRequest):
        job.admit(Path(name))
    with pytest.raises(BadRequest):
        job.admit(job.folder / name)
    with pytest.raises((BadRequest, NotFound)):
        FakeSandbox(job.folder).lend(name, job.folder)


def _thumbnail(job: Job, path: Path) -> Media:
    """An edit of a file that was never looked at, as if the first look had been fooled."""
    facts = job.admit(_copied(job, "mute.mp4")).facts
    return picture.thumbnail(Media(path, facts), orders.Thumbnail(), job)


def _copied(job: Job, name: str) -> Path:
    path = job.folder / f"in-{name}"
    path.write_bytes(clips.data(name))
    return path


def _differing(one: bytes, other: bytes) -> float:
    """The share of pixels that are clearly not alike."""
    assert len(one) == len(other) > 0
    return sum(abs(a - b) > 40 for a, b in zip(one, other, strict=True)) / len(one)


def _png(width: int, height: int) -> bytes:
    """A picture of one bit a pixel, all black."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    row = bytes(1 + (width + 7) // 8)
    packer, packed = zlib.compressobj(9), bytearray()
    for _ in range(height):
        packed += packer.compress(row)
    packed += packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", bytes(packed))
        + chunk(b"IEND", b"")
    )
