"""Counts tokens: words, here."""

from __future__ import annotations


def get_encoded_length(prompt: str) -> int:
    return len(prompt.split())
