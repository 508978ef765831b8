"""The NumPy forward pass: the same vectors as sentence-transformers."""

# ruff: noqa: RUF001 - the texts are in the scripts they are about

from __future__ import annotations

import numpy as np
import pytest

from long_term_memory.models.embedder import Embedder
from long_term_memory.models.minilm import MAX_PIECES

VARIED = [
    "",
    "Hi",
    "My cat is called Miso.",
    "*waves* I MISSED you so much!!! 😀❤️",
    "Ich fuhr gestern mit der Straßenbahn nach Königsberg, naïve façade.",
    "你好，我叫小明。今天我们去公园散步。",
    "Привет, как дела? שלום עולם مرحبا",
    "a\u0301 e\u0301 combining, ﬁ ligature, Ａ full width",
    "http://example.org/a?b=c&d=e 3.14159 0x1F",
    "```python\nprint('x')\n```",
    "one\x00two\u200bthree\ufeff",
    "x" * 150,
    "The lighthouse stood alone. " * 7,
    "The lighthouse stood alone. " * 20,
    "Never the same words twice: " + " ".join(str(n) for n in range(900)),
]


@pytest.mark.model
def test_vectors_equal_those_of_sentence_transformers(
    minilm: Embedder, reference: Embedder
) -> None:
    cosines = np.einsum("ij,ij->i", minilm.embed(VARIED), reference.embed(VARIED))

    assert cosines.min() >= 0.999999


@pytest.mark.model
def test_vectors_are_known_under_the_same_name_whoever_made_them(
    minilm: Embedder, reference: Embedder
) -> None:
    assert (minilm.name, minilm.fingerprint) == (reference.name, reference.fingerprint)


@pytest.mark.parametrize("pieces", [39, 40, 41, 80, 81, 254])
def test_a_text_of_any_number_of_blocks_is_embedded_as_in_a_batch(
    minilm: Embedder, pieces: int
) -> None:
    """Rows are multiplied 40 at a time, so the edges of a block are met."""
    text = "word " * (pieces - 2)

    [alone] = minilm.embed([text])
    together = minilm.embed(["Hello there", text, text, "A longer one, not much."])

    assert alone @ together[1] == pytest.approx(1, abs=1e-5)
    assert alone @ together[2] == pytest.approx(1, abs=1e-5)


def test_reads_no_further_than_its_longest_text(minilm: Embedder) -> None:
    head = "word " * (MAX_PIECES - 2)

    short, long = minilm.embed([head, head + "and something else entirely"])

    assert short @ long == pytest.approx(1, abs=1e-6)


def test_halves_of_an_emoji_count_as_the_emoji(minilm: Embedder) -> None:
    """A host that counts in UTF-16 sends surrogates in pairs."""
    whole, halves = minilm.embed(["Well 😀", "Well \ud83d\ude00"])

    assert whole @ halves == pytest.approx(1, abs=1e-6)
