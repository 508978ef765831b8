"""The editor's tabs."""

from __future__ import annotations
