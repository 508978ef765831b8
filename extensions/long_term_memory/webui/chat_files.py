"""Follow the webui's chats: the one that speaks, and what changed in the others.

Owns: which chats are under way, and which logs were read in which state.
Knows nothing of: prompts, how hooks are called.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from ..core.types import Scope, Window
from ..engine.bank import Bank
from ..engine.chat import Chat
from ..engine.engine import Engine
from ..engine.faults import guard
from ..engine.ingestion.chat_finder import ChatHints
from .history import window_of
from .log_files import ChatLogs, FileStamp
from .request import HOST, WebuiRequest

# A file's time may lag behind the clock: some file systems count in two seconds.
CLOCKS_DIFFER = timedelta(seconds=2)


class ChatFileSync:
    """Brings memory in line with what the webui shows and what its logs hold.

    The webui calls no hook for swipes, edits and deletions, nor after the last reply of
    a chat. A turn shows its own chat whole; the logs tell the rest.
    """

    def __init__(self, engine: Engine, user_data: Path) -> None:
        """Follow the chats of one webui.

        Args:
            engine: Does the remembering.
            user_data: The webui's folder, which holds the logs.
        """
        self._engine = engine
        self._user_data = user_data
        self._under_way: dict[tuple[Scope, str], WebuiRequest] = {}
        self._read: dict[Path, FileStamp] = {}

    def follow(self, turn: WebuiRequest, window: Window) -> Chat:
        """Observe what a turn shows, unless it must not be stored.

        Raises:
            StoreError: It could not be stored.
        """
        bank = self._engine.bank(turn.scope)
        if turn.chat is None:
            hints = ChatHints(host=turn.host)
            located = self._engine.find_chat(turn.scope, window, hints)
            chat, window = bank.chat_at(located.key), located.whole(window)
        else:
            chat = self._named(bank, turn, turn.chat)
        if turn.writes:
            if turn.chat is not None:
                self._under_way[turn.scope, turn.chat] = turn
            self._follow_other_chats(bank, turn)
            chat.observe(window)
        return chat

    def ended(self, turn: WebuiRequest) -> bool:
        """Whether a turn was under way in this chat; it is over now."""
        return self._under_way.pop((turn.scope, turn.chat or ""), None) is not None

    def catch_up(self, turn: WebuiRequest) -> None:
        """Read a chat's log: its last reply is in no hook's history yet."""
        if turn.chat is None or (turn.scope, turn.chat) in self._under_way:
            return
        logs = ChatLogs(self._user_data, turn.stem)
        self._follow_log(self._engine.bank(turn.scope), turn, logs, turn.chat)

    def _named(self, bank: Bank, turn: WebuiRequest, chat: str) -> Chat:
        """Return a chat that the webui itself names."""
        logs = ChatLogs(self._user_data, turn.stem)
        return bank.chat(chat, host=turn.host, gone=lambda name: not logs.exists(name))

    def _follow_other_chats(self, bank: Bank, turn: WebuiRequest) -> None:
        """Follow swipes, edits and last replies in the character's other chats."""
        if turn.host != HOST:
            return
        logs = ChatLogs(self._user_data, turn.stem)
        for known in bank.chats():
            for host, name in known.names:
                stamp = logs.stamp(name) if host == HOST and name != turn.chat else None
                if stamp is None or self._read.get(logs.path(name)) == stamp:
                    continue
                if stamp.at + CLOCKS_DIFFER > known.seen_at:
                    self._follow_log(bank, turn, logs, name)
                else:
                    self._read[logs.path(name)] = stamp

    def _follow_log(
        self, bank: Bank, turn: WebuiRequest, logs: ChatLogs, name: str
    ) -> None:
        """Follow one log; a broken one costs neither the others nor the turn."""

        def follow() -> None:
            stamp, history = logs.stamp(name), logs.read(name)
            if stamp is None or history is None:
                return
            chat = bank.chat(name, host=HOST, gone=lambda old: not logs.exists(old))
            chat.observe(window_of(history, turn.names))
            self._read[logs.path(name)] = stamp

        what = f"reading the log of the chat {name}"
        guard(self._engine.faults, what, follow, lambda: None)
