"""A message as it was read, before it is embedded.

Owns: what is known of it then, and what kind of message it is.
Knows nothing of: what is looked for, stores, where embedders come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from ...core.retrieval.intent import classify_intent
from ...core.retrieval.judging import reads_vector
from ...core.retrieval.query import ParsedQuery
from ...errors import EmbeddingError
from ...models.embedder import Embedder
from ...models.intent import load_intent_model
from ..embedding.indexer import QueryEmbedder


class HeardMessage(NamedTuple):
    """A message, in one or in parts, and who would embed it.

    Attributes:
        texts: The parts as they were written.
        asked: The same as ranking reads them.
        voice: Embeds them.
        until: How long vectors may be waited for, by the monotonic clock.
    """

    texts: Sequence[str]
    asked: Sequence[ParsedQuery]
    voice: QueryEmbedder
    until: float


def kind_of(
    texts: Sequence[str], asked: Sequence[ParsedQuery], embedder: Embedder | None
) -> str:
    """Say what kind of message it is; embeds it if that tells more.

    Args:
        texts: Its parts as they were written.
        asked: The same as ranking reads them.
        embedder: Makes the vectors that would have been compared; None without.
    """
    model, vector = load_intent_model(), None
    if embedder is not None and reads_vector(asked[0], embedder.name, model):
        with suppress(EmbeddingError):  # Then the surface of the message tells.
            vector = embedder.embed([one.text for one in asked])[0]
    return classify_intent(texts[0], vector, model).kind
