"""Rolling summaries, chosen or written by a model."""

from __future__ import annotations
