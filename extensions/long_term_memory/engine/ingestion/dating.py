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
from ..records import ChatName
from ..state.bank_state import BankState


def learn_times(state: BankState, name: ChatName, window: Window) -> int:
    """Give messages of a chat the times that a whole file of it tells.

    Args:
        state: Of the bank where they are.
        name: The chat.
        window: What the file shows, without what was forgotten.

    Returns:
        How many had none and have one now.
    """
    with state.lock:
        told = {
            place.message.id: at
            for place, shown in zip(state.path(name), window.messages, strict=False)
            if place.message.said_at is None
            and same_text(place.message, shown)
            and (at := tellable(shown.said_at)) is not None
        }
        if told:
            rows = state.store.messages.rows_of(list(told))
            state.store.messages.learn_times(
                {rows[key]: at for key, at in told.items()}
            )
            state.reread()
        return len(told)
