"""Which stretches of a chat are told in short, and with which words."""

from __future__ import annotations
