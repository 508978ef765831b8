"""Loads extensions and calls their hooks, in the webui's order.

A user's copy is a lone file without a package, executed again with every rebuilt
interface; a system copy is a module of the namespace package `extensions`.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from modules import shared

active: dict[str, Any] = {}
_set_up: list[Any] = []


def load_system(name: str) -> Any:
    return _start(importlib.import_module(f"extensions.{name}.script"), name)


def load_user(name: str, script: Path) -> Any:
    spec = importlib.util.spec_from_file_location(f"user_ext_{name}", script)
    assert spec
    assert spec.loader
    extension = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = extension
    spec.loader.exec_module(extension)
    return _start(extension, name)


def _start(extension: Any, name: str) -> Any:
    if extension not in _set_up:
        for param in extension.params:
            if f"{name}-{param}" in shared.settings:
                extension.params[param] = shared.settings[f"{name}-{param}"]
        extension.setup()
        _set_up.append(extension)
    active[name] = extension
    return extension


def iterator() -> Iterator[tuple[Any, str]]:
    for name, extension in active.items():
        yield extension, name


def state_modifier(state: dict[str, Any]) -> dict[str, Any]:
    for extension, _ in iterator():
        if hasattr(extension, "state_modifier"):
            state = extension.state_modifier(state)
    return state


def changed_text(hook: str, text: str, state: dict[str, Any], is_chat: bool) -> str:
    for extension, _ in iterator():
        if hasattr(extension, hook):
            text = getattr(extension, hook)(text, state, is_chat=is_chat)
    return text


def custom_prompt(text: str, state: dict[str, Any], **kwargs: Any) -> Any:
    """Ask the first extension that has the hook, and no other."""
    for extension, _ in iterator():
        if hasattr(extension, "custom_generate_chat_prompt"):
            return extension.custom_generate_chat_prompt(text, state, **kwargs)
    return None
