"""A webui's own modules, as far as an extension may touch them."""

from __future__ import annotations
