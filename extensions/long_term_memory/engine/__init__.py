"""The only thing hosts talk to: synchronous, thread-safe."""

from __future__ import annotations
