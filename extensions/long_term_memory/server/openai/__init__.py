"""The proxy for chat completions."""

from __future__ import annotations
