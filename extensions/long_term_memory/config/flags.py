"""The flags of `ltm serve`, known before anything is installed.

Owns: which settings have a flag of their own, the other flags' sentences, the help of
    them all as a text.
Knows nothing of: how a command line is read.
"""

from __future__ import annotations

from textwrap import fill
from typing import Final

from .option import Option
from .settings import OPTIONS

SETTING_FLAGS: Final = (
    "host",
    "port",
    "data_dir",
    "llm_base_url",
    "llm_model",
    "enable_modules",
    "secure",
)
OTHER_FLAGS: Final = {
    "--open": ("", "Open the page in the browser, and load it ahead."),
    "--set": (
        "NAME=VALUE",
        "Any setting of docs/configuration.md; may be given several times.",
    ),
    "--config": ("FILE", "YAML file with settings."),
    "--env-file": (
        "FILE",
        "File with environment variables. Default: .env, if there is one.",
    ),
}
_INDENT: Final = " " * 24


def flag(name: str) -> str:
    """Return a setting's flag."""
    return f"--{name.replace('_', '-')}"


def named_by(name: str) -> str:
    """Say how a setting was given on the command line, for what is wrong with it."""
    return flag(name) if name in SETTING_FLAGS else f"--set {name}"


def sentence(one: Option) -> str:
    """Return what a setting's flag does, and its default."""
    if one.kind is bool:
        return one.sentence
    return f"{one.sentence} Default: {one.default or 'empty'}"


def explained() -> str:
    """Return the flags with their sentences, as argparse would show them."""
    told = [
        (flag(name), "" if one.kind is bool else name.upper(), sentence(one))
        for name in SETTING_FLAGS
        for one in [OPTIONS[name]]
    ]
    told += [(name, value, words) for name, (value, words) in OTHER_FLAGS.items()]
    return "\n".join(
        _shown(f"  {name} {value}".rstrip(), words) for name, value, words in told
    )


def _shown(head: str, words: str) -> str:
    body = fill(words, 79, initial_indent=_INDENT, subsequent_indent=_INDENT)
    if len(head) + 2 > len(_INDENT):
        return f"{head}\n{body}"
    return head.ljust(len(_INDENT)) + body.lstrip()
