"""Counts who generates."""

from __future__ import annotations

active_generation_count = 0
