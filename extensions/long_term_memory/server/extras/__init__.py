"""SillyTavern's Extras API."""

from __future__ import annotations
