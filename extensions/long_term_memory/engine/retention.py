"""Keep memories only so long as a person wants them.

Owns: what is too old, and forgetting it once a day.
Knows nothing of: how anything is forgotten, recall (which leaves old messages alone by
itself), hosts.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from ..config import RetentionSettings
from ..config.retention import FORGET
from .forget import Forgetting
from .forget_plan import Plan, Target
from .inside import Inside

LAST = "retention-last"
"""The note about a bank that says when it was last looked at."""

AGAIN = timedelta(days=1)


def too_old(settings: RetentionSettings, now: datetime) -> Target | None:
    """Return what is kept no longer; None if everything is.

    What a person wrote, pinned or corrected is kept.
    """
    if not settings.retention_days:
        return None
    until = now - timedelta(days=settings.retention_days)
    return Target(until=until, by_hand=False)


def retain(
    inside: Inside, forgetting: Forgetting, settings: RetentionSettings
) -> Plan | None:
    """Forget what is too old, if that is wanted and was not done today.

    Returns:
        What was forgotten; None if nothing had to be done.

    Raises:
        StoreError: It could not be done; it is tried again at the next look.
    """
    target = too_old(settings, inside.now())
    if target is None or settings.retention_action != FORGET:
        return None
    with inside.lock:
        last = inside.store.get_meta(LAST)
        if last and abs(inside.now() - datetime.fromisoformat(last)) < AGAIN:
            return None
        planned = forgetting.plan(target)
        done = forgetting.forget(target) if planned else None
        inside.store.put_meta(LAST, inside.now().isoformat())
    return done
