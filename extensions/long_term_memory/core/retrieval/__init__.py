"""Finding and ordering memories."""

from __future__ import annotations
