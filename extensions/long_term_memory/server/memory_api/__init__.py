"""REST for memories, `/api/ltm/v1`: the engine for other people's programs."""

from __future__ import annotations
