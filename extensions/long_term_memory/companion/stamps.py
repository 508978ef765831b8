"""Ids and times of the platform, as text.

Owns: how they are made, and what the same message sent twice is called.
Knows nothing of: what they are of.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import blake2b
from uuid import uuid4

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def stamp(at: datetime) -> str:
    """Return a time as text in UTC, of one length, so that texts sort as times do."""
    told = at.astimezone(UTC).replace(tzinfo=None)
    return f"{told.isoformat(timespec='microseconds')}Z"


def moment(text: str) -> datetime:
    """Return the time of a text that `stamp` made."""
    return datetime.fromisoformat(text)


def new_id(kind: str) -> str:
    """Return an id that nothing else has, such as "msg_…"."""
    return f"{kind}_{uuid4().hex}"


def id_of_client(conversation_id: str, client_id: str) -> str:
    """Return the id of a message to which its sender gave one.

    It follows from both, so that a message whose row was lost is known again by the
    name that it has in the bank.
    """
    named = f"{conversation_id}\0{client_id}".encode()
    return f"msg_{blake2b(named, digest_size=16).hexdigest()}"
