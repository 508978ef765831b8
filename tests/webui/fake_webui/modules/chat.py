"""Builds prompts: the contract of the webui's builder in a form that can be read.

One line for each message. If that is too long, the oldest message goes first, the
system text never; then the newest message is cut; then ValueError.
"""

from __future__ import annotations

from typing import Any

from modules import shared
from modules.text_generation import get_encoded_length

MARKER = "<|BEGIN-VISIBLE-CHAT|>"
broken: list[Exception] = []


def generate_chat_prompt(user_input: str, state: dict[str, Any], **kwargs: Any) -> str:
    if broken:
        raise broken[0]
    history = kwargs.get("history", state["history"])
    continuing = kwargs.get("_continue", False)
    key = "custom_system_message" if state["mode"] == "instruct" else "context"
    system = [f"system: {state[key]}"] if state[key].strip() else []
    lines: list[str] = []
    for number, row in enumerate(history["internal"]):
        lines += _row_lines(row, number, history.get("metadata", {}), state)
    if not continuing and user_input.strip():
        number = len(history["internal"])
        text = _with_attachments(user_input, number, history.get("metadata", {}))
        lines.append(f"{state['name1']}: {text}")
    if shared.tokenizer is not None:
        _cut(system, lines, state["truncation_length"] - state["max_new_tokens"])
    ending = [] if continuing else [f"{state['name2']}:"]
    return "\n".join([*system, *lines, *ending])


def _row_lines(row: Any, number: int, metadata: Any, state: Any) -> list[str]:
    meta = row[3] if len(row) > 3 else {}
    lines = []
    if meta.get("role") == "system":
        lines.append(f"system: {row[0]}")
    elif row[0].strip() not in ("", MARKER):
        text = _with_attachments(row[0].strip(), number, metadata)
        lines.append(f"{state['name1']}: {text}")
    if row[1].strip():
        lines.append(f"{state['name2']}: {row[1].strip()}")
    if len(row) > 2 and row[2].strip():
        lines.append(f"tool: {row[2]}")
    return lines


def _with_attachments(text: str, number: int, metadata: Any) -> str:
    entry = metadata.get(f"user_{number}", {})
    names = [one["content"] for one in entry.get("attachments", [])]
    return f"{text}\n\nATTACHMENTS:\n{' '.join(names)}" if names else text


def _cut(system: list[str], lines: list[str], limit: int) -> None:
    def size() -> int:
        return get_encoded_length("\n".join([*system, *lines]))

    while len(lines) > 1 and size() > limit:
        lines.pop(0)
    if lines and size() > limit:
        words = lines[0].split()
        lines[0] = " ".join(words[: max(0, len(words) + limit - size())])
    if size() > limit:
        raise ValueError
