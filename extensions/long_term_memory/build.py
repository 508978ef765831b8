"""The composition root: settings to an engine, and the only choice of back ends.

Knows nothing of: hosts.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from .config import EmbeddingSettings, Settings, SummarySettings
from .core.types import Scope
from .engine.engine import Backends, Engine
from .engine.guard import Clock, Faults, utc_now
from .models.embedder import Embedder, LazyEmbedder, load_embedder
from .models.llm import Writer
from .models.reranker import PatientReranker, load_reranker
from .stores import layout
from .stores.base import BankStore
from .stores.logs import LogFiles

Load = Callable[[], Embedder]


def build_engine(
    settings: Settings,
    data_dir: Path,
    *,
    clock: Clock = utc_now,
    faults: Faults | None = None,
    load: Load | None = None,
) -> Engine:
    """Build an engine on SQLite and zarr; cheap, for nothing heavy is loaded yet.

    Args:
        settings: What is in force at first.
        data_dir: Folder of the memories; created when something is stored.
        clock: Tells the time, aware UTC.
        faults: Keeps what goes wrong; a host may share its own.
        load: Loads an embedder instead of the one that the settings name.
    """
    backends = Backends(
        open_store=lambda scope: _open_store(data_dir, scope),
        list_scopes=lambda: layout.scopes(data_dir),
        make_embedder=lambda embedding: _embedder(embedding, load),
        make_writer=_writer,
        make_reranker=_reranker,
        open_logs=lambda scope: LogFiles(layout.bank_folder(data_dir, scope) / "logs"),
    )
    return Engine(settings, data_dir, backends, clock, faults or Faults(clock))


def _open_store(data_dir: Path, scope: Scope) -> BankStore:
    from .stores.sqlite import open_bank

    return open_bank(layout.make_bank_folder(data_dir, scope))


def _embedder(settings: EmbeddingSettings, load: Load | None) -> LazyEmbedder:
    if load is not None:
        return LazyEmbedder(load)
    return LazyEmbedder(
        lambda: load_embedder(settings.embedding_model, device=settings.device)
    )


def _reranker(settings: Settings) -> PatientReranker | None:
    name, device = settings.recall.rerank_model.strip(), settings.embedding.device
    if not name:
        return None
    return PatientReranker(lambda: load_reranker(name, device=device))


def _writer(settings: SummarySettings) -> Writer | None:
    if not settings.summary_endpoint:
        return None
    from .models.llm import OpenAIWriter

    return OpenAIWriter(
        settings.summary_endpoint,
        model=settings.summary_model,
        api_key=os.environ.get("LTM_SUMMARY_API_KEY", ""),
    )
