"""Embedders for the tests of this folder; the real ones are loaded once."""

from __future__ import annotations

import pytest

from long_term_memory.models.embedder import Embedder, load_embedder
from long_term_memory.models.minilm_weights import packaged_folder
from long_term_memory.models.transformer_embedder import load_transformer


@pytest.fixture(scope="session")
def minilm() -> Embedder:
    return load_embedder("all-MiniLM-L6-v2")


@pytest.fixture(scope="session")
def reference() -> Embedder:
    """The same weights by sentence-transformers on torch."""
    return load_transformer(
        str(packaged_folder()), name="all-MiniLM-L6-v2", device="cpu", batch_size=8
    )
