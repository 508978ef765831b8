"""The webui's own modules, behind a few functions.

Owns: every import of `modules.*`; they exist only inside a running webui.
Knows nothing of: memory.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple


def user_data_dir() -> Path:
    """Return the folder of the user's chats and characters; older webuis lack it."""
    shared = importlib.import_module("modules.shared")
    return Path(getattr(shared, "user_data_dir", "user_data")).resolve()


def shared_with_strangers() -> str:
    """Say why users cannot be told apart, or return an empty string."""
    args = importlib.import_module("modules.shared").args
    if getattr(args, "multi_user", False):
        return "--multi-user is on"
    if getattr(args, "share", False):
        return "--share is on"
    return ""


def build_prompt(user_input: str, state: Mapping[str, Any], **kwargs: Any) -> str:
    """Build the prompt as the webui does by default."""
    chat = importlib.import_module("modules.chat")
    prompt: str = chat.generate_chat_prompt(user_input, state, **kwargs)
    return prompt


def loaded_model() -> str:
    """Name the model whose tokenizer can count; empty while none is loaded."""
    shared = importlib.import_module("modules.shared")
    if getattr(shared, "tokenizer", None) is None:
        return ""
    return str(getattr(shared, "model_name", "")) or "a model"


def count_tokens(text: str) -> int:
    """Count with the loaded model's tokenizer."""
    generation = importlib.import_module("modules.text_generation")
    return int(generation.get_encoded_length(text))


def is_idle() -> bool:
    """Whether a model is loaded and nobody generates with it."""
    shared = importlib.import_module("modules.shared")
    lock = getattr(shared, "generation_lock", None)
    if getattr(shared, "model", None) is None or (lock is not None and lock.locked()):
        return False
    models = importlib.import_module("modules.models")
    return not getattr(models, "active_generation_count", 0)


def generate(prompt: str, state: Mapping[str, Any]) -> Iterator[str]:
    """Yield the growing text that the loaded model writes; waits for its lock.

    Never from within a hook. As a chat: then none of our hooks is called for it.
    """
    generation = importlib.import_module("modules.text_generation")
    yield from generation.generate_reply(prompt, dict(state), is_chat=True)


def was_stopped() -> bool:
    """Whether the user pressed Stop during the last generation."""
    shared = importlib.import_module("modules.shared")
    return bool(getattr(shared, "stop_everything", False))


class PromptLimit(NamedTuple):
    """Tokens of the whole context, and those of it that are the reply's."""

    context: int
    reply: int


def prompt_limit(state: Mapping[str, Any]) -> PromptLimit | None:
    """Return how many tokens there are; None if the state does not tell.

    While no model is loaded the webui cuts nothing off.
    """
    length, reply = state.get("truncation_length"), state.get("max_new_tokens")
    if not isinstance(length, int) or not isinstance(reply, int) or length <= 0:
        return None
    return PromptLimit(context=length, reply=reply)


def extensions() -> Iterator[tuple[object, str]]:
    """Yield the active extensions and their names, in the webui's order."""
    yield from importlib.import_module("modules.extensions").iterator()


def log_with_the_webui(logger: logging.Logger) -> None:
    """Have a logger's warnings written where the webui writes its own.

    The webui silences all loggers but its own; called again, this changes nothing.
    """
    theirs = importlib.import_module("modules.logging_colors").logger
    for handler in theirs.handlers:
        if handler not in logger.handlers:
            logger.addHandler(handler)
    logger.setLevel(logging.WARNING)
