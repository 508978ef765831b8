"""Chats and memories of others: read from files, and brought into banks."""

from __future__ import annotations
