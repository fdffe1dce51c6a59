"""Logos: any picture as a clean PNG, and as large as it stands in a video."""

import skia

from vid_pipeline.errors import BadSource

LARGEST_PX, _WIDEST = 4096, 6.0
_KEPT_PX = 512
_SMOOTH = skia.SamplingOptions(skia.CubicResampler.Mitchell())


def cleaned(data: bytes, name: str) -> bytes:
    """A picture as a PNG of at most 512 px, without whatever else its file held.

    Raises:
        BadSource: no picture that we read, or one that is too large or too long a strip.
    """
    image = skia.Image.MakeFromEncoded(skia.Data.MakeWithCopy(data))
    if image is None:
        raise BadSource(name, "it is no picture that can be read", "Give a PNG, JPEG or WebP.")
    width, height = image.width(), image.height()
    if max(width, height) > LARGEST_PX:
        raise BadSource(name, f"it is {width}×{height}", f"Give one of at most {LARGEST_PX} px.")
    if not 1 / _WIDEST <= width / height <= _WIDEST:
        raise BadSource(name, "it is a long strip", "Give one at most six times as wide as high.")
    scale = min(1.0, _KEPT_PX / max(width, height))
    return _scaled(image, max(1, round(width * scale)), max(1, round(height * scale)))


def fitted(data: bytes, height_px: int) -> tuple[bytes, int]:
    """A PNG at that height, and its width: even, and at most six times as much."""
    image = skia.Image.MakeFromEncoded(skia.Data.MakeWithCopy(data))
    width_px = 2 * round(height_px * image.width() / image.height() / 2)
    return _scaled(image, max(2, width_px), height_px), max(2, width_px)


def _scaled(image: skia.Image, width_px: int, height_px: int) -> bytes:
    surface = skia.Surface(width_px, height_px)
    with surface as canvas:
        canvas.drawImageRect(image, skia.Rect.MakeWH(width_px, height_px), _SMOOTH)
    return bytes(surface.makeImageSnapshot().encodeToData(skia.kPNG, 100))
