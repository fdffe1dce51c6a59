"""What a browser holds for us and can neither read nor make up, for as long as it is good."""

import base64
import time
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from ui.shop import shop
from vid_pipeline.errors import StoreError
from vid_pipeline.store.sealing import seal, unseal


class Sealed(BaseModel):
    """Something that is good until a time, in Unix seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    until_s: float


T = TypeVar("T", bound=Sealed)


def closed(purpose: str, one: Sealed) -> str:
    """It as a text, for one purpose alone."""
    raw = seal(shop().db.keys.derived(purpose), one.model_dump_json(), bound_to=purpose)
    return base64.urlsafe_b64encode(raw).decode()


def opened(purpose: str, told: str, kind: type[T]) -> T | None:
    """It again; None if we did not seal it for this, or it is good no more."""
    try:
        raw = base64.b64decode(told.encode(), altchars=b"-_", validate=True)
        text = unseal(shop().db.keys.derived(purpose), raw, bound_to=purpose)
        one = kind.model_validate_json(text)
    except (ValueError, StoreError, ValidationError):
        return None
    return one if one.until_s > time.time() else None
