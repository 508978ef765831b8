"""Texts as ciphers, and the keys for them."""

from __future__ import annotations
