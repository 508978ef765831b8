"""One bank in one folder: SQLite and zarr."""

from __future__ import annotations
