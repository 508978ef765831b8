"""The settings as controls: which are shown, and what a change does.

Owns: the choice of the main settings, and applying changes live.
Knows nothing of: Gradio, where settings are kept, how settings are called (`labels`).
"""

from __future__ import annotations

from collections.abc import Sequence

from ...config import Option, describe, from_mapping
from ...config.option import Value
from ...config.saved_settings import is_name
from ...engine.engine import Engine
from ...engine.faults import guard
from .. import labels
from ..host import Host
from ..memory_actions import ClickResult, faulty

# Shares of a context that no host divides up by us, and what only a restart changes.
NOT_SHOWN_ENDING = "_token_percent"
WEIGHT_ENDING = "_weight"
UNSAVED = "They hold until the program ends."


def shown_options(host: Host) -> tuple[Option, ...]:
    """Return the settings that the page offers, the host's own first."""
    order = {group: place for place, group in enumerate(host.setting_groups)}
    offered = [
        one
        for one in describe()
        if one.group in order
        and not one.name.endswith(NOT_SHOWN_ENDING)
        and (host.models or not is_name(one))
    ]
    return tuple(sorted(offered, key=lambda one: order[one.group]))


def rows(options: Sequence[Option], group: str) -> list[list[Option]]:
    """Return a group's settings but the weights as they stand in rows."""
    mine = [one for one in options if one.group == group and not is_weight(one)]
    numbers = [one for one in mine if one.kind in (int, float)]
    switches = [one for one in mine if one.kind is bool]
    choices = [one for one in mine if one.choices]
    texts = [one for one in mine if one.kind is str and not one.choices]
    return [row for row in (switches, numbers, choices, texts) if row]


def is_weight(one: Option) -> bool:
    """Say whether a setting is one of the signals' weights."""
    return one.name.endswith(WEIGHT_ENDING)


def current(engine: Engine, options: Sequence[Option]) -> list[Value]:
    """Return the values that hold now, in the order of the options."""
    return [getattr(getattr(engine.settings, one.group), one.name) for one in options]


def apply(
    engine: Engine, host: Host, options: Sequence[Option], values: Sequence[object]
) -> ClickResult:
    """Make changed settings hold from now on, and have the host keep them.

    Nothing changes if any value is wrong.
    """
    named = dict(zip((one.name for one in options), values, strict=True))
    changed, problems = from_mapping(named, engine.settings)
    if problems:
        return ClickResult(words=labels.plain(" ".join(problems)), failed=True)

    def kept() -> ClickResult:
        engine.configure(changed)
        if host.save is None:
            return ClickResult(words=f"The settings hold from now on. {UNSAVED}")
        return ClickResult(
            words=f"The settings hold from now on and are kept {host.save(changed)}."
        )

    return guard(engine.faults, "changing the settings", kept, lambda: faulty(engine))
