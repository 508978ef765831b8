"""Input and output behind small protocols; `protocols` holds the contract."""

from __future__ import annotations
