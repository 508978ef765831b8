"""Host 1: text-generation-webui."""

from __future__ import annotations
