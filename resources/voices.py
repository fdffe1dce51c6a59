"""Voices by the names people type: `de`, `en-gb`, `es-419`, `German`, `en-us+f3`."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from resources.espeak import InstalledVoice
from vid_pipeline.errors import BadRequest
from vid_pipeline.ports import Voice

_PREFERRED = {"en": "en-us", "nn": "nb", "no": "nb", "zh": "cmn"}
_CODE_LENGTH = 3


def listed(voices: Iterable[InstalledVoice]) -> tuple[Voice, ...]:
    """One entry a voice, named by its language code, in alphabetical order."""
    found: dict[str, Voice] = {}
    for voice in voices:
        code = name(voice)
        found.setdefault(
            code, Voice(name=code, language=code.partition("-")[0], description=voice.title)
        )
    return tuple(found[key] for key in sorted(found))


def name(voice: InstalledVoice) -> str:
    """What people call a voice: its first language code."""
    return voice.tags[0]


def find(wanted: str, voices: Sequence[InstalledVoice], variants: Sequence[str]) -> str:
    """The identifier of the voice that somebody means, its variant after a `+` included.

    Raises:
        BadRequest: there is no such voice; the message names what comes near, or says that the
            language has none.
    """
    base, _, variant = wanted.strip().partition("+")
    voice = _by_tag(base.lower().replace("_", "-"), voices) or _by_title(base, voices)
    if voice is None:
        raise BadRequest("Voice", wanted, _near_voices(base, voices))
    if not variant:
        return voice.identifier
    exact = next((known for known in variants if known.lower() == variant.lower()), None)
    if exact is None:
        near = get_close_matches(variant, variants, n=5, cutoff=0.0)
        raise BadRequest("Voice", wanted, f"Variants that come near: {', '.join(near)}.")
    return f"{voice.identifier}+{exact}"


def _by_tag(tag: str, voices: Sequence[InstalledVoice]) -> InstalledVoice | None:
    tag = _PREFERRED.get(tag, tag)
    speakers = [voice for voice in voices if tag in voice.tags]
    best = min(speakers, key=lambda voice: voice.ranks[voice.tags.index(tag)], default=None)
    if best is None and "-" in tag:
        return _by_tag(tag.rpartition("-")[0], voices)
    return best


def _by_title(title: str, voices: Sequence[InstalledVoice]) -> InstalledVoice | None:
    return next(
        (voice for voice in voices if title.lower() in {voice.title.lower(), voice.identifier}),
        None,
    )


def _near_voices(wanted: str, voices: Sequence[InstalledVoice]) -> str:
    names: dict[str, str] = {}
    for voice in sorted(voices, key=lambda voice: voice.ranks[0]):
        for alias in (*voice.tags, voice.title.lower(), voice.title.lower().split()[0]):
            names.setdefault(alias, f"{name(voice)} ({voice.title})")
    near = dict.fromkeys(names[key] for key in get_close_matches(wanted.lower(), names, n=5))
    if near and len(wanted) > _CODE_LENGTH:
        return f"Voices that come near: {', '.join(near)}."
    return (
        "It is no voice and no language that can be spoken here. Choose a voice of another "
        "language (de, en-gb, en-us, es, fr, it, pt, …), or give the text in one of those."
    )
