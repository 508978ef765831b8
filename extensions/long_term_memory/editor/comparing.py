"""Two settings side by side: what a message would bring into the prompt with each.

Owns: which settings can be compared, and what differs between two prompts.
Knows nothing of: Gradio, tags (`templates` has them).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from ..config import OPTIONS, PRESETS, Settings, from_mapping, value_of, with_preset
from ..core.types import Recalled, Scope
from ..engine.compose import LastTurn
from ..engine.engine import Engine
from ..errors import InvalidInput
from . import labels, markup, turn_markup
from .memory_actions import ClickResult, Labels, tried
from .templates import joined, macros
from .texts import say
from .trying import composed
from .turn_markup import Opened

NOW: Final = "now"
NOTHING: Final = ""
GROUPS: Final = ("recall", "prompt", "summaries", "facts")


class Side(NamedTuple):
    """One of two settings.

    Attributes:
        key: `NOW`, or a preset's name.
        name: A setting that is changed beside that; empty for none.
        value: What it is changed to, as it was typed.
    """

    key: str = NOW
    name: str = NOTHING
    value: str = ""


def sides() -> Labels:
    """Return labels and values of the settings that can be compared."""
    return [
        (say("compare.now"), NOW),
        *((labels.preset(name), name) for name in PRESETS),
    ]


def single() -> Labels:
    """Return labels and names of the settings of which one can be changed."""
    known = [one for one in OPTIONS.values() if one.group in GROUPS and not one.holds]
    named = sorted(
        (called, one.name) for one in known if (called := labels.named(one.name))
    )
    return [(say("compare.no_change"), NOTHING), *named]


def settings_of(engine: Engine, side: Side) -> Settings:
    """Return the settings of a side.

    Raises:
        InvalidInput: A value cannot be used.
    """
    held = engine.settings
    settings = with_preset(held, side.key) if side.key in PRESETS else held
    if not side.name:
        return settings
    changed, problems = from_mapping({side.name: side.value}, settings)
    if problems:
        raise InvalidInput(labels.problems(problems))
    return changed


def compare(
    engine: Engine, text: str, scope: Scope | None, chat: str, pair: tuple[Side, Side]
) -> str:
    """Show what a message would bring into the prompt with each of two settings."""
    if scope is None or not text.strip():
        words = say("trial.type_first" if scope else "memories.choose_first")
        return markup.alone(markup.notice(words, kind="bad"))
    shown: list[str] = []

    def both() -> ClickResult:
        held = [settings_of(engine, one) for one in pair]
        turns = [composed(engine, text, scope, chat, one) for one in held]
        shown.append(_compared(text, pair, held, turns))
        return ClickResult()

    said = tried(engine, "comparing settings", both)
    return markup.alone(joined(said.html, *shown))


def differing(first: Settings, second: Settings) -> list[tuple[str, str, str]]:
    """Return what settings differ in, as people read it: name and both values."""
    return [
        (
            labels.label(one),
            labels.value(one, value_of(first, one)),
            labels.value(one, value_of(second, one)),
        )
        for one in OPTIONS.values()
        if value_of(first, one) != value_of(second, one)
    ]


def _compared(
    text: str,
    pair: Sequence[Side],
    held: Sequence[Settings],
    turns: Sequence[LastTurn],
) -> str:
    told = [_items(one) for one in turns]
    ids = [{item.memory.id for item in items} for items in told]
    columns = [
        {
            "title": _title(side, letter),
            "tokens": say("compare.tokens", count=_tokens(turn)),
            "blocks": turn_markup.both(turn.context, settings),
            "alone": _alone(items, text, ids[1 - place]),
        }
        for place, (letter, side, settings, turn, items) in enumerate(
            zip("AB", pair, held, turns, told, strict=True)
        )
    ]
    html: str = macros("turn").compared(
        markup.shortened(text), differing(*held), columns
    )
    return html


def _title(side: Side, letter: str) -> str:
    called = {value: label for label, value in sides()}.get(side.key, side.key)
    words = f"{letter}: {called}"
    return words + say("compare.but") if side.name else words


def _tokens(turn: LastTurn) -> int:
    return turn.context.head.tokens + turn.context.recall.tokens


def _items(turn: LastTurn) -> list[Recalled]:
    return [*turn.context.recall.items, *turn.context.head.items]


def _alone(items: Sequence[Recalled], text: str, others: set[str]) -> str:
    """Return what stands on one side only."""
    mine = [item for item in items if item.memory.id not in others]
    if not mine:
        return ""
    told = turn_markup.listed(
        say("compare.only_here"), "", mine, Opened(asked=text), fixed=True
    )
    return told
