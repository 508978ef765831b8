"""`ltm note`, `pin`, `hide`, `tag`, `edit`, `delete`: what a person decides.

Owns: finding the memory that an id means, saying how to take a change back.
Knows nothing of: how memories are kept.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Annotated, Any

import typer

from ..core.text.tags import read_tags
from ..core.types import MemoryItem
from ..engine.engine import Engine
from ..engine.memories import Memories
from ..errors import InvalidInput, NotFound
from . import sentences
from .options import (
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
from .search import as_json_of, line_of

LEAST_OF_ID = 4
"""So many letters of an id are enough, where no other begins like it."""

MemoryId = Annotated[
    str,
    typer.Argument(
        help="Of a memory, or how it begins; ltm search tells ids.", metavar="ID"
    ),
]


def note(
    text: Annotated[
        str, typer.Argument(help="What to remember; - reads it.", metavar="TEXT")
    ],
    pinned: Annotated[
        bool, typer.Option("--pin", help="Put it into every prompt.")
    ] = False,
    for_all: Annotated[
        bool,
        typer.Option(
            "--for-all",
            help="For all characters, told where the setting shared_notes is on.",
        ),
    ] = False,
    character: Character = "",
    user: User = "default",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Write a note that the character remembers, as if it had been said."""
    with opened(data_dir) as engine:
        bank = engine.shared(user) if for_all else bank_of(engine, user, character)
        memories = bank.memories
        added = memories.add(_read(text), pinned=pinned)
    _tell(
        sentences.NOTED_AND_PINNED if pinned else sentences.NOTED,
        added,
        as_json=as_json,
    )


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
        memories, known = memory_meant(engine, user, character, memory_id)
        changed = memories.pin(known, pinned=not off)
    _tell("Unpinned" if off else "Pinned", changed, as_json=as_json)


def hide(
    memory_id: MemoryId,
    off: Annotated[bool, typer.Option("--off", help="Hide it no longer.")] = False,
    character: Character = "",
    user: User = "default",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Never recall a memory, but keep it in lists and in the story; or do so again."""
    with opened(data_dir) as engine:
        memories, known = memory_meant(engine, user, character, memory_id)
        changed = memories.hide(known, hidden=not off)
    _tell("Not hidden" if off else "Hidden", changed, as_json=as_json)


def tag(
    memory_id: MemoryId,
    tags: Annotated[
        str, typer.Argument(help="All its tags, separated by commas; '' for none.")
    ],
    character: Character = "",
    user: User = "default",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Give a memory tags, by which the editor finds it."""
    with opened(data_dir) as engine:
        memories, known = memory_meant(engine, user, character, memory_id)
        changed = memories.tag(known, read_tags(tags))
    _tell("Tagged", changed, as_json=as_json)


def share(
    memory_id: MemoryId,
    character: Character = "",
    user: User = "default",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Copy a memory to your notes for all characters.

    They are told where the setting `shared_notes` is on. Their own memory is called
    "(all characters)": list, edit and forget them there.
    """
    with opened(data_dir) as engine:
        memories, known = memory_meant(engine, user, character, memory_id)
        banks = (engine.bank(scope) for scope in engine.scopes())
        bank = next(bank for bank in banks if bank.memories is memories)
        added = engine.share(bank.scope, known)
    _tell("Shared with all", added, as_json=as_json)


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
        memories, known = memory_meant(engine, user, character, memory_id)
        changed = memories.update(known, content=_read(text))
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
        memories, known = memory_meant(engine, user, character, memory_id)
        memories.delete(known)
        gone = memories.get(known)
    _tell("Deleted", gone, as_json=as_json)
    if not as_json:
        tell(sentences.TO_BRING_BACK.format(known=known))


def memory_meant(
    engine: Engine, user: str, character: str, typed: str
) -> tuple[Memories, str]:
    """Return the memory that an id means, of a character or of all the user's.

    Args:
        engine: Where to look.
        user: Whose memories.
        character: Whose alone; empty for all of the user's.
        typed: The id, or how it alone begins.

    Returns:
        The memories that it is among, and its whole id.

    Raises:
        NotFound: Nobody has it.
        InvalidInput: Several begin like this.
    """
    if character:
        scopes = [bank_of(engine, user, character).scope]
    else:
        scopes = all_of(engine, user)
    everybodys = [engine.bank(scope).memories for scope in scopes]
    for memories in everybodys:
        with suppress(NotFound):
            return memories, memories.get(typed).id
    found = [(one, known) for one in everybodys for known in _beginning(one, typed)]
    if not found:
        raise NotFound(sentences.NO_MEMORY.format(typed=typed))
    if len(found) > 1:
        raise InvalidInput(
            sentences.SEVERAL_MEMORIES.format(count=len(found), typed=typed)
        )
    return found[0]


def _beginning(memories: Memories, typed: str) -> list[str]:
    """Return the ids that begin as typed, deleted ones too; none of a letter or two."""
    if len(typed) < LEAST_OF_ID:
        return []
    return [
        one.id
        for gone in (False, True)
        for one in memories.list(deleted=gone, limit=sys.maxsize)
        if one.id.startswith(typed)
    ]


def _read(text: str) -> str:
    return sys.stdin.read() if text == "-" else text


def _tell(done: str, memory: MemoryItem, *, as_json: bool) -> None:
    if as_json:
        told: dict[str, Any] = as_json_of(memory)
        tell_json(told)
    else:
        tell(sentences.DONE_TO.format(done=done, id=memory.id, line=line_of(memory)))
