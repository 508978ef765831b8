"""What a message brings to mind, and why."""

from __future__ import annotations
