"""How what a user wrote lies in a row: in clear, or as a cipher makes it.

Owns: what a cipher promises, and the one that leaves everything in clear.
Knows nothing of: keys, tables, which columns hold what.
"""

from __future__ import annotations

from typing import Final, Protocol

from ..sqlite.codec import pack_text, unpack_text

Identity = str | int | bytes


class Cipher(Protocol):
    """Turns values into what the file holds, and back.

    `column` and `identity` say where a value stands; what was written for one place
    cannot be read at another.
    """

    @property
    def secret(self) -> bool:
        """Whether the file tells nothing of the values but their sizes."""
        ...

    def seal(self, data: bytes, column: str, identity: Identity) -> bytes:
        """Return bytes as the file holds them."""
        ...

    def unseal(self, stored: bytes, column: str, identity: Identity) -> bytes:
        """Return the bytes that were sealed.

        Raises:
            StoreCorrupt: They were changed, or sealed for another place.
        """
        ...

    def seal_text(self, text: str, column: str, identity: Identity) -> str | bytes:
        """Return a text as the file holds it."""
        ...

    def unseal_text(self, stored: str | bytes, column: str, identity: Identity) -> str:
        """Return the text that was sealed; raises as `unseal`."""
        ...

    def seal_name(self, name: str, chat: int, host: str) -> str | bytes:
        """Return what a host calls a chat as its row holds it."""
        ...

    def unseal_name(self, stored: str | bytes, chat: int, host: str) -> str:
        """Return the name that was sealed; raises as `unseal`."""
        ...

    def mark(self, digest: bytes) -> bytes:
        """Return what stands for the hash of a text: equal for equal hashes."""
        ...


class Plain:
    """Leaves everything in clear."""

    secret = False

    def seal(self, data: bytes, column: str, identity: Identity) -> bytes:
        """Return the very bytes."""
        return data

    def unseal(self, stored: bytes, column: str, identity: Identity) -> bytes:
        """Return the very bytes."""
        return stored

    def seal_text(self, text: str, column: str, identity: Identity) -> str | bytes:
        """Return the text as SQLite can hold it."""
        return pack_text(text)

    def unseal_text(self, stored: str | bytes, column: str, identity: Identity) -> str:
        """Return the text."""
        return unpack_text(stored)

    def seal_name(self, name: str, chat: int, host: str) -> str | bytes:
        """Return the name as SQLite can hold it."""
        return pack_text(name)

    def unseal_name(self, stored: str | bytes, chat: int, host: str) -> str:
        """Return the name."""
        return unpack_text(stored)

    def mark(self, digest: bytes) -> bytes:
        """Return the hash itself."""
        return digest


PLAIN: Final[Cipher] = Plain()
