"""Embeddings as a Dagster resource."""

from collections.abc import Sequence

import dagster as dg
import numpy as np
import numpy.typing as npt

from vid_pipeline.embedding import LocalEmbeddings


class EmbeddingsResource(dg.ConfigurableResource):
    """Port `Embeddings`: all-MiniLM-L6-v2 on this machine."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Unit vectors, shape (len(texts), 384).

        Raises:
            ToolMissing: the model's files are not installed.
        """
        return LocalEmbeddings().encode(texts)
