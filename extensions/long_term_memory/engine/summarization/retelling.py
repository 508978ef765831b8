"""Tell any text in short, as the summaries of chats are made.

Owns: how a text is taken apart, how short it becomes, and who writes it.
Knows nothing of: chats, stores, which model it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Final

import numpy as np

from ...core.prompt.story import StoryLine, written
from ...core.summaries import extractive as extract
from ...core.summaries.extractive import Sentence
from ...core.summaries.tiers import Tier
from ...core.text.sanitise import one_line
from ...core.text.tokenizer import term_ids
from ...errors import EmbeddingError, UpstreamError
from ...models.embedder import Embedder
from ...models.llm import Writer
from ...models.tokens import estimate_tokens
from .writing import (
    DOING,
    WriterSource,
    asked_of_model,
    sentences_told,
    taken_from_model,
)

# As short as what it stands in for: SillyTavern's summaries had 142 tokens at most.
TARGET_TOKENS: Final = 150
# A share of a short text, so that two sentences do not come back as they were.
MOST_SHARE: Final = 0.5
# Comparing all sentences with all grows with their square; these take a second.
MOST_LINES: Final = 600
BUCKETS: Final = 512

_BLOCK: Final = re.compile(r"\n\s*\n")
_SPEAKER: Final = re.compile(r"\s*([^\n:.!?]{1,60}):[ \t]*\n(.*)", re.DOTALL)


def retell(text: str, embedder: Embedder | None, pen: WriterSource) -> str:
    """Return a text in short, on one line.

    Args:
        text: Blocks of `Name:` and what was said, or plain text.
        embedder: Compares sentences; without one their words are compared.
        pen: Lends a language model that writes instead, if there is one; sentences are
            chosen for what it does not write.
    """
    said = [_spoken(block) for block in _BLOCK.split(text) if block.strip()]
    if not said:
        return ""
    writer = pen.lend()
    if writer is not None:
        try:
            return _by_model(said, writer, pen)
        except UpstreamError as error:
            pen.failed(DOING, error)
    return one_line(extract.write(_chosen(said, embedder)))


def _by_model(
    said: Sequence[tuple[str, str]], writer: Writer, pen: WriterSource
) -> str:
    lines = [StoryLine(name=name, text=one_line(one)) for name, one in said]
    names = {name for name, _ in said if name}
    draft = asked_of_model(Tier.CHAPTER, lines, TARGET_TOKENS, names)
    made = taken_from_model(writer, draft, partial(sentences_told, lines, ""))
    for reason, count in made.refused.items():
        pen.refused(reason, count)
    return one_line(written(made.entries))


def _spoken(block: str) -> tuple[str, str]:
    found = _SPEAKER.fullmatch(block)
    return (found[1].strip(), found[2]) if found else ("", block)


def _chosen(
    said: Sequence[tuple[str, str]], embedder: Embedder | None
) -> list[Sentence]:
    lines = [line for name, one in said for line in extract.lines_of(name, one)]
    if not lines:
        return [Sentence(name, one_line(one)) for name, one in said][:1]
    names = sorted({name for name, _ in said if name})
    lines = _telling(lines, names)
    whole = estimate_tokens(extract.write(lines))
    return extract.choose(
        lines,
        _vectors([extract.vector_text(line, names) for line in lines], embedder),
        names,
        target_tokens=min(TARGET_TOKENS, max(1, int(whole * MOST_SHARE))),
        count=estimate_tokens,
    )


def _telling(lines: list[Sentence], names: Sequence[str]) -> list[Sentence]:
    """Leave out what tells least of a very long text before sentences are compared."""
    if len(lines) <= MOST_LINES:
        return lines
    signs = [extract.sign(line.text, names) for line in lines]
    best = sorted(range(len(lines)), key=lambda at: -signs[at])[:MOST_LINES]
    return [lines[at] for at in sorted(best)]


def _vectors(texts: Sequence[str], embedder: Embedder | None) -> extract.Vectors:
    if embedder is not None:
        try:
            return embedder.embed(texts)
        except EmbeddingError:
            pass
    vectors = np.zeros((len(texts), BUCKETS), np.float32)
    for row, text in enumerate(texts):
        np.add.at(vectors[row], term_ids(text) % BUCKETS, 1)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(lengths > 0, lengths, 1)
    return vectors
