"""What several commands share: their options, the engine, how results are shown.

Owns: whose memory a command is about.
Knows nothing of: the commands.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from ..build import build_engine, looking_engine
from ..companion.lazy_platform import LazyPlatform
from ..config import (
    CHECKOUT,
    Settings,
    given_names,
    load_server_settings,
    with_saved,
)
from ..config.saved_settings import SAVED_FILE, saved_settings
from ..core.policy import EVERYONE
from ..core.text.names import name_key
from ..core.text.sanitise import steady
from ..core.types import Scope
from ..engine.bank import Bank
from ..engine.engine import Engine
from ..errors import ConfigError, InvalidInput, NotFound, StoreError
from . import sentences

ENV_FILE = Path(".env")
USUAL_USER = "default"  # Who needs no --user.
# A command waits for its model; a chat would not.
WAIT_SECONDS = 120.0

AMISS: ContextVar[list[str]] = ContextVar("amiss")
"""What a command could not look at or do; begun by `main`."""

T = TypeVar("T")

DataDir = Annotated[
    str | None,
    typer.Option(
        "--data-dir",
        metavar="FOLDER",
        help="Where the memories lie. Default: what LTM_DATA_DIR says, else "
        "user_data/long_term_memory in the project's folder.",
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
        named: The file; None takes `.env` in this folder or the project's, if there
            is one.

    Raises:
        ConfigError: The file cannot be read.
    """
    home = Path(os.environ.get(CHECKOUT, ""))
    near = next((one for one in (ENV_FILE, home / ENV_FILE) if one.is_file()), None)
    path = named or near
    if path is None:
        return
    from dotenv import dotenv_values

    try:
        with path.open(encoding="utf-8-sig") as stream:
            found = dotenv_values(stream=stream, interpolate=False)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or sentences.NO_UTF8
        raise ConfigError(
            sentences.ENV_FILE_UNREADABLE.format(path=path, why=why)
        ) from error
    for name, value in found.items():
        if value is not None and "\0" not in value:
            os.environ.setdefault(name, value)


def settings_of(data_dir: str | None) -> Settings:
    """Return the settings in force, with a data directory if one is named."""
    adopt_env_file()
    flags = {"data_dir": data_dir}
    settings = load_server_settings(None, os.environ, flags)
    settings = with_kept(settings, given_names(None, os.environ, flags))
    patient = replace(settings.embedding, wait_seconds=WAIT_SECONDS)
    return replace(settings, embedding=patient)


def with_kept(settings: Settings, given: frozenset[str]) -> Settings:
    """Return settings with those that are saved beside the memories; tell faults."""
    try:
        saved = saved_settings(Path(settings.server.data_dir))
    except StoreError as error:
        tell_fault(str(error))
        return settings
    settings, problems = with_saved(settings, saved, given)
    for problem in problems:
        tell_fault(f"{SAVED_FILE}: {problem}")
    return settings


@contextmanager
def looking(data_dir: str | None) -> Iterator[Engine]:
    """Open an engine for a command that changes not a byte of the memories.

    It works on copies: what is damaged, of an older version, or on a disk that cannot
    be written is not touched.
    """
    settings = settings_of(data_dir)
    folder = Path(settings.server.data_dir)
    told: list[str] = []
    try:
        with looking_engine(settings, folder, told) as engine:
            yield engine
    finally:
        for words in told:
            amiss(words)


@contextmanager
def opened(data_dir: str | None) -> Iterator[Engine]:
    """Open the engine for one command."""
    settings = settings_of(data_dir)
    engine = build_engine(settings, Path(settings.server.data_dir), careful=True)
    # What a server left on its way into a memory is in it before that forgets.
    conversations = LazyPlatform(engine)
    try:
        yield engine
    finally:
        conversations.close()
        engine.close()


def amiss(words: str) -> None:
    """Tell what could not be looked at or done; the command ends with 1, not with 0."""
    tell_fault(words)
    AMISS.get().append(words)


def known_to(engine: Engine) -> list[Scope]:
    """Return all banks, and tell which folders are left out."""
    known = engine.scopes()
    checks = engine.storage.checks
    for one in () if checks is None else checks.unnamed(known):
        amiss(sentences.LEFT_OUT.format(what=one.where, why=one.why))
    return known


def all_of(engine: Engine, user: str) -> list[Scope]:
    """Return a user's banks, and tell which folders are left out."""
    return [scope for scope in known_to(engine) if scope.user == user]


def each(
    scopes: Iterable[Scope], act: Callable[[Scope], T]
) -> Iterator[tuple[Scope, T]]:
    """Do something with several banks; one that cannot be read stops no other."""
    for scope in scopes:
        try:
            yield scope, act(scope)
        except StoreError as error:
            amiss(sentences.LEFT_OUT.format(what=scope.character, why=error))


def bank_of(engine: Engine, user: str, character: str) -> Bank:
    """Return the bank that a command is about, opened; raises as `scope_of`."""
    return engine.bank(scope_of(engine, user, character))


def scope_of(engine: Engine, user: str, character: str) -> Scope:
    """Return whose memory a command is about; it must exist.

    Raises:
        NotFound: There is no such memory.
        InvalidInput: There are several, and none is named.
        StoreError: It cannot be read.
    """
    scopes = engine.scopes()
    named = engine.named(Scope(user=user, character=character))
    if named in scopes:
        return named
    # The notes for all characters are no character; by name they can be looked at.
    known = [
        scope.character
        for scope in scopes
        if scope.user == named.user and scope.character != EVERYONE
    ]
    listed = ", ".join(map(repr, known))
    if character:
        _check_readable(engine, Scope(user=user, character=character))
        others = (
            sentences.THERE_ARE.format(listed=listed)
            if known
            else nothing_of(engine, user)
        )
        raise NotFound(
            sentences.NO_MEMORY_OF.format(
                character=character, meant=meant(character, known), others=others
            )
        )
    all_of(engine, user)
    if len(known) == 1:
        return Scope(user=named.user, character=known[0])
    if not known:
        raise NotFound(nothing_of(engine, user))
    raise InvalidInput(sentences.NAME_A_CHARACTER.format(listed=listed))


def nothing_of(engine: Engine, user: str) -> str:
    """Say that a user has no memory yet, and what makes one."""
    usual = user == USUAL_USER
    whose = "" if usual else f" of {user!r}"
    users = sorted({scope.user for scope in engine.scopes()})
    near = "" if usual else meant(user, users)
    # Such as of a client that names who chats.
    others = (
        sentences.OTHERS_HAVE_ONE.format(users=" or ".join(users))
        if usual and users
        else ""
    )
    return sentences.NOTHING_YET.format(
        whose=whose, data_dir=engine.data_dir, near=near, others=others
    )


def meant(typed: str, known: Iterable[str]) -> str:
    """Ask whether a name that is near was meant; empty if none is."""
    names = {name_key(one): one for one in known}
    near = get_close_matches(name_key(typed), names, 1, 0.6)
    return sentences.DID_YOU_MEAN.format(name=names[near[0]]) if near else ""


def _check_readable(engine: Engine, scope: Scope) -> None:
    """Raise StoreError if a memory seems to be there and cannot be read."""
    checks = engine.storage.checks
    one = None if checks is None else checks.unreadable(scope, engine.scopes())
    if one is not None:
        raise StoreError(sentences.IS_LEFT_OUT.format(what=one.where, why=one.why))


def tell(text: str) -> None:
    """Print a line for people."""
    typer.echo(printable(text))


def tell_json(value: Any) -> None:
    """Print a value for programs."""
    # ASCII alone: half characters fit into no encoding of a terminal.
    typer.echo(json.dumps(value, indent=1, default=str))


def tell_fault(text: str) -> None:
    """Print a line for people on the error stream."""
    typer.echo(printable(text, sys.stderr.encoding), err=True)


def confirm(question: str) -> None:
    """Ask yes or no; "no" ends the command."""
    typer.confirm(printable(question), abort=True)


def show(text: str) -> None:
    """Print what others wrote: exactly to a file or program, safely to a terminal."""
    if sys.stdout.isatty():
        sys.stdout.write(printable(text))
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())


class _Steady(logging.Formatter):
    """Names and words of others stand in warnings, too."""

    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record), sys.stderr.encoding)


def log_to_terminal() -> None:
    """Have warnings reach the error stream, unless somebody set up logging."""
    from ..web.request_log import ToStderr

    root = logging.getLogger()
    if not root.handlers:
        handler = ToStderr()
        handler.setFormatter(_Steady())
        root.addHandler(handler)


def printable(text: str, encoding: str | None = None) -> str:
    """Return a text that the terminal can show and that cannot steer it."""
    encoding = encoding or sys.stdout.encoding or "utf-8"
    return steady(text).encode(encoding, "replace").decode(encoding)
