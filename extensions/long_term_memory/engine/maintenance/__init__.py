"""Whether all is well, and what puts it right: checks, backups, encryption."""

from __future__ import annotations
