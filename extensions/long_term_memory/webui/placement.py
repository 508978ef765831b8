"""Put memory into what the webui's prompt builder is given, on copies.

Owns: where the blocks go in state, history and input for each mode, and leaving out
old rows.
Knows nothing of: the webui's modules, the engine; never changes what it was lent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..core.prompt.blocks import place_block
from ..core.types import Context
from .history import is_said

State = Mapping[str, Any]
History = Mapping[str, Any]

BEFORE = "BEFORE_LAST_MESSAGE"
MESSAGE_LOCATIONS = (BEFORE, "AFTER_LAST_MESSAGE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompted:
    """The arguments for the webui's prompt builder."""

    user_input: str
    state: State
    history: History


def system_key(state: State) -> str:
    """Name the part of the state that becomes the system text in this mode."""
    return "custom_system_message" if state.get("mode") == "instruct" else "context"


def with_system_block(state: State, block: str, location: str) -> dict[str, Any]:
    """Return a copy of the state with a block in its system text."""
    changed = dict(state)
    if block:
        key = system_key(state)
        changed[key] = place_block(str(state.get(key) or ""), block, location)
    return changed


def place(
    prompted: Prompted, context: Context, location: str, *, continuing: bool
) -> Prompted:
    """Put a context's blocks where they belong.

    The head block always goes to the end of the system text, before the messages. The
    recall block goes where the user wants it; while a reply is continued the builder
    ignores the input, so it goes to the row that is continued.
    """
    state = with_system_block(
        prompted.state, context.head.text, "AFTER_NORMAL_CONTEXT_BUT_BEFORE_MESSAGES"
    )
    block, history, text = context.recall.text, prompted.history, prompted.user_input
    if not block:
        pass
    elif location not in MESSAGE_LOCATIONS:
        state = with_system_block(state, block, location)
    elif continuing:
        history = _in_last_row(history, block, location)
    else:
        text = _beside(text, block, location)
    return Prompted(user_input=text, state=state, history=history)


def _beside(text: str, block: str, location: str) -> str:
    parts = (block, text.strip()) if location == BEFORE else (text.strip(), block)
    return "\n\n".join(part for part in parts if part)


def _in_last_row(history: History, block: str, location: str) -> History:
    """Put a block to the user's message of the last row, if there is one."""
    rows = list(history["internal"])
    if not rows or not is_said(rows[-1][0]):
        return history
    rows[-1] = [_beside(rows[-1][0], block, location), *rows[-1][1:]]
    return {**history, "internal": rows}


def without_first_rows(history: History, count: int) -> History:
    """Return a history that begins `count` rows later, its metadata moved along."""
    if count <= 0:
        return history
    changed = dict(history)
    for key in ("internal", "visible"):
        if key in history:
            changed[key] = list(history[key])[count:]
    metadata = history.get("metadata")
    if isinstance(metadata, Mapping):
        changed["metadata"] = _moved(metadata, count, len(history["internal"]))
    return changed


def _moved(metadata: Mapping[str, Any], count: int, total: int) -> dict[str, Any]:
    """Renumber what is noted of the rows that stay, and of the one to be answered."""
    return {
        f"{role}_{number - count}": metadata[f"{role}_{number}"]
        for number in range(count, total + 1)
        for role in ("user", "assistant")
        if f"{role}_{number}" in metadata
    }
