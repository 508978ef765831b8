"""Taking out for good: what goes, where it goes, and when by itself."""

from __future__ import annotations
