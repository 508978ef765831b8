"""The record of what memory put into prompts, and of what replies took by day.

Owns: that it is bounded in number and age, holds no text, and tells nothing of chats
that are not to be remembered; the last turn, put together from it.
Knows nothing of: how memories are found, prompts, hosts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final, NamedTuple

from ..core.policy import Remembering
from ..core.prompt.blocks import BlockStyle
from ..core.prompt.recorded import head_again, recall_again
from ..core.recalls import HEAD, RECALL, DayUsage, RecallRecord, record_of
from ..core.records import RECALLED, RECALLED_COUNT, ROUND, USED, StoredChat
from ..core.types import (
    Block,
    Context,
    MemoryItem,
    Message,
    Query,
    Recalled,
    ScoreParts,
    WindowMessage,
)
from ..lru import Lru
from .compose import LastTurn
from .memories import Memories
from .records import ChatName
from .state.bank_state import BankState
from .state.policies import Viewer

RECORDING: Final = "keeping a record of what was recalled"
"""What is reported if it fails; it costs nobody a prompt or a reply."""
MOST_RECORDS: Final = 2_000
MOST_WHOLE: Final = 30
"""So many of the newest prompts are known word for word, until the program ends."""
BEFORE: Final = 4
SHOWN: Final = 20
"""So many of a chat's last messages are held for shown with a recorded turn."""
FROM_RECORD: Final = (
    "Put together from the record, for the program was started anew since: memories "
    "are told as they are now, in the frames that are set now."
)


class RecallRecords:
    """The record of one bank. Safe to use from any thread."""

    def __init__(
        self,
        state: BankState,
        memories: Memories,
        facts: Callable[[Viewer], Sequence[MemoryItem]],
    ) -> None:
        """Work on a bank; `facts` tells what a chat's prompts hold of them."""
        self._state = state
        self._memories = memories
        self._facts = facts
        self._swept: date | None = None
        self._whole: Lru[int, _Whole] = Lru(MOST_WHOLE)
        state.listen(self)

    def changed(self) -> None:
        """Go on: what stood in a prompt stays as it was."""

    def forgot(self) -> None:
        """Know no prompt word for word any more."""
        self._whole = Lru(MOST_WHOLE)

    # -- hosts tell ----------------------------------------------------------------

    def note(
        self,
        name: ChatName,
        context: Context | None,
        took: DayUsage | None = None,
        *,
        query: Query | None = None,
        at: datetime | None = None,
        round_: str | None = None,
    ) -> None:
        """Keep what was put into a chat's prompt, and add what it took to its day.

        Nothing of a chat that is not stored, or is not to be remembered now.

        Args:
            name: The chat.
            context: What was put in; None if nothing was, after all.
            took: What the reply took; None where nobody tells.
            query: What it was recalled for, if that is known.
            at: When it was composed; None is now.
            round_: Of forgetting, as it was composed; after another one its memories
                may be gone, and are not named.

        Raises:
            StoreError: It could not be stored.
        """
        if context is not None and self._state.settings().retention.record_recalls:
            _ = context.intent  # A model may find it out: never under the bank's lock.
        with self._state.exclusive():
            row = self._state.chats.row_of(name)
            if row is None or not self._is_kept(row, name):
                return
            self._sweep()
            metadata = self._state.store.metadata
            same = round_ is None or round_ == (metadata.get(ROUND) or "")
            if context is not None and same:
                self._note(row, context, query, at or self._state.clock())
            if took is not None:
                key = f"{USED}{took.day.isoformat()}"
                known = metadata.get(key)
                total = took if known is None else DayUsage.of(known).plus(took)
                metadata.put(key, total.as_text())

    def _note(
        self, row: int, context: Context, query: Query | None, at: datetime
    ) -> None:
        places = self._state.chats.state(row).places
        said = (one.message for one in reversed(places) if not one.hidden)
        asked = (one.id for one in said if one.role == "user" and _is_it(one, query))
        metadata = self._state.store.metadata
        number = int(metadata.get(RECALLED_COUNT) or "0") + 1
        record = record_of(
            context,
            number=number,
            at=at,
            chat=self._state.chats[row].id,
            asked=next(asked, ""),
        )
        metadata.put(_slot(number), record.as_text())
        metadata.put(RECALLED_COUNT, str(number))
        self._whole.put(number, _Whole(context, query))

    def today(self) -> date:
        """Return the day that is counted now."""
        return self._state.clock().date()

    # -- what it tells -------------------------------------------------------------

    def newest(
        self, *, chat: str = "", memory: str = "", limit: int = 50
    ) -> list[RecallRecord]:
        """Return records, the newest first; none where the record is switched off.

        Args:
            chat: Our id of a chat; empty for all.
            memory: Id of a memory that stood there; empty for any.
            limit: How many at the most.
        """
        found = self._kept(lambda text: chat in text and memory in text)
        wanted = (
            one
            for one in found
            if chat in ("", one.chat)
            and (not memory or any(item.id == memory for item in one.items))
        )
        return [*islice(wanted, limit)]

    def last_recalled(self, memory_ids: Collection[str]) -> dict[str, datetime]:
        """Return when memories stood in a prompt last; those that did not are out."""
        wanted = set(memory_ids)
        found: dict[str, datetime] = {}
        for record in self._kept(lambda text: any(one in text for one in wanted)):
            for item in record.items:
                if item.id in wanted:
                    found.setdefault(item.id, record.at)
        return found

    def usage(self, *, since: date | None = None) -> list[DayUsage]:
        """Return what replies took, by rising days; none where it is switched off.

        Args:
            since: Only this day and later ones; None for all that are kept.
        """
        if not self._state.settings().retention.record_recalls:
            return []
        with self._state.lock:
            kept = self._state.store.metadata.with_prefix(USED)
        first = max(self._since().date(), since or date.min)
        days = map(DayUsage.of, kept.values())
        return sorted(
            (one for one in days if one.day >= first), key=lambda one: one.day
        )

    def last_turn(self, *, chat: str = "") -> LastTurn | None:
        """Return the last turn from the record: memories are told as they are now.

        Args:
            chat: Our id of a chat; empty for the newest of all.
        """
        return next(iter(self.turns(chat=chat, limit=1)), None)

    def turns(self, *, chat: str = "", limit: int = 20) -> list[LastTurn]:
        """Return the last turns, the newest first.

        What was put in since this program began is told word for word; of older turns
        memories are told as they are now.

        Args:
            chat: Our id of a chat; empty for all.
            limit: How many at the most.
        """
        with self._state.lock:
            self._state.refresh()
            return [self._turn(one) for one in self.newest(chat=chat, limit=limit)]

    def clear(self) -> None:
        """Keep nothing of all this any more."""
        with self._state.lock, self._state.store.exclusive():
            for prefix in (RECALLED, USED):
                for key in self._state.store.metadata.with_prefix(prefix):
                    self._state.store.metadata.drop(key)

    # -- inside --------------------------------------------------------------------

    def _kept(self, may: Callable[[str], bool]) -> list[RecallRecord]:
        """Return records, the newest first; only those are read that may be meant."""
        if not self._state.settings().retention.record_recalls:
            return []
        with self._state.lock:
            kept = self._state.store.metadata.with_prefix(RECALLED)
        records = [RecallRecord.of(text) for text in kept.values() if may(text)]
        since = self._since()
        fresh = [one for one in records if one.at >= since]
        return sorted(fresh, key=lambda one: one.number, reverse=True)

    def _is_kept(self, row: int, name: ChatName) -> bool:
        if not self._state.settings().retention.record_recalls:
            return False
        rules = self._state.policies.in_force(Viewer(row, name))
        return rules.remembers is Remembering.YES

    def _since(self) -> datetime:
        days = self._state.settings().retention.record_days
        return self._state.clock() - timedelta(days=days)

    def _sweep(self) -> None:
        """Drop what is too old, once a day."""
        if self._swept == self.today():
            return
        self._swept = self.today()
        since = self._since()
        for key, text in self._state.store.metadata.with_prefix(RECALLED).items():
            if RecallRecord.of(text).at < since:
                self._state.store.metadata.drop(key)
        for key in self._state.store.metadata.with_prefix(USED):
            if key < f"{USED}{since.date().isoformat()}":
                self._state.store.metadata.drop(key)

    def _turn(self, record: RecallRecord) -> LastTurn:
        chats = [one for one in self._state.chats if one.id == record.chat]
        host, name = chats[0].names[-1] if chats and chats[0].names else ("", "")
        whole = self._whole.get(record.number) or _Whole()
        context = whole.context or self._context(record, chats)
        return LastTurn(
            at=record.at,
            scope=self._state.scope,
            chat=name,
            host=host,
            query=whole.query or self._query(record, chats),
            context=context,
            number=record.number,
            whole=whole.context is not None,
        )

    def _query(self, record: RecallRecord, chats: Sequence[StoredChat]) -> Query:
        """Return about what was recalled for."""
        asked = self._memories.find(record.asked)
        if asked is None:
            return Query(text="", asked_at=record.at)
        path = self._state.chats.state(chats[0].row).places if chats else ()
        said = [one.message for one in path if not one.hidden]
        at = next(
            (n for n, one in enumerate(said) if one.id == record.asked), len(said)
        )
        recalled = {one.id for one in record.items}
        shown = {one.id for one in said[max(0, at - SHOWN) :]}
        return Query(
            text=asked.content,
            before=tuple(
                WindowMessage(role=one.role, content=one.content, name=one.name)
                for one in said[max(0, at - BEFORE) : at]
            ),
            asked_at=record.at,
            visible=frozenset({record.asked, *shown} - recalled),
        )

    def _context(self, record: RecallRecord, chats: Sequence[StoredChat]) -> Context:
        """Put a prompt's blocks together again, of what there is still."""
        settings, messages = self._state.settings(), self._state.messages
        user = min(messages.user_names - {""}, default="user")
        style = BlockStyle.of(settings, user, self._state.scope.character)
        row = chats[0].row if chats else None
        facts = {one.id: one for one in self._facts(Viewer(row))}
        head = self._items(record, HEAD, facts)
        recall = self._items(record, RECALL, facts)
        pinned = [item.memory for item in head]
        return Context(
            head=Block(
                text=head_again(pinned, style, record.chat),
                tokens=record.head_tokens,
                items=head,
            ),
            recall=Block(
                text=recall_again(recall, style, now=record.at.astimezone()),
                tokens=record.recall_tokens,
                items=recall,
            ),
            kind=record.intent,
            needed=record.needed,
            note=FROM_RECORD,
        )

    def _items(
        self, record: RecallRecord, block: str, facts: Mapping[str, MemoryItem]
    ) -> tuple[Recalled, ...]:
        known = (
            (facts.get(one.id) or self._memories.find(one.id), one.chance)
            for one in record.items
            if one.block == block
        )
        return tuple(
            Recalled(memory, 0.0, ScoreParts(), chance)
            for memory, chance in known
            if memory is not None
        )


class _Whole(NamedTuple):
    """A prompt as it was, of this process."""

    context: Context | None = None
    query: Query | None = None


def _is_it(message: Message, query: Query | None) -> bool:
    """Whether a message is what was recalled for; any is where that is unknown."""
    return query is None or message.content.split() == query.text.split()


def _slot(number: int) -> str:
    """Return under what a record is kept; the newest takes the oldest one's place."""
    return f"{RECALLED}{number % MOST_RECORDS:04}"
