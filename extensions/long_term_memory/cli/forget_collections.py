"""`ltm forget --collection`: take out what clients keep, in a memory or in none.

Owns: telling how much goes, and asking before it does.
Knows nothing of: how it is done.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import typer

from ..engine.engine import Engine
from ..errors import InvalidInput, NotFound
from ..importers.report import counted
from .options import meant, opened, tell, tell_json


class Asked(NamedTuple):
    """What was typed."""

    user: str
    names: list[str]
    since: datetime | None
    until: datetime | None
    dry_run: bool
    yes: bool
    as_json: bool


def forget_collections(data_dir: str | None, asked: Asked) -> None:
    """Take out a user's collections, or what of them was said in a span of time.

    Raises:
        NotFound: There is no such collection.
        InvalidInput: Nobody can be asked, or another name was typed.
        StoreError: Another program stands in the way.
    """
    if asked.as_json and not (asked.yes or asked.dry_run):
        raise InvalidInput("With --json, say --yes: nobody can be asked.")
    # Times are typed as the clock on the wall shows them.
    since = asked.since and asked.since.astimezone()
    until = asked.until and asked.until.astimezone()
    with opened(data_dir) as engine:
        texts = engine.client_texts
        known = texts.names(asked.user)
        for name in asked.names:
            if name not in known:
                listed = ", ".join(map(repr, known)) or "none"
                raise NotFound(
                    f"There is no collection {name!r}. {meant(name, known)}There are: "
                    f"{listed}."
                )
        count = sum(
            texts.count_named([asked.user], name, since, until) for name in asked.names
        )
        going = bool(count) and not asked.dry_run
        if not asked.as_json:
            tell(f"{counted(count, 'text')} that a client keeps.")
        if going and not asked.yes:
            ask(" ".join(asked.names))
        for name in asked.names if going else ():
            texts.drop([asked.user], name=name, since=since, until=until)
    if asked.as_json:
        tell_json({"forgotten": going, "client_texts": count})
    elif going:
        tell("Forgotten.")


def count_of(engine: Engine, user: str) -> int:
    """Count all that clients keep of a user."""
    return engine.client_texts.count_named([user], None, None, None)


def ask(name: str) -> None:
    """Ask; for something big its name has to be typed."""
    if not name:
        typer.confirm("Forget this for good?", abort=True)
        return
    typed = typer.prompt(f"This cannot be undone. Type {name!r} to forget it for good")
    if typed.strip() != name:
        raise InvalidInput("That is another name. Nothing was forgotten.")
