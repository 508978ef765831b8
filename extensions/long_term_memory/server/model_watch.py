"""Telling the one who started the server whether its models are there.

Owns: what is told of the language model and of the embedding model at the start, and
    how often the former is asked again.
Knows nothing of: how they are asked and loaded.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

from ..engine.engine import Engine
from ..errors import EmbeddingError
from ..models.embedder import DEFAULT_MODEL_NAMES, LazyEmbedder
from ..models.minilm_weights import check_packaged
from .health import FRESH_SECONDS, PATIENT_SECONDS, Probe

# A model that is being loaded is there within minutes; longer waits ask less often.
LONGEST_PAUSE_SECONDS: Final = 120.0
# So long after it an embedding model that is still being loaded will come.
LOADING_SECONDS: Final = 120.0
# How often it is looked whether it is.
LOOK_SECONDS: Final = 0.5


async def watch_model(
    probe: Probe,
    host: str,
    lacking: Callable[[], Awaitable[str]],
    tell: Callable[[str], None],
    *,
    pause_seconds: float = FRESH_SECONDS,
) -> None:
    """Ask the model until it answers; tell once if it does not, and when it does.

    Args:
        probe: Asks it.
        host: Where it is; empty if none is set, and nothing is told.
        lacking: Returns the name of the model that is asked for and not offered.
        tell: Shows a line to the one who started the server.
        pause_seconds: How long to wait before it is asked again; doubled each time.
    """
    if not host:
        return
    found = await probe.look(PATIENT_SECONDS + 1)
    if found.ok is False:
        tell(f"Note: {found.reason} It is asked again until it answers.")
    told = found.ok is False
    while not found.ok:
        await asyncio.sleep(pause_seconds)
        pause_seconds = min(2 * pause_seconds, LONGEST_PAUSE_SECONDS)
        found = await probe.look(PATIENT_SECONDS + 1)
    if told:
        tell(f"The language model at {host} answers now.")
    if name := await lacking():
        tell(
            f"Note: The language model at {host} does not list {name!r}, which "
            "--llm-model asks for. It may refuse; its own list: /v1/models."
        )


async def watch_embedder(engine: Engine, tell: Callable[[str], None]) -> None:
    """Tell once if meanings cannot be compared.

    The default model is only looked at, for it takes a hundred megabytes which a server
    without chats need not spend. Another one is loaded. It is waited for here and in no
    thread: the end of a server waits for its threads.
    """
    chosen = engine.settings.embedding
    default = chosen.embedding_model in DEFAULT_MODEL_NAMES
    looked_at = default and not chosen.embedding_endpoint
    error = _lacking() if looked_at else await _failed(engine.embedder)
    if error is not None:
        tell(f"Note: memories are found by words alone: {error.for_the_owner}")


def _lacking() -> EmbeddingError | None:
    """Return why the default model is not there; None if it is."""
    try:
        check_packaged()
    except EmbeddingError as error:
        return error
    return None


async def _failed(embedder: LazyEmbedder) -> EmbeddingError | None:
    """Load a model; return why it cannot be, None if it is or takes too long."""
    embedder.start()
    until = time.monotonic() + LOADING_SECONDS
    while embedder.state == "loading" and time.monotonic() < until:
        await asyncio.sleep(LOOK_SECONDS)
    return embedder.error
