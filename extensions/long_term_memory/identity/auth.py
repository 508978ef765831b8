"""The keys that clients must show, and whose each is.

Owns: where keys are kept, how one is made, what one may be, and how a shown one is
    compared.
Knows nothing of: requests, routes, whose memory lies where.

A key without a name is the owner's: it opens everything, and may speak for any user. A
key with a name is one person's: it reaches that person's memory and no other.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from ..config import Settings
from ..core.text.names import is_same_name, name_key
from ..errors import ConfigError
from ..files import write_new_file
from ..web.origins import is_loopback

KEY_FILE = "api_key.txt"
KEY_VARIABLE = "LTM_API_KEY"
OWNER: Final = ""
# What is kept without a user's name is the owner's.
DEFAULT_USER: Final = "default"
# Half of what is made here; whoever may ask a hundred times a second does not guess it.
SHORTEST_KEY: Final = 16
LONGEST_KEY: Final = 256
LONGEST_NAME: Final = 64
# What stands in a header as it is (RFC 6750); "=" only fills up the end.
_KEY: Final = re.compile(r"[A-Za-z0-9._~+/-]+={0,2}")
# It is put before names that clients tell, so it is one word.
_NAME: Final = re.compile(r"[\w.-]+")


class Keys:
    """Says whose a key is; the empty key is nobody's."""

    def __init__(
        self, key: str, *, needed: bool = True, people: Mapping[str, str] | None = None
    ) -> None:
        """Remember keys, without the space around them.

        Args:
            key: The owner's; empty if there is none.
            needed: Whether clients must show one; else they are only known as ours.
            people: Names of further people by their keys.
        """
        people = {key.strip(): OWNER, **(people or {})}
        self._salt = secrets.token_bytes(16)
        self._names = {self._print(one): name for one, name in people.items() if one}
        self.needed = needed

    @property
    def people(self) -> int:
        """How many people have a key, the owner not counted."""
        return len({*self._names.values()} - {OWNER})

    def whose(self, shown: str) -> str | None:
        """Return whose key is shown: a name, or `OWNER`; None if it is not ours.

        The time that it takes does not tell how much of a wrong key is right: what is
        looked up is a print of it, and nobody knows with what salt it was made.
        """
        return self._names.get(self._print(shown.strip()))

    def _print(self, key: str) -> bytes:
        told = key.encode("utf-8", "replace")
        return hashlib.blake2b(told, digest_size=32, salt=self._salt).digest()

    def is_ours(self, shown: str) -> bool:
        """Say whether a key opens this server, for whomever."""
        return self.whose(shown) is not None


def server_keys(settings: Settings, environ: Mapping[str, str]) -> Keys:
    """Return the server's keys, and whether clients must show one.

    Raises:
        ConfigError: The network is listened to without a key, or see `keys_of`.
    """
    host = settings.server.host
    if settings.server.secure:
        return keys_of(Path(settings.server.data_dir), environ)
    given = _given(environ)
    beyond = not is_loopback(host)
    if beyond and not given:
        raise ConfigError(
            f"The host {host} lets the whole network in, so a key is needed: set "
            f"{KEY_VARIABLE} in the environment, or secure=true to have one made in "
            f"{KEY_FILE}. Or listen on 127.0.0.1."
        )
    return Keys(given, needed=beyond)


def keys_of(folder: Path, environ: Mapping[str, str]) -> Keys:
    """Return the key of the environment, else those of the file, made if absent.

    Args:
        folder: Where `api_key.txt` is kept.
        environ: The environment; `LTM_API_KEY` comes before the file.

    Raises:
        ConfigError: The file cannot be read or made, holds no key, or a line that is
            none; or the environment's is none.
    """
    if given := _given(environ):
        return Keys(given)
    path = folder / KEY_FILE
    try:
        _make(path)
    except OSError as error:
        raise ConfigError(
            f"Cannot read or make the key file {path}: {error}"
        ) from error
    return Keys("", people=people_in(path))


def people_in(path: Path) -> dict[str, str]:
    """Return the names in a key file by their keys.

    Raises:
        ConfigError: It cannot be read, holds no key, or a line that is none.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(
            f"Cannot read or make the key file {path}: {error}"
        ) from error
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is no text in UTF-8: save it as such.") from None
    found: dict[str, str] = {}
    for number, name, key in _lines(text, path):
        if found.setdefault(key, name) != name:
            raise _wrong(path, number, "this key is another one's, too.")
    if not found:
        raise ConfigError(f"{path} holds no key: write one into it, or delete it.")
    return found


def seen_by_others(path: Path) -> str:
    """Say what is wrong if other accounts can read the key file; empty if none can."""
    if os.name != "posix" or not path.is_file():
        return ""
    mode = stat.S_IMODE(path.stat().st_mode)
    if not mode & (stat.S_IRWXG | stat.S_IRWXO):
        return ""
    return (
        f"{path} is open to other accounts of this machine (mode {mode:04o}), and so "
        f"are the memories. Close it: chmod 600 {path}"
    )


def fault_of_key(key: str) -> str:
    """Say why a text is no key that opens anything; empty if it is one."""
    if not key:
        return "the key is missing."
    if not _KEY.fullmatch(key):
        return "a key has English letters, digits and . _ ~ + / - alone."
    if len(key) < SHORTEST_KEY:
        return f"a key has at least {SHORTEST_KEY} characters."
    if len(key) > LONGEST_KEY:
        return f"a key has at most {LONGEST_KEY} characters."
    return ""


def _given(environ: Mapping[str, str]) -> str:
    given = environ.get(KEY_VARIABLE, "").strip()
    if given and (fault := fault_of_key(given)):
        raise ConfigError(f"{KEY_VARIABLE} is no key: {fault}")
    return given


def _lines(text: str, path: Path) -> Iterator[tuple[int, str, str]]:
    """Yield number, name and key of each line; one that begins with # is a remark.

    Raises:
        ConfigError: A line is neither a key nor `name: key`.
    """
    names: dict[str, str] = {}
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip(" \t\r")
        if not line or line.startswith("#"):
            continue
        name, colon, key = line.rpartition(":")
        name, key = name.rstrip(" \t"), key.lstrip(" \t")
        fault = (_fault_of_name(name) if colon else "") or fault_of_key(key)
        if fault:
            way = "Write a key, or `name: key`."
            raise _wrong(path, number, f"{fault} {way}")
        if name and names.setdefault(name_key(name), name) != name:
            raise _wrong(path, number, "this name is too much like another one.")
        yield number, name or OWNER, key


def _fault_of_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        return "a name is one word of letters, digits, points, dashes and underscores."
    if len(name) > LONGEST_NAME:
        return f"a name has at most {LONGEST_NAME} characters."
    if " " in name_key(name):
        # It is put before names that clients tell: who is called by two words would
        # be whom another one names.
        return "a letter of the name stands for a blank and another one."
    if is_same_name(name, DEFAULT_USER):
        return f"{DEFAULT_USER} is what the owner is called; his key has no name."
    return ""


def _wrong(path: Path, number: int, words: str) -> ConfigError:
    return ConfigError(f"{path}, line {number}: {words}")


def _make(path: Path) -> None:
    """Make a key file if there is none."""
    with suppress(FileExistsError):
        write_new_file(path, secrets.token_hex(16) + "\n")
