"""Blocks for a prompt, and the room they may take."""

from __future__ import annotations
