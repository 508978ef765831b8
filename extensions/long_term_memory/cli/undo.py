"""`ltm clear` and `ltm undo`: take memories away, and bring them back.

Owns: asking before anything is taken.
Knows nothing of: how it is done.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Final
from uuid import uuid4

import typer

from ..engine.engine import Engine
from ..errors import InvalidInput, NotFound
from ..importers.import_job import batches
from ..importers.import_job import undo as undo_batch
from ..importers.report import counted
from . import sentences
from .memories import MemoryId, memory_meant
from .options import (
    Character,
    DataDir,
    Json,
    User,
    bank_of,
    confirm,
    looking,
    opened,
    tell,
    tell_json,
)
from .search import as_json_of, find_chat, line_of
from .steps import tell_step

LAST: Final = "last"


def clear(
    chats: Annotated[
        list[str] | None,
        typer.Argument(help="Names of chats; none takes everything.", metavar="CHAT"),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    character: Character = "",
    user: User = "default",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Take a character's memories away, all or those of some chats.

    `ltm undo` brings them back: the texts stay on the disk. A chat that its host still
    shows comes back with its next message.
    """
    with opened(data_dir) as engine:
        bank = bank_of(engine, user, character)
        whose = bank.scope.character
        ids = [find_chat(bank, chat).id for chat in chats or ()]
        what = (
            f"{counted(len(ids), 'chat')} of {whose}"
            if ids
            else sentences.ALL_OF.format(whose=whose)
        )
        if not yes and as_json:
            raise InvalidInput(sentences.SAY_YES)
        if not yes:
            confirm(sentences.ASK_TAKE_AWAY.format(what=what))
        batch = uuid4().hex[:8]
        taken = bank.undo_log.clear(
            batch, sentences.CLEARING_OF.format(what=what), ids or None
        )
    batch = batch if taken else ""
    if as_json:
        tell_json({"batch": batch, "taken": taken})
    elif taken:
        tell(sentences.TAKEN_AWAY.format(what=what, batch=batch))
    else:
        tell(sentences.NOTHING_TAKEN)


def versions(
    memory_id: MemoryId,
    restore: Annotated[
        int | None,
        typer.Option("--restore", metavar="N", help="Bring this one back."),
    ] = None,
    character: Character = "",
    user: User = "default",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Tell what a memory said before it was changed by hand, the oldest first."""
    session = looking if restore is None else opened
    with session(data_dir) as engine:
        memories, memory_id = memory_meant(engine, user, character, memory_id)
        known = memories.history(memory_id)
        if restore is not None:
            if not 1 <= restore <= len(known):
                raise NotFound(
                    sentences.NO_VERSION.format(wanted=restore, count=len(known))
                )
            memories.update(memory_id, content=known[restore - 1].content)
        now = memories.get(memory_id).content
    if as_json:
        tell_json({"versions": [asdict(one) for one in known], "now": now})
        return
    for number, one in enumerate(known, 1):
        by = sentences.BY_HAND if one.by_hand else sentences.AS_SAID
        at = f"{one.at.astimezone():%Y-%m-%d %H:%M}"
        tell(f"{number}  {at}  {by}: {one.content}")
    tell(f"now: {now}")


def undo(
    batch: Annotated[
        str,
        typer.Argument(
            help="An id, or `last`; none lists what can be undone.", metavar="ID"
        ),
    ] = "",
    character: Character = "",
    user: User = "default",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Take an import back, or bring back what was cleared or deleted.

    The id is that of an import or a clearing, or of a memory that was deleted.
    `ltm undo last` takes back what was done by hand last to a character's memories,
    whatever it was but forgetting; `ltm redo` does it again.
    """
    session = opened if batch else looking
    with session(data_dir) as engine:
        if not batch:
            known = batches(engine, user)
            if as_json:
                tell_json([asdict(one) for one in known])
                return
            for one in known:
                at = f"{one.at.astimezone():%Y-%m-%d %H:%M}"
                tell(f"{one.id}  {at}  {one.title} ({counted(one.changes, 'change')})")
            if not known:
                tell(sentences.NOTHING_TO_UNDO)
            return
        if batch == LAST:
            outcome = bank_of(engine, user, character).edit_history.undo()
            tell_step(sentences.STEP_UNDONE, outcome, as_json=as_json)
            return
        if all(one.id != batch for one in batches(engine, user)):
            _bring_back(engine, user, character, batch, as_json=as_json)
            return
        undone = undo_batch(engine, user, batch)
    if as_json:
        tell_json(asdict(undone))
        return
    tell(
        sentences.UNDONE.format(
            chats=counted(undone.chats, "chat"), notes=counted(undone.notes, "note")
        )
    )
    for title in undone.kept:
        tell(sentences.LEFT_ALONE.format(title=title))


def _bring_back(
    engine: Engine, user: str, character: str, memory_id: str, *, as_json: bool
) -> None:
    """Bring a deleted memory back.

    Raises:
        NotFound: The id is that of nothing that can be undone.
    """
    try:
        memories, known = memory_meant(engine, user, character, memory_id)
        memory = memories.restore(known)
    except NotFound:
        raise NotFound(sentences.NO_SUCH_UNDO.format(id=memory_id)) from None
    if as_json:
        tell_json(as_json_of(memory))
    else:
        tell(sentences.BROUGHT_BACK.format(line=line_of(memory)))
