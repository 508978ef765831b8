"""The sections of the Safety tab."""

from __future__ import annotations
