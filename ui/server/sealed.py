"""What a browser holds for us and can neither read nor make up."""

import base64

from ui.shop import shop
from vid_pipeline.errors import StoreError
from vid_pipeline.store.sealing import seal, unseal


def closed(purpose: str, text: str) -> str:
    """A text, for one purpose alone."""
    raw = seal(shop().db.keys.derived(purpose), text, bound_to=purpose)
    return base64.urlsafe_b64encode(raw).decode()


def opened(purpose: str, told: str) -> str | None:
    """The text; None if we did not seal it for this."""
    try:
        raw = base64.b64decode(told.encode(), altchars=b"-_", validate=True)
        return unseal(shop().db.keys.derived(purpose), raw, bound_to=purpose)
    except (ValueError, StoreError):
        return None
