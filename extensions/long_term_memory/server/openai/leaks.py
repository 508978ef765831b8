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
from base64 import b32decode, b64decode
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from ...config import SECRETS
from ...identity.auth import KEY_FILE

# A shorter one stands in many a harmless word; keys that we make have 32 letters.
SHORTEST: Final = 8
# In longer fields no encoded key is looked for: they hold a text, a picture or tools.
MOST_FIELDS: Final = 32_768
# What is left of a key without its points and dashes must still be a key.
SHORTEST_BARE: Final = 12
# Packed so often, such as a percent-encoded header of a browser's password.
_LAYERS: Final = 3
_WORDS: Final = re.compile(rb"[\s,;:=?&\"'\[\]{}()<>]+")
_MARKS: Final = re.compile(rb"[^0-9A-Za-z]+")
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/_-]{8,}")
_BASE32: Final = re.compile(rb"[A-Z2-7]{16,}")
# The letters of addresses stand for these.
_STANDARD: Final = bytes.maketrans(b"-_", b"+/")
_HEX: Final = re.compile(rb"(?:[ :,-]{0,2}(?:0x)?[0-9A-Fa-f]{2}){8,}")
_NO_HEX: Final = re.compile(rb"0x|[^0-9A-Fa-f]")
# A letter as addresses (%6F), JSON, Python, mails (=6F) and HTML write it.
_NUMBERED: Final = re.compile(
    rb"(?:%|\\u00|\\x|=|&#x0{0,4})(?P<hex>[0-9A-Fa-f]{2});?"
    rb"|&#0{0,4}(?P<tens>[0-9]{2,3});?|\\[nrt]"
)
# Of what is text at least every third byte is a letter or digit, of noise every fourth.
_TEXTLIKE: Final = 3
_BYTE: Final = 256
# Here stands what people and models write; it is theirs.
_TEXTS: Final = frozenset({"messages", "prompt"})


class OwnKeys:
    """Says whether something holds a key of ours, as it is or encoded."""

    def __init__(self, keys: Iterable[str]) -> None:
        """Remember keys; one that is a short word counts only where it stands alone."""
        given = {key.strip() for key in keys} - {""}
        self._whole = {key.encode() for key in given}
        self._parts = {key.casefold() for key in given if len(key) >= SHORTEST}
        bare = {_bare(key.encode()) for key in given}
        self._bare = {key for key in bare if len(key) >= SHORTEST_BARE}

    def held_by(self, text: str) -> bool:
        """Say whether a text is one of our keys, or holds one as programs encode it."""
        return self._is_within(text.encode("utf-8", "surrogatepass"), _LAYERS)

    def without(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return a request without the fields beside its texts that hold a key.

        Of many or long fields this takes a while, so call it from a thread.
        """
        fields = {name: body[name] for name in body if name not in _TEXTS}
        told = _as_text(fields)
        # Whoever sends so much does not pack a key by accident.
        looks = self._is_part if len(told) > MOST_FIELDS else self.held_by
        if not looks(told):
            return dict(body)
        return {
            name: value
            for name, value in body.items()
            if name in _TEXTS or not looks(_as_text({name: value}))
        }

    def _is_within(self, raw: bytes, layers: int) -> bool:
        if not self._whole.isdisjoint(_WORDS.split(raw)) or self._is_part(
            raw.decode("utf-8", "replace")
        ):
            return True
        bare = _bare(raw)
        if any(key in bare for key in self._bare):
            return True
        if len(bare) * _TEXTLIKE < len(raw):
            return False  # something binary, in which nothing further is packed
        return layers > 0 and any(
            self._is_within(inner, layers - 1) for inner in _unpacked(raw)
        )

    def _is_part(self, text: str) -> bool:
        text = text.casefold()
        return any(key in text for key in self._parts)


def _as_text(fields: Mapping[str, Any]) -> str:
    try:
        return json.dumps(fields, ensure_ascii=False)
    except (ValueError, RecursionError):
        return ""  # refused when it is sent


def _bare(raw: bytes) -> bytes:
    """Return letters and digits alone, whatever blanks or marks stand between."""
    return _MARKS.sub(b"", raw).lower()


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
    named = _NUMBERED.sub(_letter, raw)
    if named != raw:
        yield named
    for found in _BASE64.findall(raw):
        yield from _of_base64(found)
    for found in _BASE32.findall(raw):
        # Its end is cut off in the middle of a letter; what is added is another one.
        yield b32decode(found + b"A" * (-len(found) % 8))
    for found in _HEX.findall(raw):
        digits = _NO_HEX.sub(b"", found)
        yield binascii.unhexlify(digits[: len(digits) // 2 * 2])


def _letter(found: re.Match[bytes]) -> bytes:
    number = int(found["hex"] or "20", 16) if not found["tens"] else int(found["tens"])
    return bytes([number]) if number < _BYTE else found[0]


def _of_base64(word: bytes) -> Iterator[bytes]:
    """Yield what a word may say, wherever in it the encoded part begins."""
    word = word.translate(_STANDARD)
    for start in range(4):
        part = word[start:]
        part = part[: len(part) - (len(part) % 4 == 1)]
        yield b64decode(part + b"=" * (-len(part) % 4))
