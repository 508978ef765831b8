"""The columns that hold what a user wrote, or what tells of it.

Owns: their names to a cipher, and what identifies a row of each to it.
Knows nothing of: how anything is encrypted.

Names, once released, are never changed: what was sealed under another could not be
read any more. `hand` and `edits` share one, for the latter has rows of the former.
"""

from __future__ import annotations

from typing import Final

# By the message's id.
CONTENT: Final = "messages.content"
SPEAKER: Final = "messages.name"
PRESENT: Final = "messages.present"
# By the message's row.
TERMS: Final = "lexicon.terms"
# By the chat's id.
TITLE: Final = "chats.title"
# By the chat's row and the host.
CHAT_NAME: Final = "chat_names.name/2"
# In envelopes of the first format by nothing at all.
FORMER_CHAT_NAME: Final = "chat_names.name"
# By `hand_identity`.
BY_HAND: Final = "hand.content"
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


def hand_identity(kind: str, key: str) -> str:
    """Return what identifies a thing by hand."""
    return f"{kind}\0{key}"


def name_identity(chat: int, host: str) -> str:
    """Return what identifies a host's name of a chat."""
    return f"{chat}\0{host}"


def summary_identity(key: bytes, maker: str) -> bytes:
    """Return what identifies a summary."""
    return key + b"\0" + maker.encode()
