"""PNG files: written fast, as they are mostly empty and are read once or twice; and read."""

import struct
import zlib

import numpy as np
import numpy.typing as npt

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_FILTER_UP = 2


def encode(pixels: npt.NDArray[np.uint8]) -> bytes:
    """A PNG of an RGBA picture with straight alpha, shape (height, width, 4).

    Rows are stored as differences from the row above, at the fastest compression level.
    """
    height, width, _ = pixels.shape
    rows = pixels.reshape(height, width * 4)
    filtered = np.empty((height, width * 4 + 1), np.uint8)
    filtered[:, 0] = _FILTER_UP
    filtered[0, 1:] = rows[0]
    np.subtract(rows[1:], rows[:-1], out=filtered[1:, 1:])
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    data = zlib.compress(filtered.tobytes(), level=1)
    return _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def decode(encoded: bytes) -> npt.NDArray[np.uint8] | None:
    """RGBA with straight alpha, shape (height, width, 4); None when it is no picture.

    Colours of nearly clear pixels are rounded: skia decodes to premultiplied alpha.
    """
    import skia  # noqa: PLC0415  (a tenth of a second, and most processes only write pictures)

    # Skia decodes late and keeps no hold on Python's bytes, which may be gone by then.
    image = skia.Image.MakeFromEncoded(skia.Data.MakeWithCopy(encoded))
    if image is None:
        return None
    pixels: npt.NDArray[np.uint8] = image.toarray(
        colorType=skia.kRGBA_8888_ColorType, alphaType=skia.kUnpremul_AlphaType
    )
    return pixels


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)
