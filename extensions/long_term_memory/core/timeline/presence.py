"""Who was there when something was said.

Owns: what of a window a character may know.
Knows nothing of: what is stored, hosts.
"""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter

from ..types import Window


def witnessed(window: Window, character: str) -> Window:
    """Leave out what the bank's character was not there to hear."""
    # In C: a window of ten thousand passes here every turn.
    if not any(map(attrgetter("present"), window.messages)):
        return window
    kept = tuple(
        shown
        for shown in window.messages
        if not shown.present or character in shown.present
    )
    just_said = window.just_said and kept[-1:] == window.messages[-1:]
    return replace(window, messages=kept, just_said=just_said)
