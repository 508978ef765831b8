"""Vectors in the background, and the change of models."""

from __future__ import annotations
