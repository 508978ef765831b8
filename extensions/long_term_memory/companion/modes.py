"""Modes of a conversation, and the words that are shown for feelings.

Owns: the tables that come with the program, how a person's file changes them, and the
    commands that change a mode and stop a reply.
Knows nothing of: prompts, sockets, which mode a conversation is in.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

from ..core.text.emotion import LABELS, NEUTRAL
from ..errors import ConfigError

FILE: Final = "modes.toml"
DEFAULT: Final = "default"
MOST_BYTES: Final = 100_000
MOST_MODES: Final = 100
LONGEST_PROMPT: Final = 4_000
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
# A word is shown as it is, behind "[EMOTION]".
_WORD: Final = re.compile(r"[^\W_][\w -]{0,31}")
_COMMAND: Final = re.compile(r"\s*/mode(?:\s+(\S{1,64}))?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Modes:
    """All modes, and the words for feelings.

    Attributes:
        prompts: By name of a mode, what it asks of the character.
        feelings: By label of a feeling, the word that is shown.
    """

    prompts: Mapping[str, str]
    feelings: Mapping[str, str]

    def known(self) -> str:
        """Return the names of all modes, for a person."""
        return ", ".join(self.prompts)

    def word_for(self, label: str) -> str | None:
        """Return the word that is shown for a feeling; None for neutral."""
        return None if label == NEUTRAL else self.feelings[label]


def mode_asked(message: str) -> str | None:
    """Return the mode that a command asks for.

    Args:
        message: What somebody sent, such as "/mode study".

    Returns:
        The name in lower case, empty if none follows; None of what is no such command.
    """
    found = _COMMAND.fullmatch(message)
    return None if found is None else (found[1] or "").lower()


def mode_named(name: str) -> str:
    """Return a mode's name as commands write it; raises ValueError if none can."""
    low = name.lower()
    if not _NAME.fullmatch(low):
        raise ValueError(
            "is no name of a mode: up to 32 letters, digits, dashes and underscores"
        )
    return low


def is_stop(message: str) -> bool:
    """Say whether a message is the command that stops a reply."""
    return message.strip().lower() == "/stop"


def read_modes(path: Path | None) -> Modes:
    """Return the modes that come with the program, changed as a file says.

    Raises:
        ConfigError: The file cannot be read, or names what does not exist.
    """
    root = resources.files(__package__ or __name__.rpartition(".")[0])
    base = _merged(
        Modes(prompts={}, feelings={}),
        tomllib.loads((root / FILE).read_text("utf-8")),
        FILE,
    )
    return base if path is None else _merged(base, _read(path), str(path))


def _read(path: Path) -> Mapping[str, Any]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}.") from error
    if len(raw) > MOST_BYTES:
        raise ConfigError(f"{path}: a file of modes has at most {MOST_BYTES} bytes.")
    try:
        return tomllib.loads(raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"{path}: is no valid TOML: {error}") from None


def _merged(base: Modes, told: Mapping[str, Any], where: str) -> Modes:
    """Return modes with what a file says over them."""
    if odd := sorted(set(told) - {"modes", "feelings"}):
        raise ConfigError(
            f"{where}: {odd[0]!r} is neither [modes.NAME] nor [feelings]."
        )
    prompts = dict(base.prompts)
    for name, one in _table(told, "modes", where).items():
        if not _NAME.fullmatch(name):
            raise ConfigError(
                f"{where}: {name!r} is no name of a mode: up to 32 small letters, "
                "digits, dashes and underscores."
            )
        prompts[name] = _prompt(one, name, where)
    if len(prompts) > MOST_MODES:
        raise ConfigError(f"{where}: there are at most {MOST_MODES} modes.")
    feelings = dict(base.feelings)
    for label, word in _table(told, "feelings", where).items():
        if label not in LABELS:
            known = ", ".join(LABELS)
            raise ConfigError(f"{where}: no feeling is called {label!r}; name {known}.")
        if not isinstance(word, str) or not _WORD.fullmatch(word):
            raise ConfigError(
                f"{where}: {label} needs a word of up to 32 letters, not {word!r}."
            )
        feelings[label] = word
    return Modes(prompts=prompts, feelings=feelings)


def _table(told: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
    found = told.get(name, {})
    if not isinstance(found, Mapping):
        raise ConfigError(f"{where}: {name} must be a table.")
    return found


def _prompt(one: object, name: str, where: str) -> str:
    match one:
        case {"prompt": str(prompt), **rest} if not rest:
            if len(prompt) <= LONGEST_PROMPT:
                return prompt.strip()
    raise ConfigError(
        f"{where}: [modes.{name}] needs prompt, a text of at most {LONGEST_PROMPT} "
        "characters, and nothing else."
    )
