"""Voices, and samples of them: spoken once by a process of its own, then kept."""

import hashlib
import json
import subprocess
import sys
from importlib.metadata import version

from pydantic import TypeAdapter

from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import MediaRef
from vid_pipeline.dagster_env import PROJECT
from vid_pipeline.errors import BadRequest, ToolFailed, UserError
from vid_pipeline.ports import Voice

LONGEST_SAMPLE = 300
_MODULE, _ENGINE = "resources.speaking", "espeakng-loader"
_TIMEOUT_S = 60.0
_REFUSED = 2
_VOICES = TypeAdapter(tuple[Voice, ...])


def voices(shop: Workshop) -> tuple[Voice, ...]:
    """All voices of this installation, by name.

    Raises:
        ToolFailed: the voices cannot be asked.
    """
    key = f"voices/{version(_ENGINE)}.json"
    if not shop.store.exists(key):
        shop.store.put_text(key, _asked({}).decode())
    return _VOICES.validate_json(shop.store.get_text(key))


def sample(shop: Workshop, text: str, voice: str) -> MediaRef:
    """A short text by a voice, as a WAV file in the store.

    Raises:
        UserError: no such voice, or it cannot read this text; says what would do.
        ToolFailed: the voice gave nothing.
    """
    text = " ".join(text.split())[:LONGEST_SAMPLE]
    if not text:
        raise BadRequest("Sample", text, "Give a sentence to be spoken.")
    digest = hashlib.sha256(f"{voice}\n{text}".encode()).hexdigest()
    key = f"sample/{version(_ENGINE)}/{digest}"
    kept = shop.store.recall(key)
    if kept is None:
        kept = shop.store.put_bytes(_asked({"text": text, "voice": voice}), "audio/wav")
        shop.store.keep(key, kept)
    return kept


def _asked(order: dict[str, str]) -> bytes:
    try:
        ended = subprocess.run(
            [sys.executable, "-m", _MODULE],
            input=json.dumps(order).encode(),
            cwd=PROJECT,
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise ToolFailed("The voice", 1, "it did not answer in time") from late
    said = ended.stderr.decode(errors="replace").strip()
    if ended.returncode == _REFUSED:
        raise UserError(said)
    if ended.returncode:
        raise ToolFailed("The voice", ended.returncode, said)
    return ended.stdout
