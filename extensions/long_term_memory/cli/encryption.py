"""`ltm encrypt`, `decrypt`, `rotate-key` and `encryption-key`.

Owns: which memories they are about, and what is said of it.
Knows nothing of: how anything is encrypted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ..build import user_key
from ..config import ENCRYPTION_KEY, Settings
from ..config.encryption import NONE
from ..core.types import Scope
from ..engine.backup import archives
from ..errors import EncryptionError, NotFound
from ..importers.report import counted
from ..stores import collection_encrypting, encrypting
from ..stores.backup import BACKUPS
from ..stores.collections import FILE_NAME, CollectionStore
from ..stores.keyring import is_encrypted
from ..stores.layout import bank_folder, scopes
from ..stores.left_out import left_out
from ..stores.userkey import KeySource, make_key_file, read_key_file
from .shared import (
    DataDir,
    Json,
    amiss,
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
    tell(f"A new key is in {where}. Keep a copy of it in another place.")
    tell(f"Now set encryption_key_file to {where}, then: ltm encrypt")


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
    settings, keys = _prepared(data_dir)
    if keys() is None:
        raise EncryptionError(
            f"There is no key. Make one with: ltm encryption-key FILE, then set "
            f"encryption_key_file to it, or {ENCRYPTION_KEY} to what is in it."
        )
    vectors = settings.encryption.encryption_vectors != NONE
    done = _each(
        settings,
        (user, character),
        wanted=lambda folder: not is_encrypted(folder),
        act=lambda folder: encrypting.encrypt(folder, keys, vectors=vectors),
        told="" if as_json else "Encrypted",
    )
    done += _collections(
        settings,
        (user, character),
        wanted=lambda store: not store.is_encrypted(),
        act=lambda store: collection_encrypting.encrypt(store, keys),
        told="" if as_json else "Encrypted",
    )
    if as_json:
        tell_json({"encrypted": done})
        return
    if not done:
        tell("All of it is encrypted already.")
    _tell_of_backups(Path(settings.server.data_dir))


def decrypt(
    character: Wanted = "",
    user: Whose = "",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Put memories in clear again; close the webui and the server before."""
    settings, keys = _prepared(data_dir)
    done = _each(
        settings,
        (user, character),
        wanted=is_encrypted,
        act=lambda folder: encrypting.decrypt(folder, keys),
        told="" if as_json else "In clear",
    )
    done += _collections(
        settings,
        (user, character),
        wanted=CollectionStore.is_encrypted,
        act=collection_encrypting.decrypt,
        told="" if as_json else "In clear",
    )
    if as_json:
        tell_json({"in_clear": done})
    elif not done:
        tell("None of it is encrypted.")


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
    settings, keys = _prepared(data_dir)
    new = read_key_file(file.expanduser())
    done = _each(
        settings,
        ("", ""),
        wanted=is_encrypted,
        act=lambda folder: encrypting.change_key(folder, keys, new),
        told="" if as_json else "Opens with the new key",
    )
    done += _collections(
        settings,
        ("", ""),
        wanted=CollectionStore.is_encrypted,
        act=lambda store: collection_encrypting.change_key(store, keys, new),
        told="" if as_json else "Opens with the new key",
    )
    if as_json:
        tell_json({"new_key": done})
        return
    if not done:
        tell("None of it is encrypted.")
        return
    tell(
        f"Now set encryption_key_file to {file.absolute()}, or {ENCRYPTION_KEY} to "
        "what is in it. Keep the former key as long as you keep backups from before."
    )


def warn_of_clear(folder: Path, exported: Sequence[Scope]) -> None:
    """Say that what leaves encrypted memories is in clear."""
    if any(is_encrypted(bank_folder(folder, scope)) for scope in exported):
        tell_fault("The memory is encrypted; what is exported is in clear.")


def _prepared(data_dir: str | None) -> tuple[Settings, KeySource]:
    settings = settings_of(data_dir)
    return settings, user_key(settings)


def _each(
    settings: Settings,
    whose: tuple[str, str],
    *,
    wanted: Callable[[Path], bool],
    act: Callable[[Path], object],
    told: str,
) -> list[dict[str, str]]:
    """Do something to all banks that are meant; return to whose.

    Args:
        settings: Where they lie, and the key.
        whose: A user and a character; empty means all.
        wanted: Whether it has to be done to a bank's folder.
        act: Does it.
        told: What is told of each; empty tells nothing.

    Raises:
        NotFound: There is no such bank.
    """
    folder = Path(settings.server.data_dir)
    known = scopes(folder)
    for one in left_out(folder, known):
        amiss(f"LEFT OUT {one.folder}: {one.why}")
    found = [scope for scope in known if _is_meant(scope, *whose)]
    if not found and (any(whose) or not (folder / FILE_NAME).exists()):
        near = meant(whose[1], [scope.character for scope in known])
        raise NotFound(f"There is no such memory in {folder}. {near}".rstrip())
    done = []
    for scope in found:
        place = bank_folder(folder, scope)
        if wanted(place):
            act(place)
            done.append(asdict(scope))
            if told:
                tell(f"{told}: {scope.character} ({scope.user})")
    return done


def _collections(
    settings: Settings,
    whose: tuple[str, str],
    *,
    wanted: Callable[[CollectionStore], bool],
    act: Callable[[CollectionStore], object],
    told: str,
) -> list[dict[str, str]]:
    """Do something to what clients keep, which is of all; return what was done."""
    folder = Path(settings.server.data_dir)
    if any(whose) or not (folder / FILE_NAME).exists():
        return []
    store = CollectionStore(folder, keys=user_key(settings))
    with closing(store):
        if not wanted(store):
            return []
        act(store)
    if told:
        tell(f"{told}: what clients keep through the Extras API")
    return [{"client_texts": "all"}]


def _is_meant(scope: Scope, user: str, character: str) -> bool:
    return user in ("", scope.user) and character in ("", scope.character)


def _tell_of_backups(folder: Path) -> None:
    """Say that backups by hand may hold in clear what is encrypted now."""
    if kept := len(archives(folder / BACKUPS)):
        tell(
            f"{counted(kept, 'backup')} in {folder / BACKUPS}, and copies kept "
            "elsewhere, may hold it in clear: make a new one (ltm backup), then delete "
            "them."
        )
