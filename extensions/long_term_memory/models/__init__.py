"""Things that infer: embedders and token counters; heavy libraries load inside functions."""

from __future__ import annotations
