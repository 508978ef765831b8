"""What several commands share: their options, the engine, how results are shown.

Owns: whose memory a command is about.
Knows nothing of: the commands.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from ..build import build_engine
from ..config import Settings, load_server_settings
from ..core.types import Scope
from ..engine.bank import Bank
from ..engine.engine import Engine
from ..errors import ConfigError, InvalidInput, NotFound

ENV_FILE = Path(".env")
# A command waits for its model; a chat would not.
WAIT_SECONDS = 120.0

DataDir = Annotated[
    str | None,
    typer.Option(
        "--data-dir",
        metavar="FOLDER",
        help="Where the memories lie. Default: user_data/long_term_memory, or what "
        "LTM_DATA_DIR says.",
    ),
]
User = Annotated[
    str, typer.Option("--user", metavar="NAME", help="Whose memory it is.")
]
Character = Annotated[
    str,
    typer.Option(
        "--character",
        "-c",
        metavar="NAME",
        help="Which character; may be left out if there is one only.",
    ),
]
Json = Annotated[
    bool, typer.Option("--json", help="Print JSON, for programs, and nothing else.")
]


def adopt_env_file(named: Path | None = None) -> None:
    """Put a file's variables into the environment; what is set there already stays.

    Args:
        named: The file; None takes `.env` in this folder, if there is one.

    Raises:
        ConfigError: The file cannot be read.
    """
    path = named or ENV_FILE
    if named is None and not path.is_file():
        return
    from dotenv import dotenv_values

    try:
        with path.open(encoding="utf-8-sig") as stream:
            found = dotenv_values(stream=stream, interpolate=False)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: cannot be read as variables: {error}") from error
    for name, value in found.items():
        if value is not None and "\0" not in value:
            os.environ.setdefault(name, value)


def settings_of(data_dir: str | None) -> Settings:
    """Return the settings in force, with a data directory if one is named."""
    adopt_env_file()
    settings = load_server_settings(None, os.environ, {"data_dir": data_dir})
    patient = replace(settings.embedding, wait_seconds=WAIT_SECONDS)
    return replace(settings, embedding=patient)


@contextmanager
def opened(data_dir: str | None) -> Iterator[Engine]:
    """Open the engine for one command."""
    settings = settings_of(data_dir)
    engine = build_engine(settings, Path(settings.server.data_dir))
    try:
        yield engine
    finally:
        engine.close()


def bank_of(engine: Engine, user: str, character: str) -> Bank:
    """Return the bank that a command is about; it must exist.

    Raises:
        NotFound: There is no such memory.
        InvalidInput: There are several, and none is named.
    """
    scopes = engine.scopes()
    named = engine.named(Scope(user=user, character=character))
    if named in scopes:
        return engine.bank(named)
    known = [scope.character for scope in scopes if scope.user == named.user]
    listed = ", ".join(map(repr, known)) or "none"
    if character:
        raise NotFound(f"There is no memory of {character!r}. There are: {listed}.")
    if len(known) == 1:
        return engine.bank(Scope(user=named.user, character=known[0]))
    if not known:
        raise NotFound(f"There are no memories of {user!r} in {engine.data_dir}.")
    raise InvalidInput(f"Name a character with --character: {listed}.")


def tell(text: str) -> None:
    """Print a line for people."""
    typer.echo(printable(text))


def tell_json(value: Any) -> None:
    """Print a value for programs."""
    # ASCII alone: half characters fit into no encoding of a terminal.
    typer.echo(json.dumps(value, indent=1, default=str))


def printable(text: str) -> str:
    """Return a text that the terminal can show and that cannot steer it."""
    safe = "".join(
        c if c >= " " or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text
    )
    encoding = sys.stdout.encoding or "utf-8"
    return safe.encode(encoding, "replace").decode(encoding)
