"""Keep memories only so long as a person wants them.

Owns: what is too old; that it is announced a day before, and forgotten once a day.
Knows nothing of: how anything is forgotten, recall (which leaves old messages alone by
itself), when it is looked for, hosts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ...config import RetentionSettings
from ...config.storage import FORGET
from ...core.forgetting.planner import ForgetPlan
from ...core.forgetting.suppression import SuppressionList
from ...core.forgetting.target import ForgetTarget
from ...storage.protocols import BankStore
from ..state.bank_state import BankState
from .deciding import decide, read_snapshot
from .forget import Forgetting

LAST = "retention-last"
"""The note about a bank that says when it was last looked at."""

ANNOUNCED = "retention-announced"
"""The note that says of how many days a person was told before."""

AGAIN = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is too old in a bank.

    Attributes:
        days: How long messages are kept.
        due: It was announced before; else it goes at the next look, a day later.
    """

    days: int
    target: ForgetTarget
    plan: ForgetPlan
    due: bool

    @property
    def words(self) -> str:
        """What a person is told; no text of any message."""
        old = f"{self.plan.messages:,} messages older than {self.days:,} days"
        if self.due:
            return f"{old} were forgotten for good, as retention_action says"
        return (
            f"{old} are forgotten for good from tomorrow on, as retention_action says. "
            "`ltm retention --dry-run` tells which; retention_days 0 keeps them"
        )


def too_old(settings: RetentionSettings, now: datetime) -> ForgetTarget | None:
    """Return what is kept no longer; None if everything is.

    What a person wrote, pinned or corrected is kept.
    """
    if not settings.retention_days:
        return None
    until = now - timedelta(days=settings.retention_days)
    return ForgetTarget(until=until, by_hand=False)


def oldest(settings: RetentionSettings, now: datetime) -> datetime | None:
    """Return before when nothing is found any more; None if everything is."""
    target = too_old(settings, now)
    return None if target is None else target.until


def forgets(settings: RetentionSettings) -> bool:
    """Whether anything is ever to be forgotten by itself."""
    return bool(settings.retention_days) and settings.retention_action == FORGET


def consider(
    store: BankStore, known: SuppressionList, settings: RetentionSettings, now: datetime
) -> Notice | None:
    """Look for what is too old, unless that was done today; forgets nothing.

    Returns:
        What there is; None if nothing has to be done or told.

    Raises:
        StoreError: It cannot be read, or not be noted.
    """
    target = too_old(settings, now)
    if target is None or not forgets(settings):
        if store.metadata.get(ANNOUNCED) is not None:
            store.metadata.drop(ANNOUNCED)
        return None
    last = store.metadata.get(LAST)
    if last and abs(now - datetime.fromisoformat(last)) < AGAIN:
        return None
    days = settings.retention_days
    notice = Notice(
        days=days,
        target=target,
        plan=decide(read_snapshot(store), target, known).plan,
        due=store.metadata.get(ANNOUNCED) == str(days),
    )
    if notice.plan and notice.due:
        return notice
    store.metadata.put(LAST, now.isoformat())
    if not notice.plan:
        return None
    store.metadata.put(ANNOUNCED, str(days))
    return notice


def retain(
    state: BankState, forgetting: Forgetting, settings: RetentionSettings
) -> Notice | None:
    """Forget what is too old, if that is wanted, was announced, and not done today.

    Returns:
        What was forgotten or announced; None if nothing had to be done.

    Raises:
        StoreError: It could not be done; it is tried again at the next look.
    """
    with state.lock:
        if forgets(settings):
            state.reload()
        now = state.clock()
        notice = consider(state.store, state.chats.forgotten, settings, now)
        if notice is not None and notice.due:
            forgetting.forget(notice.target)
            state.store.metadata.put(LAST, now.isoformat())
    return notice
