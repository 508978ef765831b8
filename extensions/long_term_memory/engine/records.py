"""What the engine tells of itself, as plain values.

Owns: their fields and what each means.
Knows nothing of: how they come about.
"""

from __future__ import annotations

from collections.abc import Callable
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


def never(name: str) -> bool:
    """Say that a host still knows every chat it ever named."""
    del name
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatName:
    """How a host names a chat, and what it knows about other names.

    Attributes:
        host: Which host, such as "webui".
        name: The host's name; empty for a chat that is never stored.
        forked_from: Name of the chat it branched from, if the host knows.
        gone: Whether the host no longer has a chat under an old name; then an equal
            path under a new name is that chat renamed, not a branch.
        story: Name of the storyline that it belongs to, if the host knows.
    """

    host: str
    name: str
    forked_from: str | None = None
    gone: Callable[[str], bool]
    story: str = ""
