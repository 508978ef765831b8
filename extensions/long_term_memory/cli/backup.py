"""`ltm backup` and `ltm restore`: a copy in a safe place, and back again.

Owns: asking before anything is replaced.
Knows nothing of: what a backup holds inside.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from ..core.maintenance import Archive, Beside
from ..core.types import Scope
from ..engine.maintenance.backups import Restored, back_up, find_archive, restore
from ..errors import InvalidInput, NotFound
from ..importers.report import counted
from . import sentences
from .options import (
    DataDir,
    Json,
    User,
    amiss,
    confirm,
    meant,
    opened,
    scope_of,
    tell,
    tell_json,
)

_BESIDE: Final = {
    Beside.TEXTS: ("client_texts", "entries"),
    Beside.CONVERSATIONS: ("conversations", "conversations"),
}

Wanted = Annotated[
    str,
    typer.Option(
        "--character", "-c", metavar="NAME", help="Only this character; else all."
    ),
]


def backup(
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            metavar="FOLDER",
            help="Where the file goes. Default: `backups` in the data directory; "
            "another disk is safer.",
        ),
    ] = None,
    character: Wanted = "",
    user: User = "default",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Save all memories, or a character's, into one file, checked after writing.

    Chats may go on meanwhile. The file holds everything and needs no other; only its
    owner can read it.
    """
    with opened(data_dir) as engine:
        scopes = [scope_of(engine, user, character)] if character else None
        saved = back_up(engine, to, scopes)
    archive = saved.archive
    for words in saved.amiss:
        amiss(words)
    size = archive.size_bytes
    if as_json:
        told = {"path": archive.path, "bytes": size, "banks": _banks(archive)}
        told |= {"client_texts": None, "conversations": None, **_beside(archive)}
        tell_json({**told, "amiss": list(saved.amiss)})
        return
    for bank in archive.banks:
        messages = counted(bank.rows["messages"], "message")
        tell(f"{bank.scope.character} ({bank.scope.user}): {messages}")
    beside = _beside(archive)
    if "client_texts" in beside:
        texts = counted(beside["client_texts"], "text")
        tell(sentences.CLIENTS_KEEP.format(texts=texts))
    if "conversations" in beside:
        tell(counted(beside["conversations"], "conversation"))
    tell(sentences.SAVED.format(path=archive.path, size=size / 1000000.0))


def restore_command(
    source: Annotated[
        Path,
        typer.Argument(
            help="A backup, or a folder: its newest backup.", metavar="FILE_OR_FOLDER"
        ),
    ],
    character: Wanted = "",
    user: User = "default",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    in_clear: Annotated[
        bool,
        typer.Option(
            "--in-clear",
            help="Also where the memory is encrypted and the backup is not.",
        ),
    ] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Put memories back from a backup.

    What is remembered now is set aside first, in the character's folder. Close the
    webui and the server before: if one has the memory open, it is named.
    """
    with opened(data_dir) as engine:
        archive = find_archive(engine, source)
        scopes = [_scope_in(archive, user, character)] if character else None
        if not yes:
            _ask(archive, character, as_json=as_json)
        done = restore(engine, archive, scopes, in_clear=in_clear)
    if as_json:
        tell_json(
            [_told(one) | {"set_aside": one.aside and str(one.aside)} for one in done]
        )
        return
    for one in done:
        aside = sentences.SET_ASIDE_IN.format(aside=one.aside) if one.aside else ""
        whose = "" if isinstance(one.scope, Beside) else f" ({one.scope.user})"
        tell(
            sentences.RESTORED.format(
                name=one.name, whose=whose, held=one.held, aside=aside
            )
        )


def _scope_in(archive: Archive, user: str, character: str) -> Scope:
    """Return whose memory is to be put back; NotFound if the backup holds none."""
    wanted = Scope(user=user, character=character)
    held = [bank.scope for bank in archive.banks]
    if wanted in held:
        return wanted
    known = [scope.character for scope in held if scope.user == user]
    raise NotFound(
        sentences.NO_MEMORY_IN_BACKUP.format(
            path=archive.path,
            character=character,
            meant=meant(character, known),
            held=", ".join(map(repr, known)) or sentences.NONE_OF_THIS_USER,
        )
    )


def _told(one: Restored) -> dict[str, object]:
    if isinstance(one.scope, Beside):
        return {_BESIDE[one.scope][0]: one.count}
    whose = {"user": one.scope.user, "character": one.scope.character}
    return whose | {"messages": one.count}


def _ask(archive: Archive, character: str, *, as_json: bool) -> None:
    """Ask whether to go on; the answer "no" ends the command."""
    if as_json:
        raise InvalidInput(sentences.SAY_YES)
    held = counted(len(archive.banks), "character")
    also = sentences.AND_CLIENTS_TEXTS if archive.kept(Beside.TEXTS) else ""
    if archive.kept(Beside.CONVERSATIONS):
        also += sentences.AND_CONVERSATIONS
    whose = character or sentences.MEMORY_OF.format(held=held, also=also)
    made = f"{archive.at.astimezone():%Y-%m-%d %H:%M}"
    confirm(sentences.ASK_RESTORE.format(whose=whose, made=made, path=archive.path))


def _beside(archive: Archive) -> dict[str, int]:
    """Return how much there is beside the banks, as far as it is in a backup."""
    found = {}
    for one in archive.beside:
        name, table = _BESIDE[one.kept]
        found[name] = one.rows[table]
    return found


def _banks(archive: Archive) -> list[dict[str, object]]:
    return [
        {
            "user": bank.scope.user,
            "character": bank.scope.character,
            "messages": bank.rows["messages"],
        }
        for bank in archive.banks
    ]
