"""The keys that clients must show, and who is meant by each.

Owns: where keys are kept, how one is made, how a shown one is compared, and what is for
    the owner alone.
Knows nothing of: routes, whose memory lies where.

A key without a name is the owner's: it opens everything, and may speak for any user. A
key with a name is one person's: it reaches that person's memory and no other.
"""

from __future__ import annotations

import binascii
import json
import os
import re
import secrets
from base64 import b64decode
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from ..config import Settings
from ..errors import ConfigError
from ..stores.layout import make_private_folder
from .addresses import canonical
from .memory import DEFAULT_USER
from .safety import LOOPBACK_NAMES, App, Receive, Scope, Send

KEY_FILE = "api_key.txt"
KEY_VARIABLE = "LTM_API_KEY"
REFUSED = {"error": "401: Invalid API key"}
REFUSED_V1 = {
    "error": {
        "message": "401: Invalid API key",
        "type": "invalid_request_error",
        "param": None,
        "code": "invalid_api_key",
    }
}
BEARER = "bearer"
BASIC = "basic"
# These tell nothing of a chat; a browser asks for the last two without the key.
OPEN = frozenset({"/", "/health", "/manifest.json", "/favicon.ico"})
# Here everybody's memories are shown, and what everybody does.
OWNERS = ("/editor", "/metrics")
OWNER: Final = ""
FOR_THE_OWNER = {
    "error": {
        "type": "Refused",
        "message": "This shows what is everybody's, so it opens to a key without a "
        "name only.",
    }
}
# `name: key`; a name must be a word, for it is put before names that clients tell.
_NAMED: Final = re.compile(r"([\w.-]{1,64}):\s*(\S+)")


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
        self._names = {one.encode(): name for one, name in people.items() if one}
        self.needed = needed

    def whose(self, shown: str) -> str | None:
        """Return whose key is shown: a name, or `OWNER`; None if it is not ours.

        The time that it takes does not tell how much of a wrong key is right.
        """
        asked, found = shown.strip().encode(), None
        for key, name in self._names.items():
            if secrets.compare_digest(key, asked):
                found = name
        return found

    def is_ours(self, shown: str) -> bool:
        """Say whether a key opens this server, for whomever."""
        return self.whose(shown) is not None

    def user_of(self, authorization: str) -> str:
        """Return who asks by an `Authorization` header: a name, or `OWNER`.

        Where keys are not needed, who shows none of ours is the owner.
        """
        return self.whose(_bearer(authorization)) or OWNER

    def is_owner(self, authorization: str) -> bool:
        """Say whether the owner's key is shown, as it is or as a page's password."""
        return self.whose_page(authorization) == OWNER

    def admits(self, authorization: str) -> bool:
        """Say whether an `Authorization` header, `Bearer <key>`, shows our key."""
        return self.is_ours(_bearer(authorization))

    def whose_page(self, authorization: str) -> str | None:
        """Return whose key a browser's `Basic` header has as the password."""
        scheme, _, shown = authorization.strip().partition(" ")
        if scheme.lower() != BASIC:
            return self.whose(_bearer(authorization))
        try:
            pair = b64decode(shown.strip(), validate=True).decode("utf-8")
        except (binascii.Error, ValueError):
            return None
        return self.whose(pair.partition(":")[2])

    def admits_page(self, authorization: str) -> bool:
        """Say whether a browser's `Basic` header has our key as the password."""
        return self.whose_page(authorization) is not None


def _bearer(authorization: str) -> str:
    scheme, _, shown = authorization.strip().partition(" ")
    return shown if scheme.lower() == BEARER else ""


def server_keys(settings: Settings, environ: Mapping[str, str]) -> Keys:
    """Return the server's keys, and whether clients must show one.

    Raises:
        ConfigError: The network is listened to without a key, or see `keys_of`.
    """
    host = settings.server.host
    if settings.server.secure:
        return keys_of(Path(settings.server.data_dir), environ)
    given = environ.get(KEY_VARIABLE, "").strip()
    beyond = not _is_loopback(host)
    if beyond and not given:
        raise ConfigError(
            f"The host {host} lets the whole network in, so a key is needed: set "
            f"{KEY_VARIABLE} in the environment, or secure=true to have one made in "
            f"{KEY_FILE}. Or listen on 127.0.0.1."
        )
    return Keys(given, needed=beyond)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() in LOOPBACK_NAMES


def keys_of(folder: Path, environ: Mapping[str, str]) -> Keys:
    """Return the key of the environment, else those of the file, made if absent.

    Args:
        folder: Where `api_key.txt` is kept.
        environ: The environment; `LTM_API_KEY` comes before the file.

    Raises:
        ConfigError: The file cannot be read or made, holds no key, or a line that is
            none.
    """
    if given := environ.get(KEY_VARIABLE, "").strip():
        return Keys(given)
    path = folder / KEY_FILE
    try:
        text = _read_or_make(path)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"Cannot read or make the key file {path}: {error}"
        ) from error
    people = dict(_lines(text, path))
    if not people:
        raise ConfigError(f"{path} holds no key: write one into it, or delete it.")
    return Keys("", people=people)


def _lines(text: str, path: Path) -> Iterator[tuple[str, str]]:
    """Yield keys and names, one a line; lines that begin with # are remarks.

    Raises:
        ConfigError: A line is neither a key nor `name: key`, or a key is two people's.
    """
    known: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        named = _NAMED.fullmatch(line)
        name, key = named.groups() if named else (OWNER, line)
        # What is kept without a user's name is the owner's.
        name = OWNER if name == DEFAULT_USER else name
        if len(key.split()) != 1:
            raise ConfigError(
                f"{path}, line {number}: write a key, or `name: key`; a name has "
                "letters, digits, points and dashes."
            )
        if known.setdefault(key, name) != name:
            raise ConfigError(f"{path}, line {number}: this key is another one's, too.")
        yield key, name


def _read_or_make(path: Path) -> str:
    make_private_folder(path.parent)
    try:
        # Made for its owner's eyes only, and never over a key that is there.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8-sig")
    key = secrets.token_hex(16)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(key + "\n")
    return key


class KeyCheck:
    """Lets through who shows the key; a browser's question before a call shows none."""

    def __init__(self, app: App, *, keys: Keys) -> None:
        """Stand before an app."""
        self._app = app
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        asks = scope["type"] in ("http", "websocket")
        who = None if asks and not _is_open(scope) else OWNER
        if who is None:
            who = self._who(scope)
        if who is not None and (who == OWNER or not _is_for_the_owner(scope)):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif who is not None:
            await _answer(send, 403, FOR_THE_OWNER)
        else:
            of_v1 = canonical(scope["path"]).startswith("/v1/")
            told = REFUSED_V1 if of_v1 else REFUSED
            await _answer(send, 401, told, asks=_is_page(scope))

    def _who(self, scope: Scope) -> str | None:
        header: bytes = dict(scope["headers"]).get(b"authorization", b"")
        shown = header.decode("latin-1")
        if _is_page(scope):
            return self._keys.whose_page(shown)
        return self._keys.whose(_bearer(shown))


async def _answer(
    send: Send, status: int, told: Mapping[str, object], *, asks: bool = False
) -> None:
    """Refuse; a browser that shall ask its user for a key is told so."""
    headers = [(b"content-type", b"application/json")]
    if asks:
        headers.append((b"www-authenticate", b'Basic realm="Long-term memory"'))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(told).encode()})


def _is_for_the_owner(scope: Scope) -> bool:
    path: str = scope["path"]
    return any(path == one or path.startswith(f"{one}/") for one in OWNERS)


def _is_open(scope: Scope) -> bool:
    """Say whether a request needs no key; a socket always does."""
    if scope["type"] != "http":
        return False
    return scope.get("method") == "OPTIONS" or scope["path"] in OPEN


def _is_page(scope: Scope) -> bool:
    """Say whether a browser shows this path, and can ask its user for the key."""
    path: str = scope["path"]
    return path == "/docs" or path == "/editor" or path.startswith("/editor/")
