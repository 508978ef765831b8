"""How what a user wrote lies in a row: in clear, or as a cipher makes it.

Owns: what a cipher promises, and the one that leaves everything in clear; the names of
the columns to a cipher, and what identifies a row of each to it.
Knows nothing of: keys, how anything is encrypted.

Names, once released, are never changed: what was sealed under another could not be
read any more. `hand` and `edits` share one, for the latter has rows of the former.
"""

from __future__ import annotations

from typing import Final, Protocol

from ..sqlite.codec import pack_text, unpack_text

Identity = str | int | bytes

# By the message's id.
CONTENT: Final = "messages.content"
SPEAKER: Final = "messages.name"
PRESENT: Final = "messages.present"
# By the message's row.
TERMS: Final = "lexicon.terms"
EMOTION: Final = "emotions.emotion"
# By the chat's id.
TITLE: Final = "chats.title"
# By the chat's row and the host.
CHAT_NAME: Final = "chat_names.name/2"
# In envelopes of the first format by nothing at all.
FORMER_CHAT_NAME: Final = "chat_names.name"
# By `hand_identity`.
BY_HAND: Final = "hand.content"
TAGS: Final = "hand.tags"
# By `summary_identity`.
SUMMARY: Final = "summaries.text"
INPUTS: Final = "summaries.inputs"
# By the key.
META: Final = "meta.value"
# Of what clients keep: by row and key, an entry by its collection too.
COLLECTION: Final = "collections.names"
ENTRY: Final = "entries.entry"
# By the entry's place and the model.
ENTRY_VECTOR: Final = "entries.vector"
# By the key.
COLLECTED_META: Final = "collections.meta"

ENVELOPE: Final = "encryption"
"""The note about a bank that has its key, sealed with the user's; always in clear."""


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


def hand_identity(kind: str, key: str) -> str:
    """Return what identifies a thing by hand."""
    return f"{kind}\0{key}"


def name_identity(chat: int, host: str) -> str:
    """Return what identifies a host's name of a chat."""
    return f"{chat}\0{host}"


def summary_identity(key: bytes, maker: str) -> bytes:
    """Return what identifies a summary."""
    return key + b"\0" + maker.encode()
