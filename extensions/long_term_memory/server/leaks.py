"""Find our own keys in what would go on to a model.

Owns: which keys are ours, and the disguises in which a client may send one.
Knows nothing of: requests, who may do what with a key.

A client that shows this server a key may do so in any header, and one that was set up
for the server with `secure` shows it where none is asked for. The model, and whoever
runs it, must never see it.
"""

from __future__ import annotations

import binascii
import json
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote_plus

from ..config import SECRETS
from .keys import KEY_FILE

# A shorter one stands in many a harmless word; keys that we make have 32 letters.
SHORTEST: Final = 8
# In what is longer no encoded key is looked for: it is a text or a picture.
LONGEST_FIELD: Final = 16_384
# Packed so often, such as a percent-encoded header of a browser's password.
_LAYERS: Final = 3
_WORDS: Final = re.compile(rb"[\s,;:=?&\"'\[\]{}()<>]+")
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/_-]{8,}")
# The letters of addresses stand for these.
_STANDARD: Final = bytes.maketrans(b"-_", b"+/")
_HEX: Final = re.compile(rb"(?:[0-9A-Fa-f]{2}){8,}")
# Here stands what people and models write; it is theirs.
_TEXTS: Final = frozenset({"messages", "prompt"})


class OwnKeys:
    """Says whether something holds a key of ours, as it is or encoded."""

    def __init__(self, keys: Iterable[str]) -> None:
        """Remember keys; one that is a short word counts only where it stands alone."""
        given = {key.strip() for key in keys} - {""}
        self._whole = {key.encode() for key in given}
        self._parts = {key.casefold() for key in given if len(key) >= SHORTEST}

    def held_by(self, text: str) -> bool:
        """Say whether a text is one of our keys, or holds one in any encoding."""
        return self._is_within(text.encode("utf-8", "surrogatepass"), _LAYERS)

    def without(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return a request without the fields beside its texts that hold a key."""
        return {
            name: value
            for name, value in body.items()
            if name in _TEXTS or not self._is_in_field(name, value)
        }

    def _is_within(self, raw: bytes, layers: int) -> bool:
        if not self._whole.isdisjoint(_WORDS.split(raw)) or self._is_part(
            raw.decode("utf-8", "replace")
        ):
            return True
        return layers > 0 and any(
            self._is_within(inner, layers - 1) for inner in _unpacked(raw)
        )

    def _is_part(self, text: str) -> bool:
        text = text.casefold()
        return any(key in text for key in self._parts)

    def _is_in_field(self, name: str, value: Any) -> bool:
        try:
            text = json.dumps({name: value}, ensure_ascii=False)
        except (ValueError, RecursionError):
            return False  # refused when it is sent
        if len(text) > LONGEST_FIELD:
            return self._is_part(text)
        return self.held_by(text)


def own_keys(data_dir: Path, environ: Mapping[str, str]) -> OwnKeys:
    """Return all keys that are ours, asked for or not.

    Args:
        data_dir: Where `api_key.txt` may lie.
        environ: Holds this server's key, those of services, and that of the memories.
    """
    found = [environ.get(name, "") for name in SECRETS]
    return OwnKeys([*found, *_in_file(data_dir / KEY_FILE)])


def _in_file(path: Path) -> list[str]:
    """Return what may be a key in the key file, whether or not keys are asked for."""
    try:
        lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError:
        return []
    told = [line.strip() for line in lines if not line.strip().startswith("#")]
    return [line.rpartition(":")[2].split()[-1] for line in told if _has_key(line)]


def _has_key(line: str) -> bool:
    return bool(line.rpartition(":")[2].split())


def _unpacked(raw: bytes) -> Iterator[bytes]:
    """Yield what stands behind the encodings of a text."""
    if b"%" in raw or b"+" in raw:
        yield unquote_plus(raw.decode("latin-1"), "latin-1").encode("latin-1")
    for found in _BASE64.findall(raw):
        yield from _of_base64(found)
    for found in _HEX.findall(raw):
        yield binascii.unhexlify(found)


def _of_base64(word: bytes) -> Iterator[bytes]:
    """Yield what a word may say, wherever in it the encoded part begins."""
    word = word.translate(_STANDARD)
    for start in range(4):
        part = word[start:]
        part = part[: len(part) - (len(part) % 4 == 1)]
        yield b64decode(part + b"=" * (-len(part) % 4))
