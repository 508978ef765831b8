"""Counts tokens: words, here. Generates what it was told to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from modules import shared

replies: list[str] = []
asked: list[tuple[str, dict[str, Any]]] = []
while_generating: list[Callable[[], object]] = []


def get_encoded_length(prompt: str) -> int:
    return len(prompt.split())


def generate_reply(
    question: str,
    state: dict[str, Any],
    stopping_strings: Any = None,
    is_chat: bool = False,
) -> Iterator[str]:
    assert is_chat, "hooks would be called"
    with shared.generation_lock:
        shared.stop_everything = False
        asked.append((question, state))
        words = replies.pop(0).split(" ")
        for count in range(1, len(words) + 1):
            for action in while_generating:
                action()
            if state["stop_event"].is_set() or shared.stop_everything:
                return
            yield " ".join(words[:count])
