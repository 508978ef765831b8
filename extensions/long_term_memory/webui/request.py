"""Who is chatting with whom, and what may be done with it.

Owns: reading scope, chat and permissions out of the webui's `state`.
Knows nothing of: the webui's modules, the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..config import WebuiSettings
from ..core.text.names import is_same_name
from ..core.types import Scope
from .history import Names

HOST = "webui"
API_HOST = "webui-api"
WEBUI_USER = "default"
API_USER = "api"
# Instruct chats have no character; the last one selected has no part in them.
INSTRUCT_CHARACTER = "Instruct"
INCOGNITO_PREFIX = "incognito-"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebuiRequest:
    """One turn as the webui tells it.

    Attributes:
        scope: Whose memory it is.
        host: Which door it came through: the webui itself or its API.
        chat: The webui's name of the chat; None if it has none (API).
        stem: The character's file stem, for the logs; None for instruct chats.
        names: What the two are called.
        reads: Whether memories may be recalled.
        writes: Whether the chat may be remembered.
        why_not: Why it is not remembered, for people.
    """

    scope: Scope
    host: str
    chat: str | None
    stem: str | None
    names: Names
    reads: bool
    writes: bool
    why_not: str = ""


def read_turn(
    state: Mapping[str, Any], settings: WebuiSettings, strangers: str
) -> WebuiRequest:
    """Read a turn out of the webui's state.

    Args:
        state: As lent to a hook.
        settings: What the user allows.
        strangers: Why users cannot be told apart, empty if they can.
    """
    api = "unique_id" not in state
    chat = str(state.get("unique_id") or "")
    stem = _stem(state, api=api)
    why_not = _why_not(state, settings, strangers, api=api)
    allowed = settings.activate and not strangers
    return WebuiRequest(
        scope=_scope(state, stem, api=api),
        host=API_HOST if api else HOST,
        chat=chat or None,
        stem=stem,
        names=Names(
            user=str(state.get("name1") or "You"),
            # In instruct chats nobody is there but the model, whoever is chosen.
            character=str((stem and state.get("name2")) or "Assistant"),
        ),
        reads=not why_not or (allowed and _is_incognito(chat)),
        writes=not why_not,
        why_not=why_not,
    )


def _why_not(
    state: Mapping[str, Any], settings: WebuiSettings, strangers: str, *, api: bool
) -> str:
    """Say why a chat is not stored, as "nothing is stored: ..." goes on."""
    if not settings.activate:
        return "memory is switched off (setting `activate`)."
    if strangers:
        return f"{strangers}, so users cannot be told apart."
    if api:
        off = "memory is switched off for the webui's API (setting `api_traffic`)."
        return "" if settings.api_traffic else off
    chat = state.get("unique_id")
    if not chat:
        return "the last chat has no name."
    if _is_incognito(chat):
        return "the last chat is incognito."
    return ""


def _is_incognito(chat: object) -> bool:
    return str(chat or "").startswith(INCOGNITO_PREFIX)


def _stem(state: Mapping[str, Any], *, api: bool) -> str | None:
    if state.get("mode", "instruct") == "instruct":
        return None
    key = "character" if api else "character_menu"
    return str(state.get(key) or state.get("name2") or "Assistant")


def _scope(state: Mapping[str, Any], stem: str | None, *, api: bool) -> Scope:
    character = stem or INSTRUCT_CHARACTER
    if not api:
        return Scope(user=WEBUI_USER, character=character)
    user = str(state.get("user") or API_USER)
    # Whoever calls himself as the webui's own user is called must not see his memories.
    own = is_same_name(user, WEBUI_USER)
    return Scope(user=f"{API_USER} {user}" if own else user, character=character)
