"""What a page is expected to show, asked again until it does.

A page draws when it can: a text read once, right after a click, may be the one before.
"""

from __future__ import annotations

from playwright.sync_api import expect

PATIENCE_MS = 30_000

expect.set_options(timeout=PATIENCE_MS)

__all__ = ["expect"]
