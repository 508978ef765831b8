"""Host 2: the HTTP server."""

from __future__ import annotations
