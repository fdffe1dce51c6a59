"""Film grain: a tile of noise that keeps smooth backgrounds from banding in 8 bits."""

from functools import cache

import numpy as np

from vid_pipeline.media import png

_SIDE_PX = 256
_STRENGTH = 4.0
"""Standard deviation of the alpha, in 8-bit levels, before it is split into dark and light."""


@cache
def tile() -> bytes:
    """A PNG of 256 x 256 px: black and white specks, nearly clear. Always the same bytes."""
    noise = np.random.default_rng(7).normal(0.0, _STRENGTH, (_SIDE_PX, _SIDE_PX))
    pixels = np.zeros((_SIDE_PX, _SIDE_PX, 4), np.uint8)
    pixels[..., :3] = np.where(noise > 0, 255, 0)[..., None]
    pixels[..., 3] = np.minimum(np.abs(noise), 16).round()
    return png.encode(pixels)
