"""Feelings of any text, with and without the embedder whose vectors were fitted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.core.text.emotion import LABELS, read_emotions
from long_term_memory.models.emotion import load_emotion_model
from long_term_memory.testing import HashEmbedder

TEXT = "She opens the letter."


class Grieving(HashEmbedder):
    """Says of every text, with the vectors of the default model, that it is grief."""

    def __init__(self) -> None:
        super().__init__(dimension=384)
        self.fingerprint = load_emotion_model().fingerprint

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        grief = load_emotion_model().vector[:, LABELS.index("grief")]
        return np.tile(grief / np.linalg.norm(grief), (len(texts), 1))


def test_a_vector_is_read_once_the_embedder_is_there(tmp_path: Path) -> None:
    words = read_emotions(TEXT, load_emotion_model())
    grieving = Grieving()
    engine = build_engine(Settings(), tmp_path, load=lambda: grieving)
    try:
        first = engine.emotions(TEXT)
        asked = engine.embedder.state
        engine.embedder.ready(10)
        second = engine.emotions(TEXT)
    finally:
        engine.close()

    assert first == words
    assert asked == "not loaded yet", "nothing is loaded for it"
    assert second == read_emotions(
        TEXT, load_emotion_model(), grieving.embed([TEXT])[0]
    )
    assert dict(second)["grief"] > dict(first)["grief"]


def test_vectors_of_another_embedder_are_not_read(tmp_path: Path) -> None:
    engine = build_engine(Settings(), tmp_path, load=HashEmbedder)
    try:
        engine.embedder.ready(10)
        found = engine.emotions(TEXT)
    finally:
        engine.close()

    assert found == read_emotions(TEXT, load_emotion_model())
