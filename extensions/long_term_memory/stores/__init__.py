"""Input and output behind small protocols; `base` holds the contract."""

from __future__ import annotations
