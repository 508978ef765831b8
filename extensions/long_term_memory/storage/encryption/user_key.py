"""The key that a person keeps: where it is found, how it is written and made.

Owns: its form (32 bytes, in base64 or hexadecimal digits), the environment before the
file, and that a key file is its owner's alone.
Knows nothing of: what is encrypted with it.
"""

from __future__ import annotations

import binascii
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path

from ...config import ENCRYPTION_KEY
from ...errors import EncryptionError
from ...files import write_new_file
from .aes import KEY_BYTES

KeySource = Callable[[], bytes | None]
_MAKE = "Make one with: ltm encryption-key FILE"


def no_key() -> None:
    """Be the source of those who have no key."""
    return


def key_source(given: str, file: str) -> KeySource:
    """Return what finds the key when it is needed; `no_key` if none is named.

    Args:
        given: What the environment says; it comes first.
        file: Path of a key file; empty for none.
    """
    if not given.strip() and not file.strip():
        return no_key
    return lambda: find_key(given, file)


def find_key(given: str, file: str) -> bytes | None:
    """Return the key, None if there is none.

    Raises:
        EncryptionError: It is no key, or its file cannot be read or is others' too.
    """
    if given.strip():
        return parse_key(given, ENCRYPTION_KEY)
    return read_key_file(Path(file).expanduser()) if file.strip() else None


def parse_key(text: str, where: str) -> bytes:
    """Return the key that a text holds.

    Raises:
        EncryptionError: It holds none.
    """
    text = text.strip()
    try:
        hexadecimal = len(text) == 2 * KEY_BYTES
        key = bytes.fromhex(text) if hexadecimal else _from_base64(text)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != KEY_BYTES:
        raise EncryptionError(f"{where} holds no key of {KEY_BYTES} bytes. {_MAKE}")
    return key


def read_key_file(path: Path) -> bytes:
    """Return the key in a file.

    Raises:
        EncryptionError: It cannot be read, others can read it, or it holds no key.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        raise EncryptionError(
            f"The key file {path} cannot be read: {error}. Put it back, or name "
            "another in the setting `encryption_key_file`."
        ) from error
    if os.name == "posix" and mode & 0o077:
        raise EncryptionError(
            f"Others can read the key file {path}. Keep it for yourself: "
            f"chmod 600 {path}"
        )
    return parse_key(text, str(path))


def make_key_file(path: Path) -> None:
    """Write a new random key into a new file that only its owner can read.

    Raises:
        EncryptionError: There is a file already, or it cannot be made.
    """
    key = urlsafe_b64encode(os.urandom(KEY_BYTES)).decode("ascii")
    try:
        write_new_file(path, f"{key}\n")
    except FileExistsError as error:
        raise EncryptionError(
            f"{path} exists already, and may be somebody's key. Name another file."
        ) from error
    except OSError as error:
        raise EncryptionError(f"{path} cannot be written: {error.strerror}.") from error


def _from_base64(text: str) -> bytes:
    plain = text.replace("+", "-").replace("/", "_")
    return urlsafe_b64decode(plain + "=" * (-len(plain) % 4))
