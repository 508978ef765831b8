"""Which chat a window shows, and following it."""

from __future__ import annotations
