"""What is left of policies and storylines when something is forgotten.

Owns: that nothing is kept of a chat that is gone, not even under the hash of its name.
Knows nothing of: what else a forgetting takes.

Marks of what was not to be remembered stay, for they keep it away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from ..policy_records import BankPolicy, ChatPolicyRecord, hash_of_name
from ..records import CHAT_POLICY, POLICY, StoredChat


def policies_without(
    metas: Mapping[str, str],
    *,
    chats: Sequence[StoredChat],
    gone_chats: Set[int],
    everything: bool,
) -> dict[str, str | None]:
    """Return what changes, as new values of notes about the bank.

    Args:
        metas: What is kept about the bank and its chats.
        chats: All chats.
        gone_chats: Rows of those that go as a whole.
        everything: Whether only what keeps away is left.
    """
    bank = BankPolicy.of(metas.get(POLICY))
    if everything:
        left: dict[str, str | None] = dict.fromkeys(metas)
        if bank.key:
            left[POLICY] = BankPolicy(key=bank.key).as_text()
        return left
    families = {chat.family for chat in chats if chat.row not in gone_chats}
    changed: dict[str, str | None] = {}
    for chat in chats:
        if chat.row not in gone_chats:
            continue
        for key in keys_of(bank, chat):
            if CHAT_POLICY + key in metas:
                changed[CHAT_POLICY + key] = _story_alone(
                    metas[CHAT_POLICY + key], needed=chat.row in families
                )
    return changed


def keys_of(bank: BankPolicy, chat: StoredChat) -> tuple[str, ...]:
    """Return all under which something may be kept that was set for a chat."""
    return (chat.id, *(hash_of_name(bank.key, *name) for name in chat.names))


def _story_alone(text: str, *, needed: bool) -> str | None:
    """Return what branches of a chat still need of it: in which storyline they are."""
    left = ChatPolicyRecord(story=ChatPolicyRecord.of(text).story)
    return left.as_text() if needed and left else None
