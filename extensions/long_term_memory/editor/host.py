"""What the page is told by the host that shows it.

Owns: `Host`.
Knows nothing of: Gradio, what kinds of hosts there are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..config import Settings
from ..core.types import Scope
from ..engine.compose import LastTurn
from .uploads import Uploads


def _nobody() -> Scope | None:
    return None


def _storing() -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """What a host lends the page; the defaults are those of a page by itself.

    Attributes:
        current: Tells whose memory to show first; None for any.
        last_turn: Tells the last turn, None before the first.
        last_turns: Tells the last turn of each chat, the newest first, where a host
            has many chats at once.
        base_url: What is pasted into a client; "" where clients need nothing.
        not_storing: Says why nothing is being stored; "" while all is well.
        save: Keeps changed settings and says where, as "in settings.yaml"; without
            this they hold until the program ends.
        setting_groups: Which groups of settings are the host's.
        sample: Whether to offer the sample chat.
        folders: Whether everyone who sees the page may read any file of the account:
            then folders of this machine can be named on it.
        models: Whether he may also have it load code and reach the network: then
            models and addresses can be named in the settings.
        uploads: Where files wait that are handed over; None makes a place.
    """

    current: Callable[[], Scope | None] = _nobody
    last_turn: Callable[[], LastTurn | None] | None = None
    last_turns: Callable[[], list[LastTurn]] | None = None
    base_url: str = ""
    not_storing: Callable[[], str] = _storing
    save: Callable[[Settings], str] | None = None
    setting_groups: tuple[str, ...] = (
        *("recall", "prompt", "summaries", "facts", "retention"),
    )
    sample: bool = False
    folders: bool = False
    models: bool = False
    uploads: Uploads | None = None

    def turns(self) -> Sequence[LastTurn]:
        """Return the last turns that the host itself knows, the newest first."""
        if self.last_turns is not None:
            return self.last_turns()
        newest = self.last_turn() if self.last_turn is not None else None
        return [] if newest is None else [newest]
