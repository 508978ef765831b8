"""Any embedding model that sentence-transformers can load, on CPU or GPU.

Owns: loading by name or folder, and what to do when that fails.
Knows nothing of: the default model's light path.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import EmbeddingError
from .minilm_weights import FINGERPRINT_LENGTH, WEIGHTS, file_sha256
from .text import valid_unicode

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class Transformer:
    """An embedder around a loaded sentence-transformers model."""

    def __init__(
        self,
        model: SentenceTransformer,
        *,
        name: str,
        fingerprint: str,
        batch_size: int,
    ) -> None:
        """Take over a loaded model.

        Args:
            model: The model; used by one embedder only.
            name: Names the vectors together with the fingerprint.
            fingerprint: Identifies the weights.
            batch_size: Texts in one forward pass.
        """
        self.name = name
        self.fingerprint = fingerprint
        self.dimension = int(model.get_embedding_dimension() or 0)
        self._model = model
        self._batch_size = batch_size

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of the texts, in their order, of unit length."""
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        vectors = self._model.encode(
            [valid_unicode(text) for text in texts],
            batch_size=self._batch_size,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return np.asarray(vectors, dtype=np.float32)


def load_transformer(
    source: str, *, name: str, device: str, batch_size: int
) -> Transformer:
    """Load a model by its hub name or from a folder.

    Args:
        source: A folder, or a name on the Hugging Face hub (HF_HUB_OFFLINE is obeyed).
        name: What the embedder is called.
        device: A torch device, or "auto" for a GPU if there is one.
        batch_size: Texts in one forward pass.

    Raises:
        EmbeddingError: The package, the model or the device is missing.
    """
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise EmbeddingError(
            f"The embedding model {name!r} needs sentence-transformers: "
            "pip install sentence-transformers"
        ) from error
    try:
        model = SentenceTransformer(source, device=None if device == "auto" else device)
    # A missing model, an unreachable hub, a broken folder, an unknown or full device:
    # each library below has its own classes, all of them of these kinds.
    except (OSError, ValueError, KeyError, RuntimeError, AssertionError) as error:
        raise EmbeddingError(
            f"Cannot load the embedding model {name!r} on {device}: {error} Download "
            "it once with network access, set embedding_model to a local folder, or "
            "choose another device."
        ) from error
    return Transformer(
        model,
        name=name,
        fingerprint=fingerprint_of(source, model),
        batch_size=batch_size,
    )


def fingerprint_of(source: str, model: SentenceTransformer) -> str:
    """A hash of the weights: of their file in a folder, else of the loaded tensors."""
    file = Path(source) / WEIGHTS
    if file.is_file():
        return file_sha256(file)[:FINGERPRINT_LENGTH]
    import torch

    tensors: Mapping[str, Any] = model.state_dict()
    digest = hashlib.sha256()
    for name in sorted(tensors):
        digest.update(name.encode())
        tensor = tensors[name].detach().cpu().contiguous()
        # As bytes, since NumPy has no bfloat16.
        digest.update(tensor.reshape(-1).view(dtype=torch.uint8).numpy().data)
    return digest.hexdigest()[:FINGERPRINT_LENGTH]
