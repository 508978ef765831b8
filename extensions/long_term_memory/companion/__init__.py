"""Host 3: conversations that the server itself carries, for apps of companions."""

from __future__ import annotations
