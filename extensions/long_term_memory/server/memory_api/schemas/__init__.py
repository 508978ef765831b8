"""What requests of the memory API hold, and what is answered."""

from __future__ import annotations
