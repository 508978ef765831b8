"""What a forgetting means in a bank, by its store as it is now.

Owns: reading a store once for the planner, and the key of a bank that never forgot.
Knows nothing of: what goes with what, files, how a store removes things.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from secrets import token_bytes

from ...core.forgetting.planner import (
    BankSnapshot,
    ForgetDecision,
    plan_forgetting,
)
from ...core.forgetting.suppression import SuppressionList
from ...core.forgetting.target import ForgetTarget
from ...core.records import (
    CHAT_POLICY,
    FACTS_SET_WHERE,
    MODEL_FACTS,
    POLICY,
    READ_KNOWLEDGE,
    RECALLED,
    ROUND,
    SAID_TO_MEMORY,
    STEP,
    STEPS,
    USED,
    Annotation,
    emptied_id,
)
from ...storage.protocols import BankStore

KEY_BYTES = 32


def read_snapshot(store: BankStore) -> BankSnapshot:
    """Read all of a bank that forgetting asks for."""
    chats = store.chats.all()
    rows = range(1, store.messages.last_row() + 1)
    bank = store.metadata.get(POLICY)
    of_chats = store.metadata.with_prefix(CHAT_POLICY)
    return BankSnapshot(
        chats=chats,
        paths={
            chat.row: [place.message for place in store.chats.path(chat.row)]
            for chat in chats
        },
        visits={chat.row: store.chats.visits(chat.row) for chat in chats},
        messages={
            row: message
            for row, message in store.messages.get(rows).items()
            if message.id != emptied_id(row)
        },
        annotations=store.annotations.all(),
        summaries=store.summaries.all(),
        records=_records(store),
        policies=of_chats if bank is None else {POLICY: bank} | of_chats,
        recalls=store.metadata.with_prefix(RECALLED) | store.metadata.with_prefix(USED),
        knowledge=store.metadata.with_prefix(READ_KNOWLEDGE)
        | store.metadata.with_prefix(MODEL_FACTS)
        | store.metadata.with_prefix(SAID_TO_MEMORY)
        | store.metadata.with_prefix(FACTS_SET_WHERE),
        round=int(store.metadata.get(ROUND) or "0"),
    )


def _records(store: BankStore) -> dict[str, str]:
    """Return what can be undone: imports and clearings, and steps by hand."""
    found = store.metadata.with_prefix("batch") | store.metadata.with_prefix(STEP)
    listed = store.metadata.get(STEPS)
    return found if listed is None else found | {STEPS: listed}


def decide(
    snapshot: BankSnapshot, target: ForgetTarget, suppression: SuppressionList
) -> ForgetDecision:
    """Decide what goes with a target; see `plan_forgetting`.

    Raises:
        NotFound: There is no such memory or chat.
    """
    new_key = token_bytes(KEY_BYTES)
    return plan_forgetting(snapshot, target, suppression, new_key=new_key)


def former_texts(store: BankStore, annotations: Iterable[Annotation]) -> Iterator[str]:
    """Yield what stood by hand before under what is there now; read as it is asked."""
    for hand in annotations:
        for former in store.annotations.history(hand.kind, hand.key):
            yield former.content or ""
