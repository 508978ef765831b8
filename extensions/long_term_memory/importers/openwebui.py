"""Exported chats of Open WebUI.

Owns: the tree of a chat, which model speaks.
Knows nothing of: files on disk, engines.

    [{"id", "title", "chat": {"title", "models": [id], "history": {"currentId",
      "messages": {id: {"parentId", "role", "content", "model", "modelName",
      "timestamp", "files"}}}, "messages": [the path that is shown]}}]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ..core.types import WindowMessage
from .dates import read_date
from .decoding import dict_of, list_of, refuse, text_of
from .file_content import FileContent, FoundChat, ImportOptions, several, titled
from .report import counted
from .speech import spoken, text_of_parts
from .trees import Branch, Paths, paths_of, warnings_of

HOST = "open-webui"
CHARACTER = "Open WebUI"


def is_chat(value: object) -> bool:
    """Say whether a JSON value is a chat, with or without what stands around it."""
    chat = _chat(value)
    return isinstance(dict_of(chat.get("history")).get("messages"), dict) or (
        isinstance(chat.get("messages"), list) and "models" in chat
    )


def read_chats(values: Sequence[Any], wishes: ImportOptions) -> FileContent:
    """Read chats, each into the memory of the model that speaks most in it.

    Raises:
        InvalidInput: Nobody speaks in any.
    """
    chats: list[FoundChat] = []
    trees: list[Paths] = []
    files = 0
    for value in values:
        if not is_chat(value):
            continue
        chat = _chat(value)
        paths = _paths(chat)
        trees.append(paths)
        files += sum(len(list_of(node.get("files"))) for node in paths.shown.nodes)
        character = wishes.character or _model(chat, paths.shown)
        title = dict_of(value).get("title") or chat.get("title")
        told = text_of(dict_of(value).get("id")) or text_of(chat.get("id"))
        name = titled(title, told or paths.shown.key)

        def read(branch: Branch, character: str = character) -> list[WindowMessage]:
            return _shown(branch, character, wishes.your_name)

        chats += several(HOST, name, character, paths, read)
    if not chats:
        raise refuse("is an export of Open WebUI in which nobody speaks.")
    warnings = warnings_of(trees)
    if files:
        warnings.append(f"{counted(files, 'attachment')} left out")
    return FileContent(
        format="Open WebUI export", chats=tuple(chats), warnings=tuple(warnings)
    )


def _chat(value: object) -> dict[str, Any]:
    return dict_of(dict_of(value).get("chat")) or dict_of(value)


def _paths(chat: Mapping[str, Any]) -> Paths:
    history = dict_of(chat.get("history"))
    nodes = dict_of(history.get("messages"))
    if not nodes:
        shown = tuple(map(dict_of, list_of(chat.get("messages"))))
        return Paths(shown=Branch("", shown))
    return paths_of(
        nodes,
        history.get("currentId"),
        parent="parentId",
        is_user=lambda node: node.get("role") == "user",
    )


def _name(node: Mapping[str, Any]) -> str:
    """Return what a model is called; made-up ones have a name beside their id."""
    return (text_of(node.get("modelName")) or text_of(node.get("model"))).strip()


def _model(chat: Mapping[str, Any], shown: Branch) -> str:
    names = Counter(
        _name(node) for node in shown.nodes if node.get("role") == "assistant"
    )
    del names[""]
    models = [text_of(one).strip() for one in list_of(chat.get("models"))]
    first = next(filter(None, models), CHARACTER)
    return names.most_common(1)[0][0] if names else first


def _shown(branch: Branch, character: str, you: str) -> list[WindowMessage]:
    found = []
    for node in branch.nodes:
        role = node.get("role")
        if role not in ("user", "assistant"):
            continue
        text = text_of_parts(node.get("content"))
        said = spoken(text) if role == "assistant" else text.strip()
        if said:
            found.append(
                WindowMessage(
                    role="user" if role == "user" else "assistant",
                    content=said,
                    name=you if role == "user" else _name(node) or character,
                    said_at=read_date(node.get("timestamp")),
                )
            )
    return found
