"""Tell an address of a service without the name and password that may stand in it.

Owns: what of an address people may see, and taking the rest out of other texts.
Knows nothing of: which services there are, how they are reached.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote, unquote

HIDDEN: Final = "…"
# A shorter word stands in too many texts by chance; with the "@" behind it, it goes.
SHORTEST_ALONE: Final = 4
_SCHEME: Final = re.compile(r"\A(?:[A-Za-z][A-Za-z0-9+.-]*:)?//")
# From where a word begins, and no further than passwords are long: a text of a megabyte
# is looked at in less than a second.
_URL: Final = re.compile(
    r"(?<![A-Za-z0-9+.-])([A-Za-z][A-Za-z0-9+.-]*+://)(?:[^\s@]{0,1000}+@)++"
)
_PAIR: Final = re.compile(r"(?<![^\s/@'\"])[^\s/@'\":]++:[^\s@]{0,1000}+@")
_END: Final = re.compile(r"[/?#\\\s]")


def host_of(address: str) -> str:
    """Return host and port of an address, for people.

    A password may hold any character, and one that should have been encoded: whatever
    stands before the last "@" is taken for one.
    """
    rest = _SCHEME.sub("", address.strip(), count=1)
    return _END.split(rest.rpartition("@")[2], maxsplit=1)[0]


def without_credentials(text: str, *addresses: str) -> str:
    """Return a text without the names and passwords of the addresses in it.

    Args:
        text: Such as the words of an error.
        addresses: Those that it may be about; further ones are known by their form.
    """
    secrets = {word for address in addresses for word in _secrets(address)}
    for word in sorted(secrets, key=len, reverse=True):
        text = text.replace(word, HIDDEN)
    return _PAIR.sub("", _URL.sub(r"\1", text))


def _secrets(address: str) -> Iterator[str]:
    """Yield an address's name and password in every way in which they are written."""
    before, at, _ = address.rpartition("@")
    if not at:
        return
    pair = _SCHEME.sub("", before.lstrip(), count=1)
    password = pair.partition(":")[2]
    for raw in filter(None, (pair, password)):
        plain = unquote(raw)
        for word in {raw, plain, quote(plain), quote(plain, safe="")}:
            # As it stands in the words of an error, quoted.
            for written in {word, repr(word)[1:-1]}:
                yield f"{written}@"
                if len(written) >= SHORTEST_ALONE:
                    yield written
