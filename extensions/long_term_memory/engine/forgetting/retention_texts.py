"""Keep what clients store here only so long as a person wants it.

Owns: that it is announced a day before, and forgotten once a day, as in a bank.
Knows nothing of: how anything is removed; recall, which leaves old texts alone itself.

Nothing here is pinned, corrected or told in a summary, so every text has its age alone:
when it was said, or failing that, stored.
"""

from __future__ import annotations

from datetime import datetime

from ...config import RetentionSettings
from .client_texts import ClientTexts
from .retention import AGAIN, ANNOUNCED, LAST, forgets, oldest


def retain_texts(
    texts: ClientTexts, settings: RetentionSettings, now: datetime
) -> str | None:
    """Forget what is too old, if that is wanted, was announced, and not done today.

    Returns:
        What was forgotten or announced, for people; None if nothing had to be done.

    Raises:
        StoreError: It could not be done; it is tried again at the next look.
    """
    if not texts.exist():
        return None
    until = oldest(settings, now)
    if until is None or not forgets(settings):
        if texts.get_note(ANNOUNCED) is not None:
            texts.drop_note(ANNOUNCED)
        return None
    last = texts.get_note(LAST)
    if last and abs(now - datetime.fromisoformat(last)) < AGAIN:
        return None
    days = settings.retention_days
    users = texts.users()
    count = texts.count_named(users, None, None, until)
    due = texts.get_note(ANNOUNCED) == str(days)
    if count and due:
        texts.drop(users, until=until)
    texts.put_note(LAST, now.isoformat())
    if not count:
        return None
    texts.put_note(ANNOUNCED, str(days))
    old = f"{count:,} texts that clients keep, older than {days:,} days,"
    if due:
        return f"{old} were forgotten for good, as retention_action says"
    return (
        f"{old} are forgotten for good from tomorrow on, as retention_action says. "
        "retention_days 0 keeps them"
    )
