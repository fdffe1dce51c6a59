"""What this machine has of all that is needed: every part is tried, not only found."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from pydantic import BaseModel, ConfigDict, Field

from vid_pipeline import probes
from vid_pipeline.errors import ToolMissing, VidPipelineError
from vid_pipeline.probes import Finding
from vid_pipeline.settings import Settings

_SETUP = "Run `make setup`."
_THREADS = 4


class Part(BaseModel):
    """One part of the installation, after it was tried."""

    model_config = ConfigDict(frozen=True)

    name: str
    needed: bool = Field(description="Without it no video is made.")
    found: bool
    works: bool
    version: str | None
    detail: str = Field(description="What was tried, or what went wrong.")
    remedy: str = Field(description="What to do; empty when it works.")
    took_s: float

    @property
    def fatal(self) -> bool:
        """Needed, and not there or not working."""
        return self.needed and not self.works


@dataclass(frozen=True)
class _Probe:
    name: str
    attempt: Callable[[], Finding]
    remedy: str = _SETUP
    needed: bool = True


def parts(settings: Settings) -> tuple[Part, ...]:
    """Every part, in the order that they build on each other. Takes a few seconds."""
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="doctor") as threads:
        return tuple(threads.map(_examined, _probes(settings)))


def _probes(settings: Settings) -> tuple[_Probe, ...]:
    return (
        _Probe("python", probes.python, "Install Python 3.11, 3.12 or 3.13, then `make setup`."),
        _Probe("packages", probes.packages),
        _Probe(
            "postgres",
            partial(probes.postgres, settings),
            _SETUP
            if settings.database_url is None
            else "Start the server that VIDP_DATABASE_URL names, or unset it to use our own.",
        ),
        _Probe(
            "chromium",
            partial(probes.chromium, settings.chromium),
            "`apt-get install chromium`, or `.venv/bin/playwright install --with-deps chromium`.",
        ),
        _Probe("ffmpeg", probes.ffmpeg),
        _Probe("pyav", probes.pyav),
        _Probe("skia", probes.skia, "`apt-get install libegl1 libgl1`, then `make setup`."),
        _Probe("fonts", probes.fonts, "Restore vid_pipeline/media/fonts from the repository."),
        _Probe("speech", probes.speech),
        _Probe("embeddings", probes.embeddings),
        _Probe("disk", partial(probes.disk, settings.home), "Free some space."),
        _Probe(
            "llm_key",
            partial(probes.llm_key, settings),
            "Set ANTHROPIC_API_KEY for scripts by a model.",
            needed=False,
        ),
        _Probe(
            "node",
            probes.node,
            "Install Node 20 or newer to rebuild the editor's bundle.",
            needed=False,
        ),
    )


def _examined(probe: _Probe) -> Part:
    """The part as found; whatever a probe raises is the finding."""
    began = time.monotonic()
    found, works, version, remedy = True, False, None, probe.remedy
    try:
        finding = probe.attempt()
        works, version, detail, remedy = True, finding.version, finding.detail, ""
    except (ToolMissing, ImportError) as fault:
        found, detail = False, _line(fault)
    except Exception as fault:  # noqa: BLE001  a broken part may fail in any way
        detail = _line(fault)
    return Part(
        name=probe.name,
        needed=probe.needed,
        found=found,
        works=works,
        version=version,
        detail=detail,
        remedy=remedy,
        took_s=round(time.monotonic() - began, 2),
    )


def _line(fault: Exception) -> str:
    """The fault in one line; its class too, unless the words are ours."""
    if isinstance(fault, ToolMissing):
        return f"{fault.tool}: {fault.remedy}"
    words = " ".join(str(fault).split())
    return words if isinstance(fault, VidPipelineError) else f"{type(fault).__name__}: {words}"
