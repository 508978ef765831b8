"""AES-256-GCM over single fields, and the key that a user's key wraps.

Owns: how a sealed field looks, what is derived from a bank's key, its wrapping.
Knows nothing of: tables, where the user's key comes from.

    field    version (1 byte), nonce (12), cipher text, tag (16)

A bank's fields are sealed with a random key of its own. The file holds that key sealed
with the user's, so the user's key can be changed without writing the fields anew.
The version is a byte that no text in UTF-8 begins with.
"""

from __future__ import annotations

import json
import os
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from ...errors import EncryptionError, StoreCorrupt
from .cipher import CHAT_NAME, FORMER_CHAT_NAME, Identity, name_identity

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
VERSION: Final = b"\xff"
_NONCE_BYTES: Final = 12
FORMER: Final = 1
"""In this format the names of chats are not bound to their rows."""

FORMAT: Final = 2
_PLACE: Final = b"long-term-memory/bank-key/%d"
_MISSING = (
    "Memories are encrypted, and the library for that is missing. Install it with: "
    "pip install cryptography"
)
_WRONG = (
    "The key given does not open this memory. Give the one it was encrypted with, in "
    "LTM_ENCRYPTION_KEY or in the file that `encryption_key_file` names. Nothing was "
    "changed."
)
_NO_SENSE = (
    "What a memory says of its encryption is damaged. Put a backup in its place: "
    "ltm restore."
)
_NEWER = "This memory was encrypted by a newer version. Update. Nothing was changed."
_CHANGED = (
    "An encrypted text in {column} is damaged, or was changed or moved by another "
    "program. Put a backup in the memory's place: ltm restore."
)


class AesCipher:
    """Seals the fields of one bank."""

    secret = True

    def __init__(self, bank_key: bytes, format: int = FORMAT) -> None:
        """Derive what is needed from the bank's own key.

        Args:
            bank_key: Random.
            format: Of the envelope it lay in.

        Raises:
            EncryptionError: The library is missing.
        """
        self.format = format
        self._fields = _aes(_derived(bank_key, b"fields"))
        self._marks = _derived(bank_key, b"marks")

    def seal(self, data: bytes, column: str, identity: Identity) -> bytes:
        """Encrypt under a new nonce; nothing stays nothing."""
        if not data:
            return b""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._fields.encrypt(nonce, data, _place(column, identity))
        return VERSION + nonce + sealed

    def unseal(self, stored: bytes, column: str, identity: Identity) -> bytes:
        """Decrypt, and refuse what does not belong there."""
        if not stored:
            return b""
        return self._unsealed(stored, _place(column, identity), column)

    def seal_text(self, text: str, column: str, identity: Identity) -> bytes:
        """Encrypt a text."""
        return self.seal(text.encode("utf-8", "surrogatepass"), column, identity)

    def unseal_text(self, stored: str | bytes, column: str, identity: Identity) -> str:
        """Decrypt a text; refuse one in clear, which was put there by another."""
        if isinstance(stored, str):
            if not stored:
                return ""
            raise StoreCorrupt(_CHANGED.format(column=column))
        clear = self.unseal(stored, column, identity)
        return clear.decode("utf-8", "surrogatepass")

    def seal_name(self, name: str, chat: int, host: str) -> bytes:
        """Encrypt a chat's name for its place; in the former format for any."""
        return self.seal_text(name, *self._name_place(chat, host))

    def unseal_name(self, stored: str | bytes, chat: int, host: str) -> str:
        """Decrypt a chat's name; refuse one of another place or format."""
        return self.unseal_text(stored, *self._name_place(chat, host))

    def mark(self, digest: bytes) -> bytes:
        """Return a keyed hash as long as the hash."""
        return _keyed(self._marks, digest)[: len(digest)]

    def _name_place(self, chat: int, host: str) -> tuple[str, str]:
        if self.format == FORMER:
            return FORMER_CHAT_NAME, ""
        return CHAT_NAME, name_identity(chat, host)

    def _unsealed(self, stored: bytes, place: bytes, column: str) -> bytes:
        from cryptography.exceptions import InvalidTag

        nonce, sealed = stored[1 : 1 + _NONCE_BYTES], stored[1 + _NONCE_BYTES :]
        if stored[:1] != VERSION or len(nonce) < _NONCE_BYTES:
            raise StoreCorrupt(_CHANGED.format(column=column))
        try:
            return self._fields.decrypt(nonce, sealed, place)
        except InvalidTag as error:
            raise StoreCorrupt(_CHANGED.format(column=column)) from error


def new_bank_key() -> bytes:
    """Return a random key for a bank's fields."""
    return os.urandom(KEY_BYTES)


def wrapped(bank_key: bytes, user_key: bytes, format: int = FORMAT) -> str:
    """Return a bank's key as its file holds it.

    Raises:
        EncryptionError: The library is missing.
    """
    nonce = os.urandom(_NONCE_BYTES)
    sealed = nonce + _aes(user_key).encrypt(nonce, bank_key, _PLACE % format)
    return json.dumps({"format": format, "key": sealed.hex()})


def format_of(envelope: str) -> int:
    """Return the format of a bank's sealed key; the key itself is bound to it."""
    try:
        return int(json.loads(envelope)["format"])
    except (ValueError, LookupError, TypeError) as error:
        raise StoreCorrupt(_NO_SENSE) from error


def unwrapped(envelope: str, user_key: bytes) -> bytes:
    """Return a bank's key.

    Raises:
        EncryptionError: It is another user's key, or the library is missing.
        StoreCorrupt: The envelope makes no sense.
    """
    aes = _aes(user_key)
    from cryptography.exceptions import InvalidTag

    try:
        told = json.loads(envelope)
        if told["format"] not in (FORMER, FORMAT):
            raise EncryptionError(_NEWER)
        sealed = bytes.fromhex(told["key"])
        place = _PLACE % told["format"]
        return aes.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place)
    except InvalidTag as error:
        raise EncryptionError(_WRONG) from error
    except (ValueError, LookupError, TypeError) as error:
        raise StoreCorrupt(_NO_SENSE) from error


def _aes(key: bytes) -> AESGCM:
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError as error:
        raise EncryptionError(_MISSING) from error
    return AESGCM(key)


def _derived(key: bytes, purpose: bytes) -> bytes:
    return blake2b(purpose, key=key, digest_size=KEY_BYTES).digest()


def _keyed(key: bytes, data: bytes) -> bytes:
    return blake2b(data, key=key, digest_size=KEY_BYTES).digest()


def _place(column: str, identity: Identity) -> bytes:
    """Name a place; no column's name holds a NUL, so no two places are alike."""
    if isinstance(identity, int):
        identity = str(identity)
    if isinstance(identity, str):
        identity = identity.encode("utf-8", "surrogatepass")
    return column.encode() + b"\0" + identity
