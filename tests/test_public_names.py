"""What other programs may build on, by name; everything else is ours to move."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

import pytest

from long_term_memory import errors

PAGE = Path(__file__).resolve().parent.parent / "docs" / "library.md"

PUBLIC: dict[str, dict[str, tuple[str, ...]]] = {
    "memory": {
        "Memory": ("character", "characters", "close"),
        "CharacterMemory": (
            *("chat", "chats", "delete", "edit", "entries", "forget", "get", "name"),
            *("note", "pin", "recall", "restore", "search", "settle"),
        ),
        "ChatMemory": ("compose", "messages", "observe", "recall"),
    },
    "memory_values": {
        "ChatMessage": ("content", "id", "name", "present", "role", "said_at"),
        "MemoryEntry": (
            *("chat", "created_at", "deleted", "edited", "id", "kind", "name"),
            *("pinned", "role", "said_at", "text"),
        ),
        "RecalledEntry": ("chance", "entry", "score"),
        "PromptBlocks": (
            *("head", "head_tokens", "intent", "needed", "note", "recall"),
            *("recall_tokens", "recalled", "text"),
        ),
        "ObserveResult": ("added", "length", "removed"),
        "ChatEntry": ("id", "messages", "seen_at", "title"),
        "ForgetResult": (
            *("chats", "done", "examples", "messages", "notes", "summaries"),
        ),
        "CharacterCalls": (
            *("chat", "chats", "delete", "edit", "entries", "forget", "get", "note"),
            *("pin", "recall", "restore", "search"),
        ),
        "ChatCalls": ("compose", "messages", "observe", "recall"),
    },
    "client": {
        "MemoryClient": ("ask", "character", "characters", "close"),
        "CharacterClient": (
            *("asked", "chat", "chats", "delete", "edit", "entries", "forget", "get"),
            *("known", "name", "note", "pin", "recall", "recalled", "restore"),
            "search",
        ),
        "ChatClient": ("compose", "messages", "observe", "recall"),
    },
    "mcp_server": {"tool_server": ()},
    "errors": dict.fromkeys(
        (
            "LtmError",
            "InvalidInput",
            "NotFound",
            "Conflict",
            "ConfigError",
            "StoreError",
            "StoreCorrupt",
            "StoreMoved",
            "OutOfHandles",
            "SchemaVersion",
            "EncryptionError",
            "EmbeddingError",
            "EmbeddingMismatch",
            "UpstreamError",
            "UnusableAnswer",
            "TooLarge",
            "TooMany",
            "PreconditionFailed",
        ),
        ("for_the_owner", "status_hint"),
    ),
    "testing": {
        "HashEmbedder": ("embed", "name"),
        "ScriptedLLM": ("enqueue", "name", "write"),
        "InMemoryBackend": (
            *("affordable", "at_rest", "backups", "changed_at", "chat_log", "checks"),
            *("close", "encryption", "holds", "is_crowded", "keeps_all", "let_go"),
            *("make_room", "open", "scopes", "unkept"),
        ),
    },
}

NAMES = [(module, name) for module, names in PUBLIC.items() for name in names]


def members(thing: object) -> tuple[str, ...]:
    """Return what a class adds for others to use; nothing of a function."""
    if not inspect.isclass(thing):
        return ()
    usual = dir(Exception)
    return tuple(
        name for name in dir(thing) if name not in usual and not name.startswith("_")
    )


@pytest.mark.parametrize(("module", "name"), NAMES)
def test_a_public_name_is_there_with_its_members_and_says_what_it_is(
    module: str, name: str
) -> None:
    thing = getattr(importlib.import_module(f"long_term_memory.{module}"), name)

    assert inspect.getdoc(thing)
    assert set(members(thing)) == set(PUBLIC[module][name])


def test_the_page_lists_the_same_modules() -> None:
    [table] = re.findall(r"\| Module \| Names \|\n(?:\|.*\n)+", PAGE.read_text("utf-8"))
    told = set(re.findall(r"^\| `long_term_memory\.(\w+)`", table, re.M))

    assert told - {"config"} == set(PUBLIC)


def test_every_error_is_public() -> None:
    found = inspect.getmembers(errors, inspect.isclass)

    assert {name for name, _ in found} == set(PUBLIC["errors"])


@pytest.mark.parametrize(
    "module", ["memory", "memory_values", "client", "mcp_server", "testing"]
)
def test_the_page_lists_the_same_names(module: str) -> None:
    text = PAGE.read_text("utf-8")
    [row] = re.findall(rf"^\| `long_term_memory\.{module}` \| (.*) \|$", text, re.M)

    assert set(re.findall(r"`(\w+)`", row)) == set(PUBLIC[module])
