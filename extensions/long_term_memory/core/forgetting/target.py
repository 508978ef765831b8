"""What a person can ask to be forgotten.

Owns: `ForgetTarget`, and which times and names it means.
Knows nothing of: what goes along with it (`planner`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..text.names import is_same_name


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetTarget:
    """What is to be forgotten: everything named here, or all that was ever said.

    Attributes:
        memories: Ids of messages, notes and summaries.
        chats: Our ids of chats; with a span, only what was said in them then.
        since: Only what was said (or, failing that, seen) then or later.
        until: Only what was said before.
        names: Only what those called so said, however the names are written; what
            others said of them stays, and so do notes.
        by_hand: Whether a span takes notes, and messages that were pinned or corrected.
        everything: All chats, notes and records of the bank.
        keep: Ids of messages and notes that a chat, a span or a name leaves alone.
    """

    memories: tuple[str, ...] = ()
    chats: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    names: tuple[str, ...] = ()
    by_hand: bool = True
    everything: bool = False
    keep: tuple[str, ...] = ()

    @property
    def spans(self) -> bool:
        """Whether only a time is meant."""
        return self.since is not None or self.until is not None

    @property
    def in_part(self) -> bool:
        """Whether of a chat only some is meant: of a time, or of some people."""
        return self.spans or bool(self.names)

    def has_name(self, name: str) -> bool:
        """Say whether somebody called so is meant."""
        return not self.names or any(is_same_name(one, name) for one in self.names)

    def has_time(self, at: datetime) -> bool:
        """Say whether a time is within the span."""
        begun = self.since is None or at >= self.since
        return begun and (self.until is None or at < self.until)
