"""The key that a client must show.

Owns: where the key is kept, how it is made, and how a shown one is compared.
Knows nothing of: routes, which of them ask for a key.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from ..errors import ConfigError
from .safety import App, Receive, Scope, Send

KEY_FILE = "api_key.txt"
KEY_VARIABLE = "LTM_API_KEY"
REFUSED = {"error": "401: Invalid API key"}
BEARER = "bearer"


class Keys:
    """Says whether a key is ours; the empty key never is."""

    def __init__(self, key: str) -> None:
        """Remember the key, without the space around it."""
        self._key = key.strip().encode()

    def is_ours(self, shown: str) -> bool:
        """Compare a key in a time that does not tell how much of it is right."""
        same = secrets.compare_digest(self._key, shown.strip().encode())
        return same and bool(self._key)

    def admits(self, authorization: str) -> bool:
        """Say whether an `Authorization` header, `Bearer <key>`, shows our key."""
        scheme, _, shown = authorization.strip().partition(" ")
        return scheme.lower() == BEARER and self.is_ours(shown)


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
        if not asks or scope.get("method") == "OPTIONS" or self._shown(scope):
            await self._app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 401, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(REFUSED).encode()})

    def _shown(self, scope: Scope) -> bool:
        header: bytes = dict(scope["headers"]).get(b"authorization", b"")
        return self._keys.admits(header.decode("latin-1"))
