"""The webui's door: `params` and the hooks, with the exact signatures it looks for.

Owns: finding the package. A system copy is `extensions.long_term_memory.script`; a user
copy is a lone file without a package, so its folder is registered as one.
Knows nothing of: what the hooks do.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

FOLDER = Path(__file__).resolve().parent
USER_COPY = "long_term_memory_user_copy"


def _package_name() -> str:
    """Return the name under which the package's modules are imported."""
    if __package__:
        return __package__
    if USER_COPY not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            USER_COPY, FOLDER / "__init__.py", submodule_search_locations=[str(FOLDER)]
        )
        assert spec is not None
        assert spec.loader is not None
        package = importlib.util.module_from_spec(spec)
        sys.modules[USER_COPY] = package
        spec.loader.exec_module(package)
    return USER_COPY


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"{_package_name()}.{name}")


__long_term_memory__ = True

params: dict[str, Any] = {
    "display_name": "Memory",
    "is_tab": True,
    **_module("webui.params").defaults(FOLDER),
}


def setup() -> None:
    """Start the memory; safe to call again."""
    _module("webui.hooks").setup(params, FOLDER)
    _module("warming").warm_up()


def custom_generate_chat_prompt(
    user_input: str,
    state: dict[str, Any],
    **kwargs: Any,
) -> str:
    """Follow the chat, recall, and build the prompt with what was recalled."""
    prompt: str = _module("webui.hooks").custom_generate_chat_prompt(
        user_input, state, kwargs
    )
    return prompt


def state_modifier(state: dict[str, Any]) -> dict[str, Any]:
    """Add pinned memories where another extension owns the prompt hook."""
    changed: dict[str, Any] = _module("webui.hooks").state_modifier(state)
    return changed


def input_modifier(string: str, state: dict[str, Any], is_chat: bool = False) -> str:
    """Put memories before a prompt that is no chat, if that is switched on."""
    text: str = _module("webui.hooks").input_modifier(string, state, is_chat=is_chat)
    return text


def output_modifier(string: str, state: dict[str, Any], is_chat: bool = False) -> str:
    """Note that a reply is complete; the text stays as it is."""
    if is_chat:
        _module("webui.hooks").output_modifier(state)
    return string


def ui() -> None:
    """Draw the memory editor."""
    _module("webui.tab").draw()
