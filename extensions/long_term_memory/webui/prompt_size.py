"""How much of a prompt memory may take, and how much of the chat then fits.

Owns: counting with the webui's tokenizer, sharing the prompt's room, and the row with
which the sent history begins.
Knows nothing of: the engine, what is remembered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from ..config import PromptSettings
from ..core.prompt.budget import NOT_BEGUN, Begun, going_on, share_tokens, steps_of
from ..core.text.reasoning import without_reasoning
from ..core.types import TokenCounter
from ..lru import Lru
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
CHATS_KEPT = 1000
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptRoom:
    """Tokens for each part of a prompt.

    Attributes:
        head: Most for the head block.
        recall: Most for the recall block.
        history: Most for the chat; None means that all of it may be sent.
        each: What the template adds to each message.
        summary: Most for summaries, once the chat no longer fits; `history` is less
            by so much then.
    """

    head: int
    recall: int
    history: int | None = None
    each: int = MESSAGE_OVERHEAD_TOKENS
    summary: int = 0
    before: int = 0
    newest: int = 0


def token_counter() -> TokenCounter:
    """Return the webui's counter while a model is loaded, else our estimate."""
    model = host_api.loaded_model()
    return partial(_counted, model) if model else estimate_tokens


def room_of(
    state: Mapping[str, Any],
    user_input: str,
    settings: PromptSettings,
    count: TokenCounter,
    *,
    pinned: bool,
    summary_tokens: int = 0,
    before_tokens: int = 0,
) -> PromptRoom:
    """Share the room of a prompt among persona, memories, history and message.

    Args:
        state: The webui's.
        user_input: The message to be answered.
        settings: The shares.
        count: Tokens of a text.
        pinned: Whether anything is pinned; else the head block takes no room.
        summary_tokens: Most for summaries; they get a third of the chat's room at most.
        before_tokens: Most of these for other chats, half at most; 0 if there are none.
    """
    limit = host_api.prompt_limit(state)
    if limit is None:
        return PromptRoom(head=settings.head_tokens, recall=settings.recall_tokens)
    shares = share_tokens(limit.context, settings)
    head = shares.head if pinned else 0
    free = limit.prompt - _fixed_tokens(state, count)
    newest = count(user_input)
    rest = free - newest
    # What the head block does not need goes to recall.
    most = min(settings.recall_tokens, shares.memories - head)
    # Whatever the newest message's length, or the head would change with it.
    summary = min(summary_tokens, steps_of(max(0, free - head - most) // 3))
    recall = max(0, min(most, rest - head - summary))
    history = max(0, rest - head - recall)
    # A message that fills the prompt takes all of it: less would be told anew.
    summary = summary if summary <= history else 0
    before = min(before_tokens, summary // 2)
    return PromptRoom(
        head=max(0, min(head, rest)),
        recall=recall,
        history=history - before,
        summary=summary,
        before=before,
        each=_overhead(state, count),
        newest=newest,
    )


class Starts:
    """With which row each chat's sent history began last time."""

    def __init__(self) -> None:
        """Start with whole chats."""
        self._begun: Lru[object, Begun] = Lru(CHATS_KEPT)

    def first_row(
        self,
        chat: object,
        history: Mapping[str, Any],
        room: PromptRoom,
        count: TokenCounter,
        *,
        steady: bool,
    ) -> int:
        """Decide with which row the sent history begins.

        Args:
            chat: Which chat; anything hashable.
            history: The webui's.
            room: The prompt's.
            count: Tokens of a text.
            steady: Move the beginning in steps, so that most turns begin where the one
                before did.
        """
        rows = history["internal"]
        if room.history is None or not rows:
            return 0
        before = (self._begun.get(chat) if steady else None) or NOT_BEGUN
        lengths = row_tokens(history, room.history, count, room.each)
        # A chat that fits again, by a shorter message, goes on as it did.
        fits = before.start == 0 and sum(lengths) <= room.history
        left = room.history if fits else room.history - (room.summary - room.before)
        if steady:
            begun = going_on([*lengths, room.newest], left + room.newest, before)
        else:
            begun = Begun(first_row_that_fits(lengths, left))
        self._begun.put(chat, begun)
        return _a_users_row(rows, begun.start)


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


def first_row_that_fits(lengths: Sequence[int], room: int) -> int:
    """Return the first row to send so that the rest fits.

    Args:
        lengths: Tokens of each row.
        room: Tokens for the history.
    """
    total, first = 0, len(lengths)
    while first and total + lengths[first - 1] <= room:
        first -= 1
        total += lengths[first]
    return first


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


def _a_users_row(rows: Sequence[Sequence[Any]], first: int) -> int:
    """Move on to a row that begins with the user's words; some row is always sent.

    So no tool's result stands first without its call, and a reply that is continued is
    there.
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
