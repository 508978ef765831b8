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
    ForgetTarget,
    plan_forgetting,
)
from ...core.forgetting.suppression import Forgotten
from ...core.records import (
    CHAT_POLICY,
    POLICY,
    RECALLED,
    ROUND,
    USED,
    Erasure,
    Hand,
    emptied_id,
)
from ...storage.protocols import BankStore
from .policies import without_policies
from .recalls import without_recalls

KEY_BYTES = 32


def read_snapshot(store: BankStore) -> BankSnapshot:
    """Read all of a bank that forgetting asks for."""
    chats = store.chats.all()
    rows = range(1, store.messages.last_row() + 1)
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
        records=store.metadata.with_prefix("batch"),
        round=int(store.metadata.get(ROUND) or "0"),
    )


def decide(
    snapshot: BankSnapshot, target: ForgetTarget, suppression: Forgotten
) -> ForgetDecision:
    """Decide what goes with a target; see `plan_forgetting`.

    Raises:
        NotFound: There is no such memory or chat.
    """
    new_key = token_bytes(KEY_BYTES)
    return plan_forgetting(snapshot, target, suppression, new_key=new_key)


def with_policies(
    store: BankStore, decision: ForgetDecision, *, everything: bool
) -> Erasure:
    """Return what goes, with what was set for it and the record of its recalls.

    Args:
        store: The bank's.
        decision: What goes otherwise.
        everything: Whether only what keeps away is left.
    """
    bank = store.metadata.get(POLICY)
    metas = store.metadata.with_prefix(CHAT_POLICY)
    changed = without_policies(
        metas if bank is None else {POLICY: bank} | metas,
        chats=store.chats.all(),
        gone_chats=frozenset(decision.erasure.chats),
        everything=everything,
    )
    erasure = decision.erasure
    gone = store.messages.get(erasure.messages).values()
    changed |= without_recalls(
        store.metadata.with_prefix(RECALLED) | store.metadata.with_prefix(USED),
        ids={message.id for message in gone}
        | {key for _, key in erasure.hands}
        | {key.hex() for key in erasure.summaries},
        chats={one.id for one in store.chats.all() if one.row in erasure.chats},
        everything=everything,
    )
    return decision.erasure._replace(metas={**decision.erasure.metas, **changed})


def former_texts(store: BankStore, annotations: Iterable[Hand]) -> Iterator[str]:
    """Yield what stood by hand before under what is there now; read as it is asked."""
    for hand in annotations:
        for former in store.annotations.history(hand.kind, hand.key):
            yield former.content or ""
