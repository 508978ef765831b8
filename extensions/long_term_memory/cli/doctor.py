"""`ltm doctor`: is everything there, and is every memory whole?

Owns: how findings are shown, and the exit code.
Knows nothing of: what is looked at.

Exit codes: 0 all is well, 1 something is wrong, 2 something could not be looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from ..companion.database import FILE, faults_of
from ..core.maintenance import Finding, Level
from ..engine.maintenance.health import examine, repair
from ..errors import ConfigError, StoreError
from ..identity.auth import KEY_FILE, people_in, seen_by_others
from . import sentences
from .options import DataDir, Json, opened, tell, tell_json


def doctor(
    fix: Annotated[
        bool,
        typer.Option(
            "--fix",
            help="Mend what is derived from the messages, after a backup; what they "
            "say is never touched.",
        ),
    ] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Check the installation, the model, the webui and every memory.

    Nothing is changed without --fix. Ends with 0 if all is well, 1 if something is
    wrong, 2 if something could not be looked at.
    """
    with opened(data_dir) as engine:
        done = list(repair(engine)) if fix else []
        folder = engine.data_dir
        findings = [*done, *examine(engine), *_keys(folder), *_conversations(folder)]
    if as_json:
        tell_json([asdict(one) for one in findings])
    else:
        _tell(findings, fix=fix)
    code = _exit_code(findings)
    if code:
        raise typer.Exit(code)


def _keys(folder: Path) -> Iterator[Finding]:
    """Tell of the server's key file, if there is one."""
    path = folder / KEY_FILE
    if not path.exists():
        return
    try:
        people = people_in(path)
    except ConfigError as error:
        yield Finding(level=Level.FAULT, what=sentences.KEY_FILE, words=str(error))
        return
    if open_to := seen_by_others(path):
        yield Finding(level=Level.FAULT, what=sentences.KEY_FILE, words=open_to)
        return
    words = sentences.KEYS_HELD.format(path=path, count=len(people))
    yield Finding(level=Level.OK, what=sentences.KEY_FILE, words=words)


def _conversations(folder: Path) -> Iterator[Finding]:
    """Tell of what conversations keep beside the memories, if there is any."""
    # A memory of the webui alone has no part that could read it.
    if not (folder / FILE).exists() or find_spec("sqlalchemy") is None:
        return
    try:
        faults = faults_of(folder)
    except StoreError as error:
        faults = [str(error)]
    for words in faults:
        yield Finding(level=Level.FAULT, what=FILE, words=words)
    if not faults:
        yield Finding(level=Level.OK, what=FILE, words=sentences.CONVERSATIONS_WHOLE)


def _tell(findings: list[Finding], *, fix: bool) -> None:
    """Show all that is wrong, and of a sound memory only what it holds."""
    for one in findings:
        if one.bank and one.what and one.level is Level.OK:
            continue
        subject = ", ".join(word for word in (one.bank, one.what) if word)
        tell(f"{one.level:<6}{subject}: {one.words}")
    if not fix and any(one.mendable for one in findings):
        tell(sentences.MENDABLE)


def _exit_code(findings: list[Finding]) -> int:
    if any(one.blind for one in findings):
        return 2
    return int(any(one.level is Level.FAULT for one in findings))
