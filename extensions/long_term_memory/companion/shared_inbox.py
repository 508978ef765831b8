"""An inbox that another process of the same server fills, or empties, too.

Owns: that the database alone says what waits.
Knows nothing of: who brings it in.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, select

from .inbox import Arrival, Inbox
from .opened import OpenConversation
from .prepared import Prepared
from .tables import inbox as table

_ANY: Final = Prepared(
    select(table.c.message_id)
    .where(table.c.conversation_id == bindparam("place_of"))
    .limit(1)
)


class SharedInbox(Inbox):
    """Looks anew each time; safe to use from any thread."""

    @property
    def is_filled_elsewhere(self) -> bool:
        """Whether messages are put there without a word to this process."""
        return True

    @property
    def is_used(self) -> bool:
        """Whether anything may wait."""
        return True

    def waiting(self) -> dict[str, Arrival]:
        """Return the conversations for which anything waits; since it was seen here."""
        with self._reading:
            known = self._waiting or {}
            self._waiting = {
                place: known.get(place, found) for place, found in self._left().items()
            }
            return self._waiting

    def look(self) -> None:
        """Do nothing: it is looked for anew each time."""

    def put_off(self, place: str, since: float) -> None:
        """Have the messages of a conversation wait as if they came at a time."""
        with self._reading:
            known = self._waiting or {}
            if (found := known.get(place)) is not None:
                known[place] = Arrival(found.user, since)

    def waits_for(self, conversation_id: str) -> bool:
        """Say whether anything waits for a conversation."""
        with self._database.reading() as connection:
            return _ANY.first(connection, place_of=conversation_id) is not None

    def drain(self, opened: OpenConversation, *, unseen: bool = False) -> None:
        """Bring what waits for a conversation into its bank; see `Inbox.drain`."""
        self._bring(opened)

    def _note(self, place: str, user: str) -> None:
        """Note nothing: whoever brings it in may be another process."""
