"""What is made from the settings: the page that explains them, an example of `.env`.

Owns: the texts of docs/configuration.md and .env.example.
Knows nothing of: how settings are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from .aliases import MODEL_NAMES, SECRETS, SWITCHES
from .option import Option, allowed_values
from .settings import GROUPS, OPTIONS, Settings

PAGE_INTRODUCTION = """# Settings

This page is made from `config/`; a test checks that it is current.

In text-generation-webui a setting is written into `settings.yaml` as \
`long_term_memory-NAME: value`, or changed in the tab.
The predecessor's `ltm_config.json` is read before that, and its values keep their \
meaning.
It was shipped with limits that hide most memories: two memories a turn, a distance \
of at most 0.60, nothing under 100 characters.
Take these lines out of it to have the defaults below.
A value that cannot be used leaves that one setting as it was, and is shown in the tab.

The server reads, later ones winning: the defaults, what was changed on its page or by \
`ltm config` (`settings.yaml` beside the memories), a YAML file (`--config`), a file \
of environment variables (`.env` in the folder where it is started, else in the \
project's, or `--env-file`; `.env.example` shows all), environment variables, flags.
The YAML file holds the names below, flat or in their groups.
The environment variable of a setting is `LTM_` and its name in capitals, such as \
`LTM_PORT`; some have a second name, which is given below.
The flag is the name with dashes, such as `--data-dir`; what has no flag of its own \
is given by `--set NAME=VALUE`.
If anything is wrong, the server does not start and lists all of it.
Keys are read from the environment or `.env` alone, and neither shown nor stored.
Without `llm_base_url`, the first of `GEMINI_API_KEY`, `GROQ_API_KEY` and \
`OPENAI_API_KEY` that is set chooses that service and a model of it, which \
`GEMINI_MODEL` or `GROQ_MODEL` changes; `LTM_LLM_API_KEY` is the key of any service.

In a template, `{name1}` is the user's name and `{name2}` the character's.
Plain braces are written twice."""


def configuration_markdown() -> str:
    """Return the text of docs/configuration.md."""
    lines = [PAGE_INTRODUCTION]
    for group in GROUPS:
        about = getattr(Settings(), group).__doc__
        lines += [f"\n## {group}\n\n{about}\n"]
        lines += [
            "| Setting | Default | Allowed | Meaning |",
            "| --- | --- | --- | --- |",
        ]
        lines += [_table_row(one) for one in OPTIONS.values() if one.group == group]
    return "\n".join(lines) + "\n"


def _table_row(one: Option) -> str:
    """Return a setting's line."""
    default = str(one.default).lower() if one.kind is bool else str(one.default)
    shown = f"`{default}`".replace("\n", "\\n") if default else "empty"
    also = "".join(f" Also read from `{name}`." for name in one.aliases)
    return f"| `{one.name}` | {shown} | {allowed_values(one)} | {one.sentence}{also} |"


WIDTH = 88
EXAMPLE_INTRODUCTION = """\
# Settings of the server. Copy this file to `.env` in the folder where you start it, and
# take the # away from the lines that you change. Variables that are set already win
# over this file, flags win over both. A value is taken as it stands after the =.
#
# This file is made from config/; a test checks that it is current.
"""


def env_example() -> str:
    """Return the text of .env.example."""
    lines = [EXAMPLE_INTRODUCTION, *_heading("Keys", "Never shown, logged or stored.")]
    for name, sentence in {**SECRETS, **MODEL_NAMES, **SWITCHES}.items():
        lines += [*_comment(sentence), f"#{name}=", ""]
    for group in GROUPS:
        lines += _heading(group, getattr(Settings(), group).__doc__ or "")
        for one in OPTIONS.values():
            if one.group == group:
                lines += [*_about(one), ""]
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
