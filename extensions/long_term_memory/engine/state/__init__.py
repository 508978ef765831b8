"""What a bank holds in memory, in step with its store."""

from __future__ import annotations
