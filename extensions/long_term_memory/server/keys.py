"""The key that a client must show.

Owns: where the key is kept, how it is made, and how a shown one is compared.
Knows nothing of: routes, which of them ask for a key.
"""

from __future__ import annotations

import binascii
import json
import os
import secrets
from base64 import b64decode
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path

from ..config import Settings
from ..errors import ConfigError
from .addresses import canonical
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


class Keys:
    """Says whether a key is ours; the empty key never is."""

    def __init__(self, key: str, *, needed: bool = True) -> None:
        """Remember the key, without the space around it.

        Args:
            key: The key.
            needed: Whether clients must show it; else it is only known as ours.
        """
        self._key = key.strip().encode()
        self.needed = needed

    def is_ours(self, shown: str) -> bool:
        """Compare a key in a time that does not tell how much of it is right."""
        same = secrets.compare_digest(self._key, shown.strip().encode())
        return same and bool(self._key)

    def admits(self, authorization: str) -> bool:
        """Say whether an `Authorization` header, `Bearer <key>`, shows our key."""
        scheme, _, shown = authorization.strip().partition(" ")
        return scheme.lower() == BEARER and self.is_ours(shown)

    def admits_page(self, authorization: str) -> bool:
        """Say whether a browser's `Basic` header has our key as the password."""
        scheme, _, shown = authorization.strip().partition(" ")
        if scheme.lower() != BASIC:
            return self.admits(authorization)
        try:
            pair = b64decode(shown.strip(), validate=True).decode("utf-8")
        except (binascii.Error, ValueError):
            return False
        return self.is_ours(pair.partition(":")[2])


def server_keys(settings: Settings, environ: Mapping[str, str]) -> Keys:
    """Return the server's key, and whether clients must show it.

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
    """Return the key of the environment, else of the file, which is made if absent.

    Args:
        folder: Where `api_key.txt` is kept.
        environ: The environment; `LTM_API_KEY` comes before the file.

    Raises:
        ConfigError: The file cannot be read or made, or holds no key.
    """
    if given := environ.get(KEY_VARIABLE, "").strip():
        return Keys(given)
    path = folder / KEY_FILE
    try:
        key = _read_or_make(path)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"Cannot read or make the key file {path}: {error}"
        ) from error
    if not key:
        raise ConfigError(f"{path} holds no key: write one into it, or delete it.")
    return Keys(key)


def _read_or_make(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # Made for its owner's eyes only, and never over a key that is there.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8").strip()
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
        if not asks or _is_open(scope) or self._shown(scope):
            await self._app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = [(b"content-type", b"application/json")]
        if _is_page(scope):
            headers.append((b"www-authenticate", b'Basic realm="Long-term memory"'))
        of_v1 = canonical(scope["path"]).startswith("/v1/")
        body = json.dumps(REFUSED_V1 if of_v1 else REFUSED).encode()
        await send({"type": "http.response.start", "status": 401, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _shown(self, scope: Scope) -> bool:
        header: bytes = dict(scope["headers"]).get(b"authorization", b"")
        shown = header.decode("latin-1")
        if _is_page(scope):
            return self._keys.admits_page(shown)
        return self._keys.admits(shown)


def _is_open(scope: Scope) -> bool:
    """Say whether a request needs no key; a socket always does."""
    if scope["type"] != "http":
        return False
    return scope.get("method") == "OPTIONS" or scope["path"] in OPEN


def _is_page(scope: Scope) -> bool:
    """Say whether a browser shows this path, and can ask its user for the key."""
    path: str = scope["path"]
    return path == "/docs" or path == "/editor" or path.startswith("/editor/")
