"""The webui's logger; what is logged elsewhere is not seen."""

from __future__ import annotations

import logging


class Lines(logging.Handler):
    """Keeps what was logged."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


seen = Lines()
logger = logging.getLogger("textgen")
logger.handlers = [seen]
