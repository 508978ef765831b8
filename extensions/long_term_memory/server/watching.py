"""Telling the one who started the server whether the model answers.

Owns: what is told of the model at the start, and how often it is asked again.
Knows nothing of: how it is asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from .health import FRESH_SECONDS, PATIENT_SECONDS, Probe

# A model that is being loaded is there within minutes; longer waits ask less often.
LONGEST_PAUSE_SECONDS: Final = 120.0


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
