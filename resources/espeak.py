"""libespeak-ng through ctypes: text in, 16-bit samples and word events out.

The library keeps its state in globals: one lock guards every call of the process, and every call
loads the library anew (2 ms), because left-over phase would make a text sound slightly different
each time, which no function of the library resets.
Source: speak_lib.h of espeak-ng 1.52.
"""

import _ctypes
import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import espeakng_loader
import numpy as np
import numpy.typing as npt

from vid_pipeline.errors import SpeechError, ToolMissing

_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000
_CHUNK_MS = 200
_UTF8, _END_PAUSE = 1, 0x1000  # SSML (0x10) stays off: `<break time='60s'/>` is a minute of silence
_BY_CHARACTER = 1
_RATE, _PITCH, _PITCH_RANGE = 1, 3, 4
_LIST_TERMINATED, _WORD = 0, 1
_LOCK = threading.Lock()


class _Id(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("text", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position_ms", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    )


class _Voice(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_void_p),
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("reserved", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    )


_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


@dataclass(frozen=True)
class InstalledVoice:
    """A voice file. `tags` are its language codes, lower case, most fitting first."""

    title: str
    identifier: str
    tags: tuple[str, ...]
    ranks: tuple[int, ...]


@dataclass(frozen=True)
class Prosody:
    """How it is said: words a minute (80–450), pitch and its range (0–100)."""

    words_per_minute: int
    pitch: int
    pitch_range: int


@dataclass(frozen=True)
class WordEvent:
    """A word starts: its first character's position, its length, and when."""

    start: int
    length: int
    start_s: float


@dataclass(frozen=True)
class Utterance:
    """Mono samples and the words in them, in the order they are spoken."""

    samples: npt.NDArray[np.int16]
    rate_hz: int
    events: tuple[WordEvent, ...]


@dataclass(frozen=True)
class Installed:
    """What the library's data folder holds; a variant is a timbre for any voice."""

    voices: tuple[InstalledVoice, ...]
    variants: tuple[str, ...]


@cache
def installed() -> Installed:
    """The voices on this machine.

    Raises:
        ToolMissing: the library or its data are not installed.
    """
    with _library() as (lib, _):
        lib.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_Voice))
        found = lib.espeak_ListVoices(None)
        voices = tuple(_voice(voice) for voice in _until_null(found) if voice.languages)
    variants = (_data_folder() / "voices" / "!v").iterdir()
    return Installed(voices, tuple(sorted(path.name for path in variants)))


def speak(text: str, voice: str, prosody: Prosody) -> Utterance:
    """Speak a text with a voice's identifier, `gmw/de` or `gmw/de+m3`; the same samples each time.

    Raises:
        SpeechError: the library refused the voice or the text.
        ToolMissing: the library or its data are not installed.
    """
    chunks: list[bytes] = []
    events: list[WordEvent] = []

    def receive(samples: "ctypes._Pointer[ctypes.c_short]", count: int, found: object) -> int:
        if samples and count > 0:
            chunks.append(ctypes.string_at(samples, count * 2))
        events.extend(_words(found))
        return 0

    callback = _CALLBACK(receive)
    with _library() as (lib, rate_hz):
        lib.espeak_SetSynthCallback(callback)
        _prepare(lib, voice, prosody)
        _synthesize(lib, text.encode())
    samples = np.frombuffer(b"".join(chunks), dtype=np.int16)
    return Utterance(samples=samples, rate_hz=rate_hz, events=tuple(events))


@contextmanager
def _library() -> Iterator[tuple[ctypes.CDLL, int]]:
    """A fresh library and its sample rate; the process's only one while it is open."""
    with _LOCK:
        try:
            lib = ctypes.CDLL(espeakng_loader.get_library_path())
        except OSError as error:
            raise ToolMissing("espeak-ng", "Install the package espeakng-loader.") from error
        try:
            data = str(_data_folder()).encode()
            rate_hz = lib.espeak_Initialize(_SYNCHRONOUS, _CHUNK_MS, data, _DONT_EXIT)
            if rate_hz <= 0:
                raise ToolMissing("espeak-ng", "Its voice data are gone; reinstall the package.")
            yield lib, rate_hz
        finally:
            lib.espeak_Terminate()
            _ctypes.dlclose(lib._handle)


def _data_folder() -> Path:
    return Path(espeakng_loader.get_data_path())


def _prepare(lib: ctypes.CDLL, voice: str, prosody: Prosody) -> None:
    if lib.espeak_SetVoiceByName(voice.encode()):
        raise SpeechError(f"espeak-ng has no voice {voice!r}. Choose one of its voice list.")
    lib.espeak_SetParameter(_RATE, prosody.words_per_minute, 0)
    lib.espeak_SetParameter(_PITCH, prosody.pitch, 0)
    lib.espeak_SetParameter(_PITCH_RANGE, prosody.pitch_range, 0)


def _synthesize(lib: ctypes.CDLL, text: bytes) -> None:
    size, flags = ctypes.c_size_t(len(text) + 1), ctypes.c_uint(_UTF8 | _END_PAUSE)
    start = ctypes.c_uint(0)
    code = lib.espeak_Synth(text, size, start, _BY_CHARACTER, start, flags, None, None)
    lib.espeak_Synchronize()
    if code:
        raise SpeechError(f"espeak-ng refused a text of {len(text)} bytes with code {code}.")


def _until_null(found: "ctypes._Pointer[ctypes._Pointer[_Voice]]") -> Iterator[_Voice]:
    index = 0
    while found[index]:
        yield found[index].contents
        index += 1


def _voice(voice: _Voice) -> InstalledVoice:
    ranked: list[tuple[int, str]] = []
    address = voice.languages
    while rank := ctypes.string_at(address, 1)[0]:
        tag = ctypes.string_at(address + 1)
        ranked.append((rank, tag.decode().lower()))
        address += len(tag) + 2
    return InstalledVoice(
        title=voice.name.decode().strip(),
        identifier=voice.identifier.decode(),
        tags=tuple(tag for _, tag in ranked),
        ranks=tuple(rank for rank, _ in ranked),
    )


def _words(found: object) -> Iterator[WordEvent]:
    index = 0
    while (event := found[index]).type != _LIST_TERMINATED:  # type: ignore[index]
        if event.type == _WORD:
            yield WordEvent(event.text_position - 1, event.length, event.audio_position_ms / 1000)
        index += 1
