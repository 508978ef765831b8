"""The page that explains the commands, made from them.

Owns: the text of docs/commands.md.
Knows nothing of: what the commands do.
"""

from __future__ import annotations

from typing import Any

import typer

from .app import GROUPS, app
from .examples import EXAMPLES

_INTRODUCTION = """# Commands

This page is made from the commands themselves; a test checks that it is current.
`ltm COMMAND --help` says the same. `ltm --install-completion` has your shell complete \
commands and options.

`--json` prints JSON for programs. An exit code of 0 means done, 1 failed or something \
was left out, 2 asked for the impossible.
A date is written 2026-11-03, '2026-11-03 18:30', or in words: yesterday, monday, \
'last week', '3 days ago'."""


def commands_markdown() -> str:
    """Return the page."""
    whole: Any = typer.main.get_command(app)
    parts = [_INTRODUCTION]
    for group, commands in GROUPS.items():
        parts.append(f"## {group}")
        parts += [_command(name, whole.commands[name]) for name in commands]
    return "\n\n".join(parts) + "\n"


def _command(name: str, command: Any) -> str:
    words = [one.metavar or one.name.upper() for one in _of(command, "argument")]
    lines = [f"### `{' '.join(['ltm', name, *words])}`", "", command.help.strip(), ""]
    rows = [
        f"| {_named(one)} | {_cell(one.help or '')} |"
        for kind in ("argument", "option")
        for one in _of(command, kind)
        if one.name != "help"
    ]
    lines += ["| | |", "|---|---|", *rows, "", "```sh", *EXAMPLES[name], "```"]
    return "\n".join(lines)


def _of(command: Any, kind: str) -> list[Any]:
    return [one for one in command.params if one.param_type_name == kind]


def _named(one: Any) -> str:
    if one.param_type_name == "argument":
        return f"`{one.metavar or one.name.upper()}`"
    names = ", ".join([*one.opts, *one.secondary_opts])
    value = "" if one.is_flag or not one.metavar else f" {one.metavar}"
    return f"`{names}{value}`".replace("|", "\\|")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
