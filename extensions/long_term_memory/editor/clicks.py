"""What the page's script tells of a click inside our HTML.

Owns: `Click`, and reading one from what came.
Knows nothing of: what a click does.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """A button that was pressed inside our HTML, or one that may be.

    Attributes:
        do: What it does.
        memory_id: To which memory.
        text: The text beside it.
        seen: Which state of the memory was seen; empty if that is not known.
        kept: Ids of what was listed, and is not meant.
    """

    do: str = ""
    memory_id: str = ""
    text: str = ""
    seen: str = ""
    kept: tuple[str, ...] = ()


NOTHING = Click()


def read_click(payload: object) -> Click:
    """Read what the page's script sends; anything else is a click on nothing."""
    try:
        raw: Any = json.loads(payload) if isinstance(payload, str) else {}
    except ValueError:
        raw = {}
    if not isinstance(raw, dict):
        return NOTHING
    kept = raw.get("kept")
    return Click(
        do=str(raw.get("do", "")),
        memory_id=str(raw.get("id", "")),
        text=str(raw.get("text", "")),
        seen=str(raw.get("seen", "")),
        kept=tuple(str(one) for one in kept) if isinstance(kept, list) else (),
    )
