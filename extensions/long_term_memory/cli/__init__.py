"""The command line: `ltm COMMAND`, for people and for scripts.

Owns: nothing; `app` puts the commands together.
"""

from __future__ import annotations

from .app import main

__all__ = ["main"]
