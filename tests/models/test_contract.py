"""What every embedder promises, for the fake and the real ones alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from long_term_memory.models.embedder import CachedEmbedder, Embedder
from long_term_memory.testing import HashEmbedder

ODD_TEXTS = {
    "empty": "",
    "blank": " \n\t ",
    "nul": "a\x00b",
    "lone high surrogate": "broken \ud83d here",
    "lone low surrogate": "\ude00",
    "emoji": "😀🎉❤️",
    "right to left": "שלום עולם \u202eabc",
    "special tokens": "[CLS] [SEP] [PAD] [MASK] <|im_end|>",
    "one endless word": "a" * 5_000,
    "very long": "The lighthouse stood alone. " * 2_000,
}


@pytest.fixture(
    params=[
        "hash",
        "cached hash",
        "minilm",
        pytest.param("reference", marks=pytest.mark.model),
    ]
)
def embedder(request: pytest.FixtureRequest) -> Embedder:
    if request.param == "hash":
        return HashEmbedder()
    if request.param == "cached hash":
        return CachedEmbedder(HashEmbedder(dimension=32), capacity=16)
    found: Embedder = request.getfixturevalue(request.param)
    return found


def test_gives_a_row_of_unit_length_for_each_text(embedder: Embedder) -> None:
    vectors = embedder.embed(["My cat is called Miso.", "Rain again.", "Hm."])

    assert (3, embedder.dimension) == vectors.shape
    assert np.float32 == vectors.dtype
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_gives_no_rows_for_no_texts(embedder: Embedder) -> None:
    assert (0, embedder.dimension) == embedder.embed([]).shape


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
def test_embeds_any_text(embedder: Embedder, text: str) -> None:
    [vector] = embedder.embed([text])

    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_keeps_the_order_of_texts_of_different_lengths(embedder: Embedder) -> None:
    texts = ["word " * length for length in (30, 1, 90, 5, 300, 2, 30)] + ["", "Hello"]

    together = embedder.embed(texts)

    for text, vector in zip(texts, together, strict=True):
        assert embedder.embed([text])[0] @ vector == pytest.approx(1, abs=1e-5)


def test_related_texts_are_nearer_than_unrelated_ones(embedder: Embedder) -> None:
    cat, question, weather = embedder.embed(
        ["My cat is called Miso.", "What is my cat called?", "It rained in Oslo today."]
    )

    assert cat @ question > cat @ weather + 0.2


def test_gives_vectors_that_the_caller_may_change(embedder: Embedder) -> None:
    first = embedder.embed(["Hello there"])
    kept = first.copy()
    first[:] = 0

    assert np.allclose(kept, embedder.embed(["Hello there"]), atol=1e-6)


def test_serves_several_threads_at_once(embedder: Embedder) -> None:
    texts = [f"Message number {n} about the sea." for n in range(24)]
    expected = embedder.embed(texts)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda text: embedder.embed([text])[0], texts))

    assert np.allclose(expected, found, atol=1e-5)


def test_names_its_vectors(embedder: Embedder) -> None:
    assert embedder.name
    assert int(embedder.fingerprint, 16) >= 0
    assert 8 <= len(embedder.fingerprint) <= 64
