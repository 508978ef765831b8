"""Follow the chats that pass by: each request, and the reply to it.

Owns: a request's window, the banks of all who take part in it, and which request of a
chat is the newest.
Knows nothing of: prompts, what is recalled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import Lock, RLock
from typing import Final

from ...config import Settings
from ...core.text.own_blocks import without_blocks
from ...core.text.reasoning import without_reasoning
from ...core.timeline.matching import same_text
from ...core.types import PathEntry, Scope, Window, WindowMessage
from ...engine.chat import Chat
from ...engine.engine import Engine
from ...engine.ingestion.chat_finder import ChatHints, ChatKey
from ...lru import Lru
from .cast import NOBODY
from .chat_reader import IMPERSONATE, RequestChat
from .client_hints import ClientHints
from .narration import Narration

# Chats whose newest request is known; of an older one a late reply is still taken.
MOST_CHATS: Final = 4_096
# Requests of one character or group follow one another; others need not wait.
STRIPES: Final = 64
ASSISTANT: Final = "Assistant"
HOST: Final = "proxy"


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestedRequest:
    """A request that was followed.

    Attributes:
        scope: Whose memory it is.
        key: How its chat is named.
        script: What it shows.
        window: What of that was said.
        number: Which request it is, of all.
        longest: Longer messages are not kept, in characters.
        narrated: So many lines of a narrator's are among them.
        story: Name of the storyline that the chat belongs to, if the client told.
    """

    scope: Scope
    key: ChatKey
    script: RequestChat
    window: Window
    number: int
    longest: int
    narrated: int = 0
    story: str = ""

    @property
    def speaker(self) -> str:
        """What the one who speaks next is called in a prompt."""
        return name_of(self.scope.character)

    @property
    def members(self) -> list[str]:
        """Who else than the speaker was there to hear."""
        others = dict.fromkeys(self.script.members)
        return [name for name in others if name != self.scope.character]


class RequestIngest:
    """Brings banks in line with what requests show. Safe to use from any thread."""

    def __init__(self, engine: Engine) -> None:
        """Follow the chats of one server."""
        self._engine = engine
        self._lock = Lock()
        self._stripes = [RLock() for _ in range(STRIPES)]
        self._count = 0
        self._newest: Lru[tuple[Scope, ChatKey], int] = Lru(MOST_CHATS)
        self._narration = Narration()

    def follow(
        self, scope: Scope, script: RequestChat, ids: ClientHints, settings: Settings
    ) -> IngestedRequest:
        """Observe what a request shows.

        Raises:
            StoreError: It could not be stored.
        """
        longest = settings.proxy.longest_message
        window = window_of(script, ids, longest)
        with self._stripe(scope, script):
            hints = ChatHints(
                host=HOST, chat=ids.chat, parent=ids.parent, exact=ids.exact
            )
            located = self._engine.find_chat(scope, window, hints)
            key = located.key
            told = self._narrated(scope, key, script, ids) if script.asides else script
            window = located.whole(window_of(told, ids, longest))
            turn = IngestedRequest(
                scope=scope,
                key=key,
                script=script,
                window=window,
                number=self._begun(scope, key),
                longest=longest,
                narrated=len(told.lines) - len(script.lines),
                story=ids.story,
            )
            self._observe(turn, window)
        return turn

    def chat(self, turn: IngestedRequest) -> Chat:
        """Return a turn's chat as its speaker remembers it."""
        return self._engine.bank(turn.scope).chat_at(turn.key, story=turn.story)

    def replied(self, turn: IngestedRequest, reply: str) -> None:
        """Keep a reply, provisionally, unless a newer request knows better.

        Raises:
            StoreError: It could not be stored.
        """
        window = with_reply(turn, reply)
        if window is None:
            return
        with self._stripe(turn.scope, turn.script):
            if self._is_newest(turn):
                self._observe(turn, window)

    def _narrated(
        self, scope: Scope, key: ChatKey, script: RequestChat, ids: ClientHints
    ) -> RequestChat:
        """Return what a request shows with the narrator's lines among the others."""
        path = self._engine.bank(scope).chat_at(key).path()
        said = (place.message for place in path)
        lines = self._narration.lines(
            _name(scope, key),
            script,
            known={one.content for one in said if one.role == "system"},
            named=ids.narration,
        )
        return replace(script, lines=lines)

    def _observe(self, turn: IngestedRequest, window: Window) -> None:
        """Let all who were there see a window; a message has one id in all banks."""
        if not window.messages:
            return
        chat = self.chat(turn)
        chat.observe(window)
        if not turn.members:
            return
        known = with_ids(window, chat.path())
        for name in turn.members:
            scope = replace(turn.scope, character=name)
            self._engine.bank(scope).chat_at(turn.key, story=turn.story).observe(known)

    def _stripe(self, scope: Scope, script: RequestChat) -> RLock:
        who = tuple(sorted(script.members)) or (scope.character,)
        return self._stripes[hash((scope.user, who)) % STRIPES]

    def _begun(self, scope: Scope, key: ChatKey) -> int:
        """Number a request, as the newest of its chat."""
        with self._lock:
            self._count += 1
            self._newest.put(_name(scope, key), self._count)
            return self._count

    def _is_newest(self, turn: IngestedRequest) -> bool:
        newest = self._newest.get(_name(turn.scope, turn.key))
        return newest in (None, turn.number)


def window_of(script: RequestChat, ids: ClientHints, longest: int) -> Window:
    """Return what a request shows of its chat.

    It is the whole chat only if the client tells how many messages there are, and it
    shows as many; else the oldest may have slid out, or some may be hidden.
    """
    lines = script.lines
    shown = tuple(
        WindowMessage(role=line.role, content=line.content, name=line.name)
        for line in lines
        if len(line.content) <= longest
    )
    return Window(
        messages=shown,
        complete=ids.last_id is not None and len(shown) == ids.last_id + 1,
        open_ended=bool(shown) and lines[-1].role == "assistant",
        # A reply that we did not see may have been said, or edited, at any time.
        just_said=bool(lines)
        and lines[-1].role != "assistant"
        and len(lines[-1].content) <= longest,
    )


def with_reply(turn: IngestedRequest, reply: str) -> Window | None:
    """Return a window with the reply to it; None if the chat does not get that."""
    script, window = turn.script, turn.window
    said = without_blocks(without_reasoning(reply.replace("\r\n", "\n")))
    text = _unnamed(said, turn.scope.character, script.character)
    if script.kind == IMPERSONATE or not text.strip() or not window.messages:
        return None
    before = window.messages
    if script.continues:
        text = _joined(before[-1].content, text)
        before = before[:-1]
    if len(text) > turn.longest:
        return None
    shown = WindowMessage(
        role="assistant", content=text.strip(), name=name_of(turn.scope.character)
    )
    return replace(window, messages=(*before, shown), open_ended=True, just_said=True)


def name_of(character: str) -> str:
    """Return what a character is called in a prompt; where there is none, what is."""
    return ASSISTANT if character == NOBODY else character


def with_ids(window: Window, path: Sequence[PathEntry]) -> Window:
    """Return a window whose messages bear the ids that a path gives them."""
    visible = [place.message for place in path if not place.hidden]
    shown = list(window.messages)
    for back in range(1, min(len(visible), len(shown)) + 1):
        if same_text(visible[-back], shown[-back]):
            shown[-back] = shown[-back]._replace(message_id=visible[-back].id)
    return replace(window, messages=tuple(shown))


def _name(scope: Scope, key: ChatKey) -> tuple[Scope, ChatKey]:
    """Return what tells chats apart; of a group's, one for all who speak."""
    return Scope(user=scope.user, character=""), key._replace(forked_from=None)


def _unnamed(text: str, *names: str) -> str:
    """Return a reply without the name that a model puts in front of it."""
    bare = text.strip()
    for name in names:
        bare = bare.removeprefix(f"{name}:").strip()
    return bare or text


def _joined(before: str, after: str) -> str:
    touching = before[-1:].isspace() or after[:1].isspace()
    return before + after if touching else f"{before} {after}"
