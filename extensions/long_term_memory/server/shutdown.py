"""End when told to, whatever clients and models do.

Owns: the last time by which a server that was told to end has ended.
Knows nothing of: what there is to close, and how.

What is acknowledged is on disk, so ending hard loses nothing that was promised.
"""

from __future__ import annotations

import logging
import os
from threading import Event, Thread
from time import sleep
from types import FrameType
from typing import Final

import uvicorn

logger = logging.getLogger("long_term_memory")

# Requests get three seconds, memory up to ten to keep their replies, the rest is spare.
END_SECONDS: Final = 20.0


class PunctualServer(uvicorn.Server):
    """Ends in good order if it can, and in any case."""

    def __init__(self, config: uvicorn.Config) -> None:
        """Prepare."""
        super().__init__(config)
        self._told = Event()
        # Begun now: when there is no memory left, no thread begins.
        Thread(target=self._end_in_time, daemon=True, name="ltm-ending").start()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end, and set the last time."""
        super().handle_exit(sig, frame)
        self._told.set()

    def _end_in_time(self) -> None:
        """End the process hard; the loop, or a thread at the very end, is stuck."""
        self._told.wait()
        sleep(END_SECONDS)
        try:
            logger.warning(
                "Something did not end within %g seconds, so the server ends without "
                "it. What was acknowledged is kept.",
                END_SECONDS,
            )
            logging.shutdown()
        finally:
            os._exit(1)
