"""Contract of `Embeddings`: the fake and the real form keep the same promises."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from resources.embeddings import EmbeddingsResource
from vid_pipeline.ports import Embeddings
from vid_pipeline.testing.embeddings import FakeEmbeddings

TEXTS = [
    "A ship carries boxes across the sea.",
    "The ship carries many boxes.",
    "Bread needs salt.",
]


@pytest.fixture(params=[FakeEmbeddings, EmbeddingsResource], ids=["fake", "minilm"])
def embeddings(request: pytest.FixtureRequest) -> Embeddings:
    found: Embeddings = request.param()
    return found


def test_vectors_are_unit_length_one_a_text(embeddings: Embeddings) -> None:
    vectors = embeddings.encode(TEXTS)
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(3), abs=1e-5)


def test_no_texts_give_no_vectors(embeddings: Embeddings) -> None:
    assert embeddings.encode([]).shape == (0, 384)


def test_texts_about_one_thing_are_nearer_than_others(embeddings: Embeddings) -> None:
    ship, boxes, bread = embeddings.encode(TEXTS)
    assert ship @ boxes > ship @ bread + 0.1


def test_a_text_has_the_same_vector_alone_and_among_others(embeddings: Embeddings) -> None:
    alone, among = embeddings.encode(TEXTS[:1])[0], embeddings.encode(TEXTS)[0]
    assert among == pytest.approx(alone, abs=1e-5)


def test_threads_get_the_same_vectors(embeddings: Embeddings) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: embeddings.encode(TEXTS), range(4)))
    assert all(np.array_equal(found[0], vectors) for vectors in found)


def test_an_empty_text_and_a_very_long_one_have_vectors(embeddings: Embeddings) -> None:
    vectors = embeddings.encode(["", "sea " * 2_000])
    assert np.isfinite(vectors).all()
