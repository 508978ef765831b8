"""Trying a message without sending it, and under other settings.

Owns: in which chat it is tried, what a prompt would hold, the sample chat.
Knows nothing of: Gradio, HTML, how a turn is shown (`turns`).
"""

from __future__ import annotations

from typing import Final

from ..config import Settings
from ..core.types import Scope
from ..engine.asking import query_in
from ..engine.bank import Bank
from ..engine.chat import Chat
from ..engine.compose import LastTurn, Request
from ..engine.engine import Engine
from ..engine.faults import guard
from ..engine.records import ChatInfo
from ..models.tokens import estimate_tokens
from . import memory_search
from .memory_actions import ClickResult, Labels, faulty, tried
from .sample import HOST, is_told, sample, tell
from .texts import say
from .turns import TurnView

TRIAL_HOST: Final = "trial"
UNSTORED: Final = ""
"""A chat without a name is never stored, so that trying leaves no trace."""
NEW_CHAT: Final = ""
SHOWN: Final = 20
"""So many of a chat's last messages a client is held to send with the next one."""
SETTLE_SECONDS: Final = 30.0
FIRST_SECONDS: Final = 2.0
"""Who only presses an example sees at once what words alone bring to mind."""


def load_sample(engine: Engine) -> ClickResult:
    """Tell the sample chat to its bank."""

    def told() -> ClickResult:
        settled = tell(engine).settle(SETTLE_SECONDS)
        chats = say("common.chats", count=len(sample().chats))
        words = say("trial.loaded", count=sample().length, chats=chats)
        return ClickResult(words=words if settled else words + say("trial.late"))

    return guard(engine.faults, "loading the sample chat", told, lambda: faulty(engine))


def chats(engine: Engine, scope: Scope | None) -> Labels:
    """Return labels and values of the chats that a message can be tried in."""
    new = (say("trial.new_chat"), NEW_CHAT)
    if scope is None:
        return [new]
    return guard(
        engine.faults,
        "listing the chats",
        lambda: [new, *memory_search.chats(engine.bank(scope))[1:]],
        lambda: [new],
    )


def ask(
    engine: Engine, text: str, scope: Scope | None, chat: str = NEW_CHAT
) -> TurnView:
    """Compose what would be put into the prompt for a message; nothing is stored.

    The sample is loaded if it is the one that is asked and is not there.

    Args:
        engine: Where the memories are.
        text: The message.
        scope: Whose memories; None while there is nobody.
        chat: Our id of the chat that it is said in; empty for a new one.
    """
    if scope is None:
        nobody = ClickResult(words=say("memories.choose_first"), failed=True)
        return TurnView(said=nobody)
    if not text.strip():
        return TurnView(said=ClickResult(words=say("trial.type_first"), failed=True))
    found: list[LastTurn] = []

    def asked() -> ClickResult:
        found.append(composed(engine, text, scope, chat))
        return ClickResult()

    said = tried(engine, "trying a message", asked)
    return TurnView(turn=found[0] if found else None, said=said, tried=bool(found))


def composed(
    engine: Engine,
    text: str,
    scope: Scope,
    chat: str = NEW_CHAT,
    settings: Settings | None = None,
) -> LastTurn:
    """Return what would be put into the prompt for a message; leaves no trace.

    Args:
        engine: Where the memories are.
        text: The message.
        scope: Whose memories.
        chat: Our id of the chat that it is said in; empty for a new one.
        settings: Under which settings; None for those in force.

    Raises:
        StoreError: The memories cannot be read.
    """
    told = sample()
    is_sample = scope == told.scope
    if is_sample and not is_told(engine):
        tell(engine).settle(FIRST_SECONDS)
    settings = settings or engine.settings
    bank = engine.bank(scope)
    handle, host, name = _chat(bank, chat, HOST if is_sample else TRIAL_HOST)
    now = told.now if is_sample else engine.now()
    with engine.trying(settings):
        query = query_in(handle, text, visible=SHOWN, asked_at=now)
        context = handle.preview(
            Request(
                query=query,
                user_name=user_name(bank, told.user if is_sample else ""),
                character_name=scope.character,
                head_tokens=settings.prompt.head_tokens,
                recall_tokens=settings.prompt.recall_tokens,
                summary_tokens=settings.summaries.story_tokens,
                count=estimate_tokens,
            )
        )
    return LastTurn(
        at=now, scope=scope, chat=name, query=query, context=context, host=host
    )


def user_name(bank: Bank, otherwise: str = "") -> str:
    """Return what the user is called in a bank's chats."""
    named = (name for role, name in bank.speakers() if role == "user" and name)
    return otherwise or next(named, say("common.user"))


def newest_message(engine: Engine, scope: Scope | None) -> tuple[str, str]:
    """Return what the user said last, and our id of its chat; empty if nothing."""
    if scope is None:
        return "", NEW_CHAT
    bank = engine.bank(scope)
    for turn in bank.recalls.turns(limit=1):
        for chat in bank.chats():
            if turn.query.text and (turn.host, turn.chat) in chat.names:
                return turn.query.text, chat.id
    for chat in bank.chats():
        for place in reversed(bank.path_of(chat.id)):
            if place.message.role == "user":
                return place.message.content, chat.id
    return "", NEW_CHAT


def _chat(bank: Bank, chat: str, host: str) -> tuple[Chat, str, str]:
    """Return a chat by our id, its host and what it is called."""
    info: ChatInfo | None = next((one for one in bank.chats() if one.id == chat), None)
    if info is None or not info.names:
        return bank.chat(UNSTORED, host=host), host, say("trial.title")
    host, name = info.names[-1]
    return bank.chat(name, host=host), host, name
