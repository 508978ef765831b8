"""What a host shows against what is known of a chat: pure decisions."""

from __future__ import annotations
