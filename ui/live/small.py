"""A drawing put together in small, to be recognised by."""

import io

from PIL import Image

from vid_pipeline.artifacts import Drawing, MediaRef
from vid_pipeline.ports import Store

_WIDTH_PX = 240
_QUALITY = 82


def drawing(body: Drawing, store: Store) -> bytes:
    """A JPEG, 240 pixels wide, with all layers in their places.

    Raises:
        StoreError: a layer is no longer in the store.
    """
    scale = _WIDTH_PX / body.canvas.width_px
    size = (_WIDTH_PX, max(1, round(body.canvas.height_px * scale)))
    picture = _opened(store, body.background, size)
    for layer in body.layers:
        shown = (max(1, round(layer.width_px * scale)), max(1, round(layer.height_px * scale)))
        part = _opened(store, layer.image, shown)
        picture.paste(part, (round(layer.x_px * scale), round(layer.y_px * scale)), part)
    written = io.BytesIO()
    picture.convert("RGB").save(written, "JPEG", quality=_QUALITY)
    return written.getvalue()


def _opened(store: Store, ref: MediaRef, size: tuple[int, int]) -> Image.Image:
    with Image.open(store.path(ref)) as image:
        return image.convert("RGBA").resize(size, Image.Resampling.BOX)
