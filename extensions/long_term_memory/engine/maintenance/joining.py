"""Join memories whose names are but spelled otherwise.

Owns: which of them stays, and that nothing of the others is lost.
Knows nothing of: how a bank travels, SQLite.

What one bank holds is carried into the other: chats, every message, notes, what was
pinned, corrected and deleted by hand, summaries that a model wrote; vectors are made
anew. Then its whole folder is set aside in the other's, where a forgetting finds it.
Whoever is stopped in between does the same again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from ...core.maintenance import Finding, Level
from ...core.types import Scope
from ...errors import LtmError, StoreError
from ...storage.backend import Encryption
from ..bank import Bank
from ..bank_names import twins
from ..engine import Engine
from ..transfer import BankDump, LoadOutcome, carry_out, messages_of

LOT = 2_000
WHAT = "names"


@dataclass(frozen=True, slots=True, kw_only=True)
class BankCounts:
    """What a bank holds, in numbers."""

    chats: int
    messages: int
    notes: int

    def __str__(self) -> str:
        """Tell it to people."""
        return f"{self.chats} chats, {self.messages} messages, {self.notes} by hand"


def join_twins(engine: Engine) -> Iterator[Finding]:
    """Join all banks whose names mean the same.

    Yields:
        What was done, and what could not be.
    """
    for group in twins(engine.scopes()):
        try:
            stays, others = _chosen(engine, group)
            for scope in others:
                yield _joined(engine, stays, scope)
        except (LtmError, OSError) as error:
            names = " and ".join(map(_name, group))
            words = f"{names} could not be joined: {error}"
            yield Finding(level=Level.FAULT, what=WHAT, words=words)


def held(bank: Bank) -> BankCounts:
    """Count what a bank holds."""
    return _counted(carry_out(bank.state))


def _counted(carried: BankDump) -> BankCounts:
    return BankCounts(
        chats=len(carried.chats),
        messages=len(carried.rows),
        notes=len(carried.hands),
    )


def _chosen(engine: Engine, group: Sequence[Scope]) -> tuple[Scope, list[Scope]]:
    """Say which bank stays: the one that is used most, of several the oldest.

    Raises:
        StoreError: They cannot be joined without a loss.
    """
    encryption = engine.storage.encryption
    if len({_is_encrypted(encryption, scope) for scope in group}) > 1:
        raise StoreError("one is encrypted and the other is not. Run: ltm encrypt")
    # The marks of what was forgotten hold under their own bank's key alone.
    forgot = [scope for scope in group if engine.bank(scope).state.chats.forgotten]
    if len(forgot) > 1:
        raise StoreError(
            "something was forgotten in both, and would come back in one of them. "
            "They stay apart"
        )
    stays = max(forgot or group, key=lambda scope: _weight(engine, scope))
    return stays, [scope for scope in group if scope != stays]


def _is_encrypted(encryption: Encryption | None, scope: Scope) -> bool:
    return encryption is not None and encryption.is_encrypted(scope)


def _weight(engine: Engine, scope: Scope) -> tuple[int, float]:
    carried = carry_out(engine.bank(scope).state)
    begun = min((chat.created_at.timestamp() for chat in carried.chats), default=0.0)
    return len(carried.rows), -begun


def _joined(engine: Engine, stays: Scope, scope: Scope) -> Finding:
    """Join one bank into another.

    Raises:
        StoreError: Another program has it open, or the disk does not let us.
    """
    checks, backups = engine.storage.checks, engine.storage.backups
    if checks is None or backups is None:
        raise StoreError("they are kept where banks cannot be joined from here")
    before = held(engine.bank(stays)), held(engine.bank(scope))
    with engine.closed([stays, scope]):
        if numbers := ", ".join(map(str, checks.open_in(scope))):
            raise StoreError(
                f"it is open in process {numbers}. Close that program, then try again"
            )
        # Nothing is joined without a backup.
        backups.before_change(stays, "join")
    _carry(engine.bank(scope), engine.bank(stays), f"join of {scope.character}")
    after = held(engine.bank(stays))
    with engine.closed([stays, scope]):
        aside = checks.put_aside(scope, beside=stays)
    words = (
        f"{_name(scope)} ({before[1]}) was joined to {_name(stays)} ({before[0]}), "
        f"which now holds {after}. Its own folder is {aside}"
    )
    return Finding(level=Level.NOTE, what=WHAT, words=words)


def _carry(source: Bank, target: Bank, title: str) -> None:
    """Carry all that a bank holds into another one."""
    carried = carry_out(source.state)
    carry = target.carry_in(uuid4().hex[:8], title)
    carry.policies(carried.policies)
    lot = []
    for message in messages_of(source.state, carried.rows):
        lot.append(message)
        if len(lot) == LOT:
            carry.messages(lot)
            lot = []
    carry.messages(lot)
    for chat in carried.chats:
        if carry.chat(chat)[0] is LoadOutcome.DIFFERS:
            # Both went on from a copy of the same; neither end is lost.
            carry.chat(replace(chat, id=f"{chat.id}-{uuid4().hex[:8]}", names=()))
    carry.hands(carried.hands)
    carry.summaries(carried.summaries)
    carry.facts(carried.facts)
    carry.finish()


def _name(scope: Scope) -> str:
    return f"memory of {scope.character} for {scope.user}"
