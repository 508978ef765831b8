"""Exports of ChatGPT: `conversations.json`, alone or in the archive that is sent.

Owns: the tree of a conversation, and which of its nodes are speech.
Knows nothing of: files on disk, engines.

    [{"title", "conversation_id", "current_node", "mapping": {id: {"parent", "message":
      {"author": {"role"}, "recipient", "create_time", "content": {"content_type",
       "parts": [text or a picture]}, "metadata": {…}}}}}]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from sys import getsizeof
from typing import Any

from ..core.types import WindowMessage
from .dates import read_date
from .decoding import MAX_MEMORY, dict_of, list_of, refuse, text_of
from .file_content import FileContent, FoundChat, ImportOptions, several, titled
from .report import counted
from .speech import spoken, text_of_parts, without_sources
from .trees import Branch, Paths, paths_of, warnings_of

HOST = "chatgpt"
CHARACTER = "ChatGPT"
# The rest is thinking, tools, instructions and searches.
_SPEECH = {"text", "multimodal_text"}


def is_conversation(value: object) -> bool:
    """Say whether a JSON value is a conversation."""
    return isinstance(value, dict) and isinstance(value.get("mapping"), dict)


def read_conversations(values: Iterable[Any], wishes: ImportOptions) -> FileContent:
    """Read conversations; a model that is asked over all of them is one character.

    Of each only what was said is held, so that exports of any size can be read.

    Raises:
        InvalidInput: Nobody speaks in any.
    """
    character = wishes.character or CHARACTER
    chats: list[FoundChat] = []
    trees: list[Paths] = []
    files = size = 0
    full = False
    for value in values:
        if full := size > MAX_MEMORY // 2:
            break
        if not is_conversation(value):
            continue
        paths = paths_of(
            value["mapping"],
            value.get("current_node"),
            parent="parent",
            is_user=lambda node: _role(_message(node)) == "user",
        )
        trees.append(replace(paths, shown=Branch("", ()), branches=()))
        files += sum(_files(_message(node)) for node in paths.shown.nodes)
        told = text_of(value.get("conversation_id")) or text_of(value.get("id"))
        name = titled(value.get("title"), told or paths.shown.key)

        def read(branch: Branch) -> list[WindowMessage]:
            return _shown(branch, character, wishes.your_name)

        own = several(HOST, name, character, paths, read)
        chats += own
        said = (one.content for chat in own for one in chat.window.messages)
        size += sum(map(getsizeof, said))
    if not chats:
        raise refuse("is an export of ChatGPT in which nobody speaks.")
    warnings = warnings_of(trees)
    if files:
        warnings.append(f"{counted(files, 'attachment')} left out")
    if full:
        warnings.append("the rest is left out: it is too much at once. Split the file")
    return FileContent(
        format="ChatGPT export", chats=tuple(chats), warnings=tuple(warnings)
    )


def _message(node: Mapping[str, Any]) -> dict[str, Any]:
    return dict_of(node.get("message"))


def _role(message: Mapping[str, Any]) -> str:
    return text_of(dict_of(message.get("author")).get("role"))


def _shown(branch: Branch, character: str, you: str) -> list[WindowMessage]:
    found = []
    for message in map(_message, branch.nodes):
        role = _role(message)
        if role not in ("user", "assistant") or not _is_speech(message):
            continue
        text = text_of_parts(dict_of(message.get("content")).get("parts"))
        said = spoken(without_sources(text)) if role == "assistant" else text.strip()
        if said:
            found.append(
                WindowMessage(
                    role="user" if role == "user" else "assistant",
                    content=said,
                    name=you if role == "user" else character,
                    said_at=read_date(message.get("create_time")),
                )
            )
    return found


def _is_speech(message: Mapping[str, Any]) -> bool:
    """Say whether a message is said to the other one, and not hidden or thought."""
    metadata = dict_of(message.get("metadata"))
    kind = dict_of(message.get("content")).get("content_type", "text")
    return (
        text_of(kind) in _SPEECH
        and message.get("recipient", "all") in ("all", None)
        and message.get("channel") != "analysis"
        and not metadata.get("is_visually_hidden_from_conversation")
        and not metadata.get("is_user_system_message")
    )


def _files(message: Mapping[str, Any]) -> int:
    """Count what a message holds beside text."""
    parts = list_of(dict_of(message.get("content")).get("parts"))
    return sum(isinstance(part, dict) and "text" not in part for part in parts)
