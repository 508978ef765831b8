"""A bank as files: lossless, for spreadsheets, for reading."""

from __future__ import annotations
