"""What the engine tells of itself, as plain values.

Owns: their fields and what each means.
Knows nothing of: how they come about.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .faults import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStatus:
    """How the whole is doing, for people.

    Attributes:
        data_dir: Where the memories lie.
        embedder: Name of the embedding model.
        embedder_state: "not loaded yet", "loading", "ready", or "failed".
        embedder_note: What to do if it failed, else empty.
        banks: How many banks there are on disk.
        open_banks: How many of them are open.
        due: Texts in open banks that wait for a vector.
        fault: The last thing that went wrong, None if all is well.
        unkept: Why memories are not kept at present, empty if they are.
        mended: What was found damaged and mended when banks were opened.
        notices: What was forgotten because of its age, or is going to be tomorrow.
    """

    data_dir: Path
    embedder: str
    embedder_state: str
    embedder_note: str
    banks: int
    open_banks: int
    due: int
    fault: Fault | None
    unkept: str = ""
    mended: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
