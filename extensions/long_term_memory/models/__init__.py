"""Things that infer: embedders and token counters; heavy imports stay in functions."""

from __future__ import annotations
