"""Embeddings without a model: texts that share words are alike."""

import re
from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

DIMENSIONS = 384


class FakeEmbeddings:
    """Each word has a fixed random direction; a text points where its words point together."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Unit vectors, shape (len(texts), 384); equal for equal texts, on every machine."""
        if not texts:
            return np.empty((0, DIMENSIONS), np.float32)
        return np.stack([_vector(text) for text in texts])


def _vector(text: str) -> npt.NDArray[np.float32]:
    words = re.findall(r"\w+", text.casefold()) or [text]
    total = np.sum([_direction(word) for word in words], axis=0)
    return np.asarray(total / np.linalg.norm(total), np.float32)


def _direction(word: str) -> npt.NDArray[np.float64]:
    seed = int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "big")
    return np.random.default_rng(seed).standard_normal(DIMENSIONS)
