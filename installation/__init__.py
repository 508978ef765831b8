"""The steps behind `install.py`; standard library only, Python 3.11 or newer."""

from __future__ import annotations
