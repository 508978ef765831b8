"""The composition root: settings to an engine, and the only choice of back ends.

Knows nothing of: hosts.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
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
from .config.encryption import NONE
from .core.types import Scope
from .engine.engine import Backends, Engine
from .engine.guard import Clock, Faults, utc_now
from .errors import EmbeddingError
from .models.embedder import Embedder, LazyEmbedder, load_embedder
from .models.llm import Writer
from .models.reranker import PatientReranker, load_reranker
from .stores import layout
from .stores.base import BankStore
from .stores.collections import FILE_NAME, CollectionStore
from .stores.handles import Handles, with_handles
from .stores.home import Home
from .stores.keyring import is_encrypted
from .stores.logs import LOGS, LogFiles
from .stores.userkey import KeySource, key_source

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
    """
    backends = _backends(settings, data_dir, load)
    if careful:
        opening = backends.open_store
        backends = replace(backends, open_store=lambda scope: _checked(opening(scope)))
    return Engine(settings, data_dir, backends, clock, faults or Faults(clock))


def _backends(settings: Settings, data_dir: Path, load: Load | None) -> Backends:
    home = Home(data_dir)
    handles = Handles(settings.durability.most_open_banks)
    without = settings.encryption.encryption_vectors == NONE
    return Backends(
        open_store=lambda scope: _open_store(home, scope, settings, handles),
        list_scopes=lambda: layout.scopes(data_dir),
        make_embedder=lambda embedding: _embedder(
            embedding, _no_vectors if without else load
        ),
        make_writer=_writer,
        make_reranker=_reranker,
        open_logs=lambda scope: _logs(layout.bank_folder(data_dir, scope)),
        open_collections=lambda folder: CollectionStore(
            folder, keys=user_key(settings), home=home
        ),
        handles=handles,
        unkept=home.unkept,
        keys=lambda: user_key(settings),
    )


def build_looking_engine(
    settings: Settings, data_dir: Path, place: Path, told: list[str]
) -> Engine:
    """Build an engine that looks at copies and changes not a byte of the memories.

    Args:
        settings: What is in force.
        data_dir: Folder of the memories.
        place: An empty folder for the copies; whoever made it removes it.
        told: Is told what is wrong with a memory that can be looked at all the same.
    """
    backends = replace(
        _backends(settings, data_dir, None),
        open_store=lambda scope: _checked(
            _open_copy(data_dir, scope, settings, place, told)
        ),
        open_logs=lambda scope: None,
        open_collections=lambda folder: CollectionStore(
            place, keys=user_key(settings), copy_of=folder / FILE_NAME
        ),
    )
    return Engine(settings, data_dir, backends, utc_now, Faults(utc_now))


def _checked(store: BankStore) -> BankStore:
    """Return a store that can be read to its end.

    Raises:
        StoreCorrupt: It cannot.
    """
    try:
        store.check_values()
    except BaseException:
        store.close()
        raise
    return store


def _open_copy(
    data_dir: Path, scope: Scope, settings: Settings, place: Path, told: list[str]
) -> BankStore:
    from .stores.snapshot import copy_folder, named
    from .stores.sqlite import open_bank

    folder = layout.bank_folder(data_dir, scope)
    # Under the names of the original, so that errors can speak of that (see `named`).
    copy = place / folder.relative_to(data_dir)
    if not copy.exists():
        layout.make_private_folder(copy)
        told += copy_folder(folder, copy)
    with named(place, data_dir):
        return open_bank(copy, keys=user_key(settings), backups_kept=0)


def _open_store(
    home: Home, scope: Scope, settings: Settings, handles: Handles
) -> BankStore:
    from .stores.sqlite import open_bank

    with home.opening(f"{scope.user}\0{scope.character}"):
        folder = with_handles(
            handles,
            home.folder,
            lambda: layout.make_bank_folder(home.folder, scope, within=True),
        )
        return open_bank(
            folder,
            keys=user_key(settings),
            backups_kept=settings.durability.backups_kept,
            handles=handles,
            outcome=home.wrote,
        )


def _logs(folder: Path) -> LogFiles | None:
    """Name a bank's readable logs; what is encrypted has none."""
    # Whoever has it alone has it for long: the disk is full.
    encrypted = is_encrypted(folder, patience_seconds=0.5)
    return None if encrypted else LogFiles(folder / LOGS)


def _no_vectors() -> Embedder:
    raise EmbeddingError(
        "No vectors are made, for `encryption_vectors` is none: memories are recalled "
        "by words alone. Set it to keep, and restart, to recall by meaning."
    )


def user_key(settings: Settings) -> KeySource:
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
    from .models.remote import RemoteEmbedder

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


def _writer(settings: SummarySettings) -> Writer | None:
    if not settings.summary_endpoint:
        return None
    from .models.llm import OpenAIWriter

    return OpenAIWriter(
        settings.summary_endpoint,
        model=settings.summary_model,
        api_key=os.environ.get("LTM_SUMMARY_API_KEY", ""),
    )
