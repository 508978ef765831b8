"""When messages were said that had no time, as a file of their chat tells it.

Owns: which messages a file gives a time.
Knows nothing of: files, formats, how times are stored.

Of a long chat that a client shows for the first time, all lines but the newest are of
unknown time. A message never changes; that its time becomes known is no change of it.
"""

from __future__ import annotations

from ...core.text.dates import tellable
from ...core.timeline.matching import same_text
from ...core.types import Window
from ..bank import Bank
from ..records import ChatName


def learn_times(bank: Bank, name: ChatName, window: Window) -> int:
    """Give messages of a chat the times that a whole file of it tells.

    Args:
        bank: Where they are.
        name: The chat.
        window: What the file shows, without what was forgotten.

    Returns:
        How many had none and have one now.
    """
    inside = bank.inside
    with inside.lock:
        told = {
            place.message.id: at
            for place, shown in zip(bank.path(name), window.messages, strict=False)
            if place.message.said_at is None
            and same_text(place.message, shown)
            and (at := tellable(shown.said_at)) is not None
        }
        if told:
            rows = inside.store.messages.rows_of(list(told))
            inside.store.messages.learn_times(
                {rows[key]: at for key, at in told.items()}
            )
            inside.read_again()
        return len(told)
