"""`ltm retention`: what is too old to be kept, and forgetting it.

Owns: telling it before it is done.
Knows nothing of: what is too old.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated

import typer

from ..config.storage import FORGET
from ..engine.forgetting.retention import too_old
from ..errors import InvalidInput
from ..importers.report import counted
from . import sentences
from .options import (
    DataDir,
    Json,
    User,
    all_of,
    confirm,
    each,
    looking,
    opened,
    tell,
    tell_json,
)


def retention(
    days: Annotated[
        int | None,
        typer.Option("--days", min=1, help="Instead of the setting retention_days."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Only say what would go.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    user: User = "default",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Forget what is older than the setting `retention_days` allows.

    With another `retention_action` nothing has to be done: what is too old is simply
    not recalled. Notes, and messages that were pinned or corrected, are left alone.
    """
    session = looking if dry_run else opened
    with session(data_dir) as engine:
        settings = engine.settings.retention
        forgets = days is not None or settings.retention_action == FORGET
        if days is not None:
            settings = replace(settings, retention_days=days)
        target = too_old(settings, engine.now())
        if target is None:
            raise InvalidInput(sentences.EVERYTHING_KEPT)
        plans = list(
            each(
                all_of(engine, user),
                lambda scope: engine.forgetting(scope).plan(target),
            )
        )
        texts, until = engine.client_texts, target.until
        kept = texts.count_named([user], None, None, until)
        going = forgets and not dry_run and bool(kept or any(p for _, p in plans))
        if not as_json:
            word = sentences.TO_FORGET if forgets else sentences.ARCHIVED
            for scope, plan in plans:
                tell(
                    sentences.OLD_MESSAGES.format(
                        character=scope.character,
                        messages=counted(plan.messages, "message"),
                        fate=word,
                    )
                )
            if kept:
                word = sentences.TO_FORGET if forgets else sentences.TEXTS_KEPT
                tell(sentences.OLD_TEXTS.format(texts=counted(kept, "text"), fate=word))
        if going and not yes:
            if as_json:
                raise InvalidInput(sentences.SAY_YES)
            confirm(sentences.ASK_FORGET_THESE)
        for scope, _ in plans if going else ():
            engine.forgetting(scope).forget(target)
        if going and kept:
            texts.drop([user], until=until)
    if as_json:
        told = [asdict(scope) | asdict(plan) for scope, plan in plans]
        tell_json({"forgotten": going, "plans": told, "client_texts": kept})
    elif going:
        tell(sentences.FORGOTTEN)
