"""A webui extension that owns the prompt hook, as other memory extensions do."""

from __future__ import annotations

from typing import Any


def custom_generate_chat_prompt(
    user_input: str,
    state: dict[str, Any],
    **kwargs: Any,
) -> str:
    """Build the default prompt and sign it."""
    from modules.chat import generate_chat_prompt

    prompt: str = generate_chat_prompt(user_input, state, **kwargs)
    return f"Built by the rival.\n{prompt}"
