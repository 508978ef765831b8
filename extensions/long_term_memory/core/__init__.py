"""Pure decisions: no file, socket, clock, randomness or model; NumPy is allowed."""

from __future__ import annotations
