"""Settings, and the values they take, as people read them on the page.

Owns: which text of the table belongs to which setting.
Knows nothing of: what the settings do, Gradio, the words (`texts.toml`).
"""

from __future__ import annotations

import re
from typing import Final

from ..config import Option
from .texts import ENGLISH, language, say, say_if_known, table

_NAMED: Final = re.compile(r"`?\b([a-z]+(?:_[a-z]+)+)\b`?")
_VALUES: Final = "values."


def group(name: str) -> str:
    """Return a group of settings as it is called for people."""
    return say(f"groups.{name}")


def label(one: Option) -> str:
    """Return a setting's name for people."""
    otherwise = one.name.replace("_", " ").capitalize()
    return say_if_known(f"labels.{one.name}", otherwise)


def help(one: Option) -> str:
    """Return what a setting does, as the page says it."""
    key = f"help.{one.name}"
    if language() != ENGLISH and language() in table().get(key, {}):
        return plain(say(key))
    return plain(one.sentence)


def values(one: Option) -> list[tuple[str, str]]:
    """Return what a setting can be chosen from: as it is read, and as it is kept."""
    return [(say_if_known(f"{_VALUES}{value}", value), value) for value in one.choices]


def plain(words: str) -> str:
    """Return a text about settings in which each is called as on the page."""
    named = _NAMED.sub(_as_on_the_page, words)
    for key in table():
        value = key.removeprefix(_VALUES)
        if key.startswith(_VALUES) and "_" in value:
            named = named.replace(value, say("common.quoted", text=say(key)))
    return named.replace("`", "")


def _as_on_the_page(found: re.Match[str]) -> str:
    key = f"labels.{found[1]}"
    if key not in table():
        return found[0]
    return say("common.quoted", text=say(key))
