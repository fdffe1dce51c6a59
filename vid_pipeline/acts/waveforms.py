"""The outline of a sound: measured once, then kept beside it in the artifact store."""

import numpy as np
from pydantic import BaseModel, ConfigDict

from vid_pipeline.artifacts import MediaRef
from vid_pipeline.errors import BadSource
from vid_pipeline.media.envelope import STEP_S, envelope_db
from vid_pipeline.ports import Store

COUNT = 160
_KEY = "waveform/2/{sha256}"


class Waveform(BaseModel):
    """How loud it is from beginning to end, each of `COUNT` parts 0 to 1; empty if unreadable."""

    model_config = ConfigDict(frozen=True)

    peaks: tuple[float, ...] = ()
    seconds: float = 0


def waveform(store: Store, ref: MediaRef) -> Waveform:
    """The outline of a stored sound.

    Raises:
        StoreError: its bytes are gone.
    """
    key = _KEY.format(sha256=ref.sha256)
    known = store.recall(key)
    if known is not None:
        return Waveform.model_validate_json(store.path(known).read_bytes())
    try:
        found = _measured(store, ref)
    except BadSource:
        found = Waveform()
    kept = store.put_bytes(found.model_dump_json().encode(), "application/json")
    store.keep(key, kept)
    return found


def _measured(store: Store, ref: MediaRef) -> Waveform:
    levels = envelope_db(store.path(ref))
    if not len(levels):
        return Waveform()
    parts = np.array_split(np.power(10, levels / 20), min(COUNT, len(levels)))
    loud = np.array([part.max() for part in parts])
    scaled = loud / max(float(loud.max()), 1e-6)
    peaks = tuple(round(float(one), 3) for one in scaled)
    return Waveform(peaks=peaks, seconds=len(levels) * STEP_S)
