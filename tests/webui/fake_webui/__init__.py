"""A webui that fits into a test: its own modules, and a driver that plays its part."""

from __future__ import annotations
