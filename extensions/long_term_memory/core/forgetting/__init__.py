"""What is forgotten, and stays so."""

from __future__ import annotations
