"""What an engine is told to work with, and what of the settings each hangs on.

Owns: the makers of models.
Knows nothing of: banks, hosts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..config import EmbeddingSettings, Settings, SummarySettings
from ..models.embedder import LazyEmbedder
from ..models.emotion_transformer import ReadsEmotions
from ..models.llm import Writer
from .retrieval.rerank import Reads


@dataclass(frozen=True, slots=True, kw_only=True)
class Backends:
    """Makers of the models that an engine works with; `build` chooses.

    Attributes:
        make_embedder: Prepares an embedder; loads nothing yet.
        make_writer: Prepares a language model that writes summaries; None for none.
        make_reranker: Prepares a model that reads memories again; None for none.
        make_classifier: Prepares another model of emotions than ours; None for none.
    """

    make_embedder: Callable[[EmbeddingSettings], LazyEmbedder]
    make_writer: Callable[[SummarySettings], Writer | None] = lambda settings: None
    make_reranker: Callable[[Settings], Reads | None] = lambda settings: None
    make_classifier: Callable[[Settings], ReadsEmotions | None] = lambda settings: None


def classifying(settings: Settings) -> tuple[str, str]:
    """Return what a model of emotions hangs on."""
    return settings.extras.transformer_emotions, settings.embedding.device


def reranking(settings: Settings) -> tuple[str, str]:
    """Return what a model that reads memories again hangs on."""
    return settings.recall.rerank_model, settings.embedding.device
