"""Reading and cleaning texts."""

from __future__ import annotations
