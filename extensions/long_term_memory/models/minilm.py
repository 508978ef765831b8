"""all-MiniLM-L6-v2 in NumPy: the same vectors as sentence-transformers, without torch.

Owns: word pieces, the forward pass, batching.
Knows nothing of: where the weights lie, threads, caches, other models.

Every matrix product is cut into small ones, for two reasons, both measured:
- A short message is some 15 word pieces. OpenBLAS would pack the whole weights for so
  flat a factor, which costs more than multiplying; small products it takes as they
  lie (AVX-512). A message takes half the time, a batch four fifths.
- Small products stay on the calling thread. Spread over the cores, a batch gained
  little on an idle machine and lost nine tenths of its speed on a busy one. Whole
  batches on threads of their own wait for nobody.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from ..errors import EmbeddingError
from .text import valid_unicode

if TYPE_CHECKING:
    from tokenizers import Tokenizer

NAME: Final = "all-MiniLM-L6-v2"
DIMENSION: Final = 384
LAYERS: Final = 6
HEADS: Final = 12
HEAD_SIZE: Final = DIMENSION // HEADS

MAX_PIECES: Final = 256
"""max_seq_length of the published model; what comes after is not read."""

MAX_CHARACTERS: Final = 100_000
"""No text is tokenized further: a megabyte takes a second for 256 word pieces."""

PIECES_PER_BATCH: Final = 128
"""More pieces at once leave the second-level cache: 256 are a fifth slower."""

MOST_THREADS: Final = 2
"""Texts are embedded in the background, beside a model that writes."""

# OpenBLAS 0.3.31 uses a second thread from rows * inner * columns = 2**19 on, and
# needs no packing up to 10**6.
BLOCK_ROWS: Final = 40
BLOCK_INNER: Final = 384
BLOCK_COLUMNS: Final = 32

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """Neighbouring texts of one length, from row `start` on."""

    start: int
    texts: int
    pieces: int

    @property
    def stop(self) -> int:
        return self.start + self.texts * self.pieces


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layer:
    """One transformer layer; weights as `_blocks` arranges them."""

    qkv: Array
    qkv_bias: Array
    attention: Array
    attention_bias: Array
    attention_norm: tuple[Array, Array]
    up: Array
    up_bias: Array
    down: Array
    down_bias: Array
    output_norm: tuple[Array, Array]


class MiniLM:
    """The embedder of the default model; safe to share between threads."""

    name = NAME
    dimension = DIMENSION

    def __init__(
        self,
        tensors: Mapping[str, Array],
        tokenizer: Tokenizer,
        *,
        fingerprint: str,
        batch_size: int = 32,
        threads: int | None = None,
    ) -> None:
        """Arrange the published weights for multiplication.

        Args:
            tensors: The weights by their published names; not changed.
            tokenizer: Truncates to MAX_PIECES and does not pad.
            fingerprint: Identifies the weights.
            batch_size: Most texts in one forward pass.
            threads: How many forward passes go on at once; None is as many as there
                are processors, `MOST_THREADS` at the most.
        """
        self.fingerprint = fingerprint
        self._threads = _processors() if threads is None else threads
        self._batch_size = batch_size
        self._tokenizer = tokenizer
        self._words = tensors["embeddings.word_embeddings.weight"]
        # Every text is of segment 0, so its segment vector joins the positions.
        self._positions = (
            tensors["embeddings.position_embeddings.weight"][:MAX_PIECES]
            + tensors["embeddings.token_type_embeddings.weight"][0]
        )
        self._norm = _norm_of(tensors, "embeddings.")
        self._layers = [_layer(tensors, index) for index in range(LAYERS)]

    def embed(self, texts: Sequence[str]) -> Array:
        """Vectors of the texts, in their order, of unit length."""
        pieces = [self._pieces(text) for text in texts]
        vectors = np.empty((len(texts), DIMENSION), np.float32)
        batches = list(_batches(pieces, self._batch_size))

        def fill(batch: Sequence[int]) -> None:
            vectors[batch] = self._forward([pieces[index] for index in batch])

        if len(batches) < 2 or self._threads < 2:
            for batch in batches:
                fill(batch)
        else:
            # Not kept between calls: an idle thread would hold its memory, and to
            # start one costs a hundredth of a batch.
            with ThreadPoolExecutor(self._threads) as pool:
                # The longest first, so that no thread is left with one at the end.
                list(pool.map(fill, reversed(batches)))
        return vectors

    def _pieces(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(
            valid_unicode(text[:MAX_CHARACTERS])
        ).ids
        return ids

    def _forward(self, batch: Sequence[Sequence[int]]) -> Array:
        """Run texts sorted by length, one below the other and without padding."""
        runs = _runs([len(ids) for ids in batch])
        x = self._look_up(batch, runs)
        for layer in self._layers:
            x += _attend(x, layer, runs)
            _normalise(x, layer.attention_norm)
            hidden = _linear(x, layer.up, layer.up_bias)
            _gelu(hidden)
            x += _linear(hidden, layer.down, layer.down_bias)
            _normalise(x, layer.output_norm)
        means = [_texts(x, run).mean(axis=1) for run in runs]
        vectors = np.concatenate(means)
        vectors /= np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None]
        return vectors

    def _look_up(self, batch: Sequence[Sequence[int]], runs: Sequence[_Run]) -> Array:
        """The input vectors; zero rows fill up the last block of rows."""
        total = runs[-1].stop
        blocks = -(-total // BLOCK_ROWS)
        x = np.zeros((blocks * -(-total // blocks), DIMENSION), np.float32)
        x[:total] = self._words[[piece for ids in batch for piece in ids]]
        for run in runs:
            rows = _texts(x, run)
            rows += self._positions[: run.pieces]
        _normalise(x, self._norm)
        return x


def _processors() -> int:
    """How many forward passes may go on at once."""
    if hasattr(os, "sched_getaffinity"):
        return min(MOST_THREADS, len(os.sched_getaffinity(0)))
    return min(MOST_THREADS, os.cpu_count() or 1)


def load_tokenizer(path: Path) -> Tokenizer:
    """The word-piece tokenizer, set as sentence-transformers sets it.

    Raises:
        EmbeddingError: The tokenizers package or the file is missing or unusable.
    """
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise EmbeddingError(
            "The embedding model needs the package tokenizers: pip install tokenizers"
        ) from error
    try:
        tokenizer = Tokenizer.from_str(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EmbeddingError(f"Cannot read the tokenizer {path}: {error}") from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_PIECES)
    return tokenizer


def _batches(pieces: Sequence[Sequence[int]], batch_size: int) -> Iterator[list[int]]:
    """Indexes of the texts by length, in batches of bounded texts and pieces."""
    batch: list[int] = []
    total = 0
    for index in sorted(range(len(pieces)), key=lambda index: len(pieces[index])):
        length = len(pieces[index])
        if batch and (len(batch) == batch_size or total + length > PIECES_PER_BATCH):
            yield batch
            batch, total = [], 0
        batch.append(index)
        total += length
    if batch:
        yield batch


def _runs(lengths: Sequence[int]) -> list[_Run]:
    runs, start = [], 0
    for pieces, group in groupby(lengths):
        run = _Run(start=start, texts=len(list(group)), pieces=pieces)
        runs.append(run)
        start = run.stop
    return runs


def _texts(x: Array, run: _Run) -> Array:
    """The rows of a run as (texts, pieces, columns); a view."""
    return x[run.start : run.stop].reshape(run.texts, run.pieces, x.shape[1])


def _layer(tensors: Mapping[str, Array], index: int) -> _Layer:
    prefix = f"encoder.layer.{index}."
    attention = f"{prefix}attention.self."
    # The scale of the scores is put into the query once, not into every product.
    scales = {"query": HEAD_SIZE**-0.5, "key": 1.0, "value": 1.0}
    qkv, qkv_bias = (
        np.concatenate(
            [tensors[f"{attention}{k}.{part}"] * np.float32(scales[k]) for k in scales]
        )
        for part in ("weight", "bias")
    )
    return _Layer(
        qkv=_blocks(qkv),
        qkv_bias=qkv_bias,
        attention=_blocks(tensors[f"{prefix}attention.output.dense.weight"]),
        attention_bias=tensors[f"{prefix}attention.output.dense.bias"],
        attention_norm=_norm_of(tensors, f"{prefix}attention.output."),
        up=_blocks(tensors[f"{prefix}intermediate.dense.weight"]),
        up_bias=tensors[f"{prefix}intermediate.dense.bias"],
        down=_blocks(tensors[f"{prefix}output.dense.weight"]),
        down_bias=tensors[f"{prefix}output.dense.bias"],
        output_norm=_norm_of(tensors, f"{prefix}output."),
    )


def _norm_of(tensors: Mapping[str, Array], prefix: str) -> tuple[Array, Array]:
    return tensors[f"{prefix}LayerNorm.weight"], tensors[f"{prefix}LayerNorm.bias"]


def _blocks(weight: Array) -> Array:
    """(outputs, inputs) as published -> (inner, columns, 1, in block, in block)."""
    outputs, inputs = weight.shape
    split = weight.reshape(
        outputs // BLOCK_COLUMNS, BLOCK_COLUMNS, inputs // BLOCK_INNER, BLOCK_INNER
    )
    return np.ascontiguousarray(split.transpose(2, 0, 3, 1))[:, :, None]


def _linear(x: Array, weight: Array, bias: Array) -> Array:
    inner, columns = weight.shape[:2]
    blocks = -(-len(x) // BLOCK_ROWS)
    rows = x.reshape(blocks, -1, inner, 1, BLOCK_INNER).transpose(2, 3, 0, 1, 4)
    partial = np.empty((inner, len(x), bias.size), np.float32)
    # Each product is written to its place: NumPy hands BLAS the strided view.
    out = partial.reshape(inner, blocks, -1, columns, BLOCK_COLUMNS)
    np.matmul(rows, weight, out=out.transpose(0, 3, 1, 2, 4))
    result: Array = partial[0] if inner == 1 else partial.sum(axis=0)
    result += bias
    return result


def _attend(x: Array, layer: _Layer, runs: Sequence[_Run]) -> Array:
    qkv = _linear(x, layer.qkv, layer.qkv_bias)
    mixed = np.zeros_like(x)
    for run in runs:
        heads = _texts(qkv, run).reshape(run.texts, run.pieces, 3, HEADS, HEAD_SIZE)
        query, key, value = heads.transpose(2, 0, 3, 1, 4)
        out = _texts(mixed, run).reshape(run.texts, run.pieces, HEADS, HEAD_SIZE)
        for first in range(0, run.pieces, BLOCK_ROWS):
            rows = slice(first, first + BLOCK_ROWS)
            weights = _softmax(query[:, :, rows] @ key.swapaxes(2, 3))
            np.matmul(weights, value, out=out[:, rows].swapaxes(1, 2))
    return _linear(mixed, layer.attention, layer.attention_bias)


def _softmax(scores: Array) -> Array:
    """Softmax of the last axis, in place."""
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    return scores


def _normalise(x: Array, norm: tuple[Array, Array]) -> None:
    """Layer normalisation in place; 1e-12 is the published epsilon."""
    x -= x.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", x, x)
    variance /= DIMENSION
    variance += 1e-12
    x /= np.sqrt(variance)[:, None]
    x *= norm[0]
    x += norm[1]


def _gelu(x: Array) -> None:
    """Replace x by x * P(Z <= x), computed as max(x, 0) - |x|/2 * erfc(|x|/sqrt 2).

    erfc by formula 7.1.26 of Abramowitz and Stegun: absolute error 1.5e-7, which is
    float32's own. NumPy has no erf, and SciPy would be a dependency for one function.
    """
    half = np.abs(x)
    half *= 0.5
    z = half * np.sqrt(2.0, dtype=np.float32)
    t = z * 0.3275911
    t += 1
    np.reciprocal(t, out=t)
    tail = t * 1.061405429
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        tail += coefficient
        tail *= t
    z *= z
    np.negative(z, out=z)
    np.exp(z, out=z)
    tail *= z
    tail *= half
    np.maximum(x, 0, out=x)
    x -= tail
