"""Settings, and the values they take, as people read them on the page.

Owns: which text of the table belongs to which setting.
Knows nothing of: what the settings do, Gradio, the words (`texts.toml`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ..config import OPTIONS, Option
from ..config.option import Value
from ..core.retrieval.signals import SIGNALS
from .texts import say, say_if_known, table

_NAMED: Final = re.compile(r"`?\b([a-z]+(?:_[a-z]+)+)\b`?")
_VALUES: Final = "values."
_WEIGHTS: Final = {f"{one.name}_weight": one.weight_label for one in SIGNALS}


def group(name: str) -> str:
    """Return a group of settings as it is called for people."""
    return say(f"groups.{name}")


def label(one: Option) -> str:
    """Return a setting's name for people."""
    return named(one.name) or one.name.replace("_", " ").capitalize()


def named(name: str) -> str:
    """Return what the page calls a setting; "" if it has no name for it."""
    return say_if_known(f"labels.{name}", _WEIGHTS.get(name, ""))


def help(one: Option) -> str:
    """Return what a setting does, as the page says it."""
    words = plain(say_if_known(f"help.{one.name}", one.sentence))
    if one.holds:
        return words
    return words + say("settings.default_is", value=value(one, one.default))


def values(one: Option) -> list[tuple[str, str]]:
    """Return what a setting can be chosen from: as it is read, and as it is kept."""
    return [(say_if_known(f"{_VALUES}{value}", value), value) for value in one.choices]


def value(one: Option, held: Value) -> str:
    """Return a value of a setting as people read it."""
    if isinstance(held, bool):
        return say("settings.on" if held else "settings.off")
    if one.choices:
        return say_if_known(f"{_VALUES}{held}", str(held))
    if isinstance(held, str):
        return held or say("settings.empty")
    return f"{held:,}" if held >= 0 or one.kind is float else say("settings.no_limit")


def preset(name: str) -> str:
    """Return what a preset is called for people."""
    return say(f"presets.{name.replace('-', '_')}")


def problems(told: Sequence[str]) -> str:
    """Return what is wrong with values, each setting called as on the page."""
    named = []
    for one in told:
        name, _, rest = one.partition(" ")
        if name in OPTIONS:
            one = f"{say('common.quoted', text=label(OPTIONS[name]))} {rest}"
        named.append(one)
    return plain(" ".join(named))


def plain(words: str) -> str:
    """Return a text about settings in which each is called as on the page."""
    named = _NAMED.sub(_as_on_the_page, words)
    for key in table():
        value = key.removeprefix(_VALUES)
        if key.startswith(_VALUES) and "_" in value:
            named = named.replace(value, say("common.quoted", text=say(key)))
    return named.replace("`", "")


def _as_on_the_page(found: re.Match[str]) -> str:
    called = named(found[1])
    return say("common.quoted", text=called) if called else found[0]
