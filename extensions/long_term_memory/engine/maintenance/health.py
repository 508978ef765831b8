"""Is everything there, and is every bank whole? And mend what can be mended.

Owns: the order in which things are looked at; that nothing is mended without a backup.
Knows nothing of: how findings are shown, SQLite.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ...core.maintenance import Finding, Level
from ...core.records import ModelInfo
from ...core.types import Scope
from ...errors import LtmError, StoreError
from ...storage.backend import Checks
from ..bank_names import twins
from ..embedding.status import differences
from ..engine import Engine
from ..worker import model_info
from .data_folder import data_folder
from .encryption import secrecy
from .environment import PACKAGE, Load, load_as_set, model, versions, webuis
from .joining import join_twins

UNCHECKED = "are kept where nothing has to be checked or mended from here"


def examine(engine: Engine, load: Load = load_as_set) -> Iterator[Finding]:
    """Yield what is found, one thing after the other; nothing is changed."""
    checks = engine.storage.checks
    yield from versions(checks.describe() if checks else ())
    finding, embedder = model(engine.settings.embedding, load)
    yield finding
    yield from webuis((PACKAGE, engine.data_dir, Path.cwd()))
    yield from data_folder(engine.data_dir)
    if checks is None:
        yield Finding(level=Level.NOTE, what="memories", words=UNCHECKED)
    else:
        if shown := checks.exposed():
            yield Finding(level=Level.NOTE, what="data directory", words=shown)
        wanted = None if embedder is None else model_info(embedder)
        yield from _banks(engine, checks, wanted)
    yield from _collections(engine)


def repair(engine: Engine) -> Iterator[Finding]:
    """Mend what is derived in every bank that needs it, after a backup of it.

    Banks whose names are but spelled otherwise are joined.

    Yields:
        What was done, and what could not be.
    """
    checks, backups = engine.storage.checks, engine.storage.backups
    if checks is None or backups is None:
        yield Finding(level=Level.NOTE, what="repair", words=UNCHECKED)
        return
    for scope in engine.scopes():
        found = checks.examine(scope, engine.now())
        if not any(one.mendable for one in found):
            continue
        what = name_of(scope)
        try:
            # Nothing is mended without a backup.
            kept = backups.before_change(scope, "repair")
            done = checks.repair(scope)
        except LtmError as error:
            words = f"could not be mended: {error}"
            yield Finding(level=Level.FAULT, what="repair", words=words, bank=what)
            continue
        words = f"{'; '.join(done) or 'mended'}. A backup from before is {kept}"
        yield Finding(level=Level.NOTE, what="repair", words=words, bank=what)
    yield from join_twins(engine)


def name_of(scope: Scope) -> str:
    """Name a bank for people."""
    return f"memory of {scope.character} for {scope.user}"


def _banks(
    engine: Engine, checks: Checks, wanted: ModelInfo | None
) -> Iterator[Finding]:
    scopes = engine.scopes()
    unnamed = checks.unnamed(scopes)
    if not scopes and not unnamed:
        yield Finding(level=Level.NOTE, what="memories", words="there are none yet")
    for scope in scopes:
        found = checks.examine(scope, engine.now())
        if wanted and not any(one.level is Level.FAULT for one in found):
            found += _other_model(checks, scope, wanted)
        if engine.storage.encryption is not None:
            found += secrecy(engine.storage.encryption, scope)
        for one in found:
            yield replace(one, bank=name_of(scope))
    yield from _twins(scopes)
    for left in unnamed:
        words = f"{left.where}: {left.why}"
        yield Finding(level=Level.FAULT, what="left out", words=words, blind=True)


def _collections(engine: Engine) -> Iterator[Finding]:
    """Tell of what clients keep here; most keep nothing, and nothing is said."""
    try:
        count = engine.collections.check()
    except LtmError as error:
        yield Finding(level=Level.FAULT, what="collections", words=str(error))
        return
    if count is not None:
        secret = "encrypted" if engine.collections.is_encrypted() else "in clear"
        words = f"{count} of clients of the Extras API, {secret}"
        yield Finding(level=Level.OK, what="collections", words=words)


def _other_model(checks: Checks, scope: Scope, wanted: ModelInfo) -> list[Finding]:
    """Tell if the vectors are of another model than the one in force, and how so."""
    try:
        there = checks.models(scope)
    except StoreError as error:
        return [Finding(level=Level.FAULT, what="vectors", words=str(error))]
    if not there or wanted in there:
        return []
    told = "; ".join(differences(wanted, there[-1]))
    words = f"are of another model ({told}). They are made anew in the next chat"
    return [Finding(level=Level.NOTE, what="vectors", words=words)]


def _twins(scopes: list[Scope]) -> Iterator[Finding]:
    """Tell of banks whose names are but spelled otherwise."""
    for group in twins(scopes):
        names = " and ".join(name_of(scope) for scope in group)
        same = len({(one.user.lower(), one.character.lower()) for one in group}) == 1
        differs = "case" if same else "the spelling"
        words = f"{names} are different memories, though only {differs} differs"
        yield Finding(level=Level.NOTE, what="names", words=words, mendable=True)
