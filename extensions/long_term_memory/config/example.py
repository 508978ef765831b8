"""The example of an `.env` file, made from the settings.

Owns: the text of .env.example.
Knows nothing of: how settings are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from .aliases import MODEL_NAMES, PENDING, SECRETS, SWITCHES
from .option import Option, allowed_values
from .settings import GROUPS, OPTIONS, Settings

WIDTH = 88
INTRODUCTION = """\
# Settings of the server. Copy this file to `.env` in the folder where you start it, and
# take the # away from the lines that you change. Variables that are set already win
# over this file, flags win over both. A value is taken as it stands after the =.
#
# This file is made from config/; a test checks that it is current.
"""


def env_example() -> str:
    """Return the text of .env.example."""
    lines = [INTRODUCTION, *_heading("Keys", "Never shown, logged or stored.")]
    for name, sentence in {**SECRETS, **MODEL_NAMES, **SWITCHES}.items():
        lines += [*_comment(sentence), f"#{name}=", ""]
    for group in GROUPS:
        lines += _heading(group, getattr(Settings(), group).__doc__ or "")
        for one in OPTIONS.values():
            if one.group == group:
                lines += [*_about(one), ""]
    lines += _heading("Not there yet", "Names that other backends know.")
    lines += [f"#{name}=   # {why}." for name, why in PENDING.items()]
    return "\n".join(lines) + "\n"


def _heading(name: str, about: str) -> list[str]:
    return [f"# --- {name} ".ljust(WIDTH, "-"), *_comment(about), ""]


def _about(one: Option) -> Iterator[str]:
    """Yield a setting's lines: what it does, what it may be, its default."""
    yield from _comment(f"{one.sentence} ({allowed_values(one)})")
    if one.aliases:
        yield f"# Also read from {', '.join(one.aliases)}."
    yield f"#{one.variables[0]}={_written(one)}"


def _written(one: Option) -> str:
    """Return a default as it is written in such a file."""
    text = str(one.default).lower() if one.kind is bool else str(one.default)
    if not any(letter in text for letter in "\n#'\""):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _comment(text: str) -> list[str]:
    words = " ".join(text.split())
    return [f"# {line}" for line in wrap(words, WIDTH - 2, break_long_words=False)]
