"""Count what the webui's prompt holds: the persona, the chat, the message.

Owns: counting with the webui's tokenizer, and with which rows a history may begin.
Knows nothing of: the engine, what is remembered, how the tokens are shared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

from ..config import SummarySettings
from ..core.prompt.budget import PromptRoom
from ..core.text.reasoning import without_reasoning
from ..core.types import TokenCounter
from ..models.tokens import estimate_tokens
from . import host_api
from .history import is_said, metadata_of

# Role markers and line ends that a chat template puts around each message; measured
# 3 to 9 tokens with Llama 3, ChatML, Gemma and Mistral templates.
MESSAGE_OVERHEAD_TOKENS = 8
# Where a name stands before each message, a colon and a line end come with it.
NAME_OVERHEAD_TOKENS = 3
# What the webui's templates add to a prompt beside its messages.
FRAME_TOKENS = 64
TEXTS_KEPT = 16_384

_SYSTEM_TEXTS = {
    "instruct": ("custom_system_message",),
    "chat": ("context", "user_bio"),
    "chat-instruct": (
        "context",
        "user_bio",
        "chat-instruct_command",
        "custom_system_message",
    ),
}


def token_counter() -> TokenCounter:
    """Return the webui's counter while a model is loaded, else our estimate."""
    model = host_api.loaded_model()
    return partial(_counted, model) if model else estimate_tokens


def tokens_of(prompt: str) -> int:
    """Count a whole prompt by the webui's tokenizer while a model is loaded.

    It is not remembered: no prompt comes twice.
    """
    model = host_api.loaded_model()
    return host_api.count_tokens(prompt) if model else estimate_tokens(prompt)


def room_of(
    state: Mapping[str, Any],
    history: Mapping[str, Any] | None,
    user_input: str,
    settings: SummarySettings,
    count: TokenCounter,
    *,
    pinned: bool,
    facts: int = 0,
    told_of_others: bool = False,
) -> PromptRoom:
    """Count what the webui's prompt holds.

    Args:
        state: The webui's.
        history: Its rows; None for a text that is no chat.
        user_input: The message to be answered.
        settings: What summaries may take.
        count: Tokens of a text.
        pinned: Whether anything is pinned.
        facts: Most for facts; 0 if there are none.
        told_of_others: Whether the chat is told of the character's other chats.
    """
    limit = host_api.prompt_limit(state)
    each = _overhead(state, count) if limit else 0
    return PromptRoom(
        context=limit.context if limit else 0,
        fixed=_fixed_tokens(state, count) if limit else 0,
        newest=count(user_input) if limit else 0,
        history=lambda room: (
            row_tokens(history, room, count, each) if history is not None else ()
        ),
        reply=limit.reply if limit else None,
        summary=settings.story_tokens,
        before=settings.before_tokens if told_of_others else 0,
        pinned=pinned,
        facts=facts,
    )


def row_tokens(
    history: Mapping[str, Any], room: int, count: TokenCounter, each: int
) -> list[int]:
    """Estimate the tokens of each row, with what a template adds.

    From the end, until the room is used up: what stands before need not be counted,
    which may cost a request to another process each.
    """
    rows, metadata = history["internal"], metadata_of(history)
    lengths = [0] * len(rows)
    total = 0
    for number in range(len(rows) - 1, -1, -1):
        if total > room:
            break
        texts = _texts_of(rows[number], number, metadata)
        lengths[number] = sum(count(text) + each for text in texts)
        total += lengths[number]
    return lengths


def _fixed_tokens(state: Mapping[str, Any], count: TokenCounter) -> int:
    """Count what stands in every prompt of this mode."""
    texts = [
        str(state.get(key) or "")
        for key in _SYSTEM_TEXTS.get(str(state.get("mode")), ("custom_system_message",))
    ]
    if state.get("tools"):
        texts.append(str(state["tools"]))
    return FRAME_TOKENS + sum(count(text) for text in texts if text)


def _overhead(state: Mapping[str, Any], count: TokenCounter) -> int:
    """Return what a template adds to each message in this mode."""
    if state.get("mode") not in ("chat", "chat-instruct"):
        return MESSAGE_OVERHEAD_TOKENS
    names = (str(state.get(key) or "") for key in ("name1", "name2"))
    return NAME_OVERHEAD_TOKENS + max(map(count, names))


def _texts_of(
    row: Sequence[Any], number: int, metadata: Mapping[str, Any]
) -> list[str]:
    """Return what a row puts into a prompt; templates leave out past reasoning."""
    texts = [row[0], without_reasoning(row[1]), *row[2:3]]
    user, reply = (metadata.get(f"{role}_{number}") for role in ("user", "assistant"))
    if isinstance(user, Mapping) and isinstance(user.get("attachments"), list):
        texts += [
            one["content"]
            for one in user["attachments"]
            if isinstance(one, Mapping) and isinstance(one.get("content"), str)
        ]
    if isinstance(reply, Mapping) and reply.get("tool_sequence"):
        texts.append(str(reply["tool_sequence"]))
    return [text for text in texts if isinstance(text, str) and is_said(text)]


def a_users_row(rows: Sequence[Sequence[Any]], first: int) -> int:
    """Move on to a row that begins with the user's words; some row is always sent.

    So no tool's result stands first without its call, and a reply that is continued is
    there.

    Args:
        rows: The history's.
        first: With which row the sent part begins, as far as there is room.
    """
    last = len(rows) - 1
    if first <= 0 or first >= last:
        return max(0, min(first, last))
    said = (row for row in range(first, last) if is_said(rows[row][0]))
    return next(said, last)


@lru_cache(maxsize=TEXTS_KEPT)
def _counted(model: str, text: str) -> int:
    """Count once per text and model; another model counts otherwise."""
    del model
    return host_api.count_tokens(text)
