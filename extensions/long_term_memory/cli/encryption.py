"""`ltm encrypt`, `decrypt`, `rotate-key` and `encryption-key`.

Owns: which memories they are about, and what is said of it.
Knows nothing of: how anything is encrypted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ..build import build_engine, make_key_file, read_key_file
from ..companion.lazy_platform import LazyPlatform
from ..config import ENCRYPTION_KEY
from ..config.storage import NONE
from ..core.maintenance import CONVERSATIONS_FILE
from ..core.types import Scope
from ..engine.engine import Engine
from ..engine.forgetting.conversation_copies import drop_conversation_copies
from ..engine.maintenance.backups import BACKUPS, by_hand
from ..engine.maintenance.encryption import encryption_of
from ..errors import EncryptionError, NotFound
from ..importers.report import counted
from . import sentences
from .options import (
    DataDir,
    Json,
    known_to,
    meant,
    settings_of,
    tell,
    tell_fault,
    tell_json,
)

Wanted = Annotated[
    str,
    typer.Option(
        "--character", "-c", metavar="NAME", help="Only this character; else all."
    ),
]
Whose = Annotated[
    str,
    typer.Option("--user", metavar="NAME", help="Only this user's; else everybody's."),
]
KeyFile = Annotated[Path, typer.Argument(metavar="FILE", help="A new file.")]


def encryption_key(file: KeyFile, as_json: Json = False) -> None:
    """Make a key that memories can be encrypted with, in a file that only you can read.

    Without it nobody can read them any more, you neither: keep a copy somewhere else,
    and not beside the memories or their backups.
    """
    make_key_file(file)
    where = file.absolute()
    if as_json:
        tell_json({"file": str(where)})
        return
    tell(sentences.KEY_MADE.format(where=where))
    tell(sentences.SET_KEY_FILE.format(where=where))


def encrypt(
    character: Wanted = "",
    user: Whose = "",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Encrypt memories; close the webui and the server before.

    Texts, names and titles are encrypted; docs/encryption.md tells what is not. The
    automatic backups and readable logs of what is encrypted are removed, for they hold
    it in clear.
    """
    with _opened(data_dir) as engine:
        encryption = encryption_of(engine)
        if not encryption.key_is_there():
            raise EncryptionError(sentences.NO_KEY.format(variable=ENCRYPTION_KEY))
        vectors = engine.settings.encryption.encryption_vectors != NONE
        done = _each(
            engine,
            (user, character),
            wanted=lambda scope: not encryption.is_encrypted(scope),
            act=lambda scope: _encrypt(engine, scope, vectors=vectors),
            told="" if as_json else "Encrypted",
        )
        if as_json:
            tell_json({"encrypted": done})
            return
        if not done:
            tell(sentences.ALL_ENCRYPTED)
        if (engine.data_dir / CONVERSATIONS_FILE).exists():
            tell(sentences.CONVERSATIONS_IN_CLEAR.format(file=CONVERSATIONS_FILE))
        _tell_of_backups(engine)


def _encrypt(engine: Engine, scope: Scope | None, *, vectors: bool) -> None:
    encryption = encryption_of(engine)
    if scope is None:
        encryption.encrypt(None, vectors=vectors)
        return
    # What a killed server left on its way into the memory lies in clear.
    conversations = LazyPlatform(engine)
    try:
        engine.let_in(scope)
    finally:
        conversations.close()
    with engine.closed([scope]):
        encryption.encrypt(scope, vectors=vectors)
    # They may hold what waited for this memory once.
    drop_conversation_copies(engine.data_dir)


def decrypt(
    character: Wanted = "",
    user: Whose = "",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Put memories in clear again; close the webui and the server before."""
    with _opened(data_dir) as engine:
        encryption = encryption_of(engine)
        done = _each(
            engine,
            (user, character),
            wanted=encryption.is_encrypted,
            act=encryption.decrypt,
            told="" if as_json else sentences.IN_CLEAR,
        )
    if as_json:
        tell_json({"in_clear": done})
    elif not done:
        tell(sentences.NONE_ENCRYPTED)


def rotate_key(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The file with the new key.")
    ],
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Let another key open all encrypted memories; the present one no longer does.

    Backups from before still open with the former key alone. If it is interrupted, run
    it again.
    """
    with _opened(data_dir) as engine:
        encryption = encryption_of(engine)
        new = read_key_file(file.expanduser())
        done = _each(
            engine,
            ("", ""),
            wanted=encryption.is_encrypted,
            act=lambda scope: encryption.change_key(scope, new),
            told="" if as_json else sentences.NEW_KEY_OPENS,
        )
    if as_json:
        tell_json({"new_key": done})
        return
    if not done:
        tell(sentences.NONE_ENCRYPTED)
        return
    tell(sentences.KEY_CHANGED.format(file=file.absolute(), variable=ENCRYPTION_KEY))


def warn_of_clear(engine: Engine, exported: Sequence[Scope]) -> None:
    """Say that what leaves encrypted memories is in clear."""
    encryption = engine.storage.encryption
    if encryption is not None and any(map(encryption.is_encrypted, exported)):
        tell_fault(sentences.EXPORT_IN_CLEAR)


@contextmanager
def _opened(data_dir: str | None) -> Iterator[Engine]:
    """Open an engine that opens no memory, for its files are about to be replaced."""
    settings = settings_of(data_dir)
    with closing(build_engine(settings, Path(settings.server.data_dir))) as engine:
        yield engine


def _each(
    engine: Engine,
    whose: tuple[str, str],
    *,
    wanted: Callable[[Scope | None], bool],
    act: Callable[[Scope | None], None],
    told: str,
) -> list[dict[str, str]]:
    """Do something to all banks that are meant, then to what clients keep, if to all.

    Args:
        engine: Whose banks.
        whose: A user and a character; empty means all.
        wanted: Whether it has to be done.
        act: Does it.
        told: What is told of each; empty tells nothing.

    Returns:
        To whose it was done.

    Raises:
        NotFound: There is no such bank.
    """
    known = known_to(engine)
    found: list[Scope | None] = [scope for scope in known if _is_meant(scope, *whose)]
    if not any(whose) and engine.client_texts.exist():
        found.append(None)
    if not found:
        near = meant(whose[1], [scope.character for scope in known])
        raise NotFound(
            sentences.NO_SUCH_MEMORY.format(
                data_dir=engine.data_dir, near=near
            ).rstrip()
        )
    done = []
    for scope in found:
        if wanted(scope):
            act(scope)
            done.append({"client_texts": "all"} if scope is None else asdict(scope))
            if told:
                tell(f"{told}: {_name(scope)}")
    return done


def _name(scope: Scope | None) -> str:
    if scope is None:
        return sentences.CLIENTS_TEXTS
    return f"{scope.character} ({scope.user})"


def _is_meant(scope: Scope, user: str, character: str) -> bool:
    return user in ("", scope.user) and character in ("", scope.character)


def _tell_of_backups(engine: Engine) -> None:
    """Say that backups by hand may hold in clear what is encrypted now."""
    if kept := len(by_hand(engine)):
        tell(
            sentences.BACKUPS_IN_CLEAR.format(
                backups=counted(kept, "backup"), folder=engine.data_dir / BACKUPS
            )
        )
