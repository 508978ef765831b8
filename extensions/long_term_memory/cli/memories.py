"""`ltm note`, `pin`, `edit` and `delete`: what a person decides about memories.

Owns: finding the memory that an id means, saying how to take a change back.
Knows nothing of: how memories are kept.
"""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from ..core.types import Memory
from ..engine.engine import Engine
from ..engine.memories import Memories
from ..errors import NotFound
from .look import as_json_of, line_of
from .shared import (
    Character,
    DataDir,
    Json,
    User,
    all_of,
    bank_of,
    opened,
    tell,
    tell_json,
)

MemoryId = Annotated[
    str,
    typer.Argument(help="Of a memory; ltm history --json tells ids.", metavar="ID"),
]


def note(
    text: Annotated[
        str, typer.Argument(help="What to remember; - reads it.", metavar="TEXT")
    ],
    pinned: Annotated[
        bool, typer.Option("--pin", help="Put it into every prompt.")
    ] = False,
    character: Character = "",
    user: User = "default",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Write a note that the character remembers, as if it had been said."""
    with opened(data_dir) as engine:
        memories = bank_of(engine, user, character).memories
        added = memories.add(_read(text), pinned=pinned)
    _tell("Noted and pinned" if pinned else "Noted", added, as_json=as_json)


def pin(
    memory_id: MemoryId,
    off: Annotated[bool, typer.Option("--off", help="Pin it no longer.")] = False,
    character: Character = "",
    user: User = "default",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Put a memory into every prompt of its character, or no longer."""
    with opened(data_dir) as engine:
        memories = memories_with(engine, user, character, memory_id)
        changed = memories.pin(memory_id, pinned=not off)
    _tell("Unpinned" if off else "Pinned", changed, as_json=as_json)


def edit(
    memory_id: MemoryId,
    text: Annotated[str, typer.Argument(help="What it says from now on; - reads it.")],
    character: Character = "",
    user: User = "default",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Correct a memory. What it said stays: ltm versions shows it."""
    with opened(data_dir) as engine:
        memories = memories_with(engine, user, character, memory_id)
        changed = memories.update(memory_id, content=_read(text))
    _tell("Corrected", changed, as_json=as_json)


def delete(
    memory_id: MemoryId,
    character: Character = "",
    user: User = "default",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Take one memory out of every prompt; ltm undo brings it back.

    Its text stays on the disk. To have it gone from there, use ltm forget.
    """
    with opened(data_dir) as engine:
        memories = memories_with(engine, user, character, memory_id)
        memories.delete(memory_id)
        gone = memories.get(memory_id)
    _tell("Deleted", gone, as_json=as_json)
    if not as_json:
        tell(f"To bring it back: ltm undo {memory_id}")


def memories_with(
    engine: Engine, user: str, character: str, memory_id: str
) -> Memories:
    """Return the memories among which one is, of a character or of all the user's.

    Raises:
        NotFound: Nobody has it.
    """
    if character:
        scopes = [bank_of(engine, user, character).scope]
    else:
        scopes = all_of(engine, user)
    for scope in scopes:
        memories = engine.bank(scope).memories
        try:
            memories.get(memory_id)
        except NotFound:
            continue
        return memories
    raise NotFound(
        f"There is no memory {memory_id!r}. ltm history CHAT --json tells ids."
    )


def _read(text: str) -> str:
    return sys.stdin.read() if text == "-" else text


def _tell(done: str, memory: Memory, *, as_json: bool) -> None:
    if as_json:
        told: dict[str, Any] = as_json_of(memory)
        tell_json(told)
    else:
        tell(f"{done}, {memory.id}:\n{line_of(memory)}")
