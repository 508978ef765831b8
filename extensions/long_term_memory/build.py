"""The composition root: settings to an engine, and the only choice of back ends.

Knows nothing of: hosts.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from .config import (
    EMBEDDING_KEY,
    ENCRYPTION_KEY,
    LLM_KEY,
    EmbeddingSettings,
    Settings,
    SummarySettings,
    upstream_key,
)
from .config.storage import NONE
from .engine.backends import Backends
from .engine.elsewhere import share_of
from .engine.engine import Engine
from .engine.faults import Clock, Faults, utc_now
from .errors import EmbeddingError
from .models.embedder import Embedder, LazyEmbedder, load_embedder
from .models.emotion_transformer import (
    EmotionClassifier,
    load_classifier,
    named_model,
)
from .models.llm import Writer
from .models.reranker import PatientReranker, load_reranker
from .storage.chat_log import LogFiles
from .storage.encryption.user_key import (
    KeySource,
    key_source,
    make_key_file,
    read_key_file,
)
from .storage.sqlite.backend import SqliteBackend, looking_at_copies
from .storage.sqlite.handles import allow_files
from .storage.sqlite.home import shown_to_others

__all__ = [
    "allow_files",
    "build_engine",
    "chat_log_in",
    "looking_engine",
    "make_key_file",
    "read_key_file",
    "shown_to_others",
]

Load = Callable[[], Embedder]

REMOTE_AGAIN_SECONDS = 15.0


def build_engine(
    settings: Settings,
    data_dir: Path,
    *,
    clock: Clock = utc_now,
    faults: Faults | None = None,
    load: Load | None = None,
    careful: bool = False,
    share: float = 1.0,
) -> Engine:
    """Build an engine on SQLite and zarr; cheap, for nothing heavy is loaded yet.

    Args:
        settings: What is in force at first.
        data_dir: Folder of the memories; created when something is stored.
        clock: Tells the time, aware UTC.
        faults: Keeps what goes wrong; a host may share its own.
        load: Loads an embedder instead of the one that the settings name.
        careful: Read all of a memory as it is opened, for whoever cannot go on without
            it; a host can, and is not kept waiting.
        share: Of the banks that may stay open; other processes have the rest.
    """
    storage = _storage(settings, data_dir, careful=careful, share=share)
    backends = _backends(settings, load)
    faults = faults or Faults(clock)
    return Engine(settings, data_dir, storage, backends, clock, faults, share=share)


@contextmanager
def looking_engine(
    settings: Settings, data_dir: Path, told: list[str]
) -> Iterator[Engine]:
    """Build an engine that looks at copies and changes not a byte of the memories.

    Args:
        settings: What is in force.
        data_dir: Folder of the memories.
        told: Is told what is wrong with a memory that can be looked at all the same.
    """
    with looking_at_copies(data_dir, told, keys=lambda: _user_key(settings)) as storage:
        backends = _backends(settings, None)
        engine = Engine(settings, data_dir, storage, backends, utc_now, Faults(utc_now))
        try:
            yield engine
        finally:
            engine.close()


def _storage(
    settings: Settings, data_dir: Path, *, careful: bool = False, share: float = 1.0
) -> SqliteBackend:
    """Return what keeps memories: the only choice of a back end.

    Args:
        settings: What is in force.
        data_dir: Folder of the memories.
        careful: Read all of a memory as it is opened.
        share: Of the banks that may stay open.
    """
    return SqliteBackend(
        data_dir,
        keys=lambda: _user_key(settings),
        backups_kept=settings.durability.backups_kept,
        most_open_banks=share_of(settings.durability.most_open_banks, share),
        careful=careful,
    )


def chat_log_in(folder: Path) -> LogFiles:
    """Return readable logs that are written into a folder."""
    return LogFiles(folder)


def _backends(settings: Settings, load: Load | None) -> Backends:
    without = settings.encryption.encryption_vectors == NONE
    return Backends(
        make_embedder=lambda embedding: _embedder(
            embedding, _no_vectors if without else load
        ),
        make_writer=_writer,
        make_reranker=_reranker,
        make_classifier=_classifier,
    )


def _no_vectors() -> Embedder:
    raise EmbeddingError(
        "No vectors are made, for `encryption_vectors` is none: memories are recalled "
        "by words alone. Set it to keep, and restart, to recall by meaning."
    )


def _user_key(settings: Settings) -> KeySource:
    """Return what finds the key that opens encrypted memories."""
    file = settings.encryption.encryption_key_file
    return key_source(os.environ.get(ENCRYPTION_KEY, ""), file)


def _embedder(settings: EmbeddingSettings, load: Load | None) -> LazyEmbedder:
    if load is not None:
        return LazyEmbedder(load)
    if settings.embedding_endpoint:
        # A service that is not there yet may be there later.
        return LazyEmbedder(
            partial(_remote, settings), again_after_seconds=REMOTE_AGAIN_SECONDS
        )
    return LazyEmbedder(
        lambda: load_embedder(settings.embedding_model, device=settings.device)
    )


def _remote(settings: EmbeddingSettings) -> Embedder:
    from .models.remote_embedder import RemoteEmbedder

    endpoint = settings.embedding_endpoint
    # The key of the chat's model is not for this service, unless its own name says so.
    others = {name: key for name, key in os.environ.items() if name != LLM_KEY}
    return RemoteEmbedder(
        endpoint,
        model=settings.embedding_model,
        dimension=settings.embedding_dims,
        api_key=os.environ.get(EMBEDDING_KEY) or upstream_key(endpoint, others),
    )


def _reranker(settings: Settings) -> PatientReranker | None:
    name, device = settings.recall.rerank_model.strip(), settings.embedding.device
    if not name:
        return None
    return PatientReranker(lambda: load_reranker(name, device=device))


def _classifier(settings: Settings) -> EmotionClassifier | None:
    name, device = settings.extras.transformer_emotions, settings.embedding.device
    source = named_model(name)
    if not source:
        return None
    return EmotionClassifier(lambda: load_classifier(source, device=device))


def _writer(settings: SummarySettings) -> Writer | None:
    if not settings.summary_endpoint:
        return None
    from .models.llm import OpenAIWriter

    return OpenAIWriter(
        settings.summary_endpoint,
        model=settings.summary_model,
        api_key=os.environ.get("LTM_SUMMARY_API_KEY", ""),
    )
