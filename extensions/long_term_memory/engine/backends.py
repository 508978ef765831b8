"""What an engine is told to work with, and what of the settings each hangs on.

Owns: the makers of models.
Knows nothing of: banks, hosts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from ..config import EmbeddingSettings, Settings, SummarySettings
from ..models.embedder import LazyEmbedder
from ..models.emotion_transformer import ReadsEmotions
from ..models.llm import Writer
from .retrieval.rerank import Reads

MADE_AHEAD: Final = (
    "summary_every",
    "summary_chunk_tokens",
    "summary_chapter_tokens",
    "summary_story_tokens",
)
"""Settings of summaries that only show once these are made anew."""


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


def to_look_at(settings: Settings, held: Settings) -> Settings:
    """Return settings under which memories are only looked at.

    Args:
        settings: What is wanted.
        held: What is in force: of it are the models, and what is made ahead.
    """
    told = {name: getattr(held.summaries, name) for name in MADE_AHEAD}
    summaries = replace(settings.summaries, **told)
    return replace(settings, summaries=summaries, embedding=held.embedding)
