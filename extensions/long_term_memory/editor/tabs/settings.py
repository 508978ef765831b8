"""The settings as controls: which are shown, and what a change does.

Owns: the choice of the main settings, their layout, and applying changes live.
Knows nothing of: where settings are kept, how settings are called (`labels`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from ...config import Option, describe, from_mapping
from ...config.option import Value
from ...config.saved_settings import is_name
from ...engine.engine import Engine
from ...engine.faults import guard
from .. import labels, markup
from ..border import shown
from ..host import Host
from ..memory_actions import ClickResult, faulty
from ..texts import say
from ..ui import Refresh, Ui

# Shares of a context that no host divides up by us, and what only a restart changes.
NOT_SHOWN_ENDING = "_token_percent"
WEIGHT_ENDING = "_weight"


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
            return ClickResult(words=say("settings.unsaved"))
        return ClickResult(words=say("settings.saved", where=host.save(changed)))

    return guard(engine.faults, "changing the settings", kept, lambda: faulty(engine))


class SettingsTab:
    """The tab under construction; it lives on in its callbacks."""

    def __init__(self, ui: Ui, refresh: Refresh) -> None:
        """Lay out the tab in the open row of tabs."""
        del refresh  # settings hold for every character
        self.ui = ui
        self.options = shown_options(ui.host)
        made: dict[str, Any] = {}
        with ui.add("Tab", {"label": "settings.title"}, id="settings"):
            for group in dict.fromkeys(one.group for one in self.options):
                ui.html(partial(_heading, group))
                for row in rows(self.options, group):
                    self._row(row, made)
            with ui.add("Accordion", {"label": "settings.weights"}, open=False):
                weights = [one for one in self.options if is_weight(one)]
                self._row(weights, made)
            self.apply = ui.add(
                "Button",
                {"value": "settings.apply"},
                variant="primary",
                elem_classes="ltm-narrow",
            )
            self.applied = ui.gr.HTML()
        self.controls = [made[one.name] for one in self.options]

    def connect(self, blocks: Any, shown: Sequence[Any]) -> None:
        """Have the button apply what the controls say."""
        del shown
        ui = self.ui
        ui.on(self.apply.click, self.on_apply, self.controls, [self.applied], **ui.busy)
        ui.on(blocks.load, self.on_show, None, self.controls, **ui.quiet)

    def on_apply(self, *values: object) -> str:
        """Apply the settings."""
        said = apply(self.ui.engine, self.ui.host, self.options, values)
        return markup.alone(said.html)

    def on_show(self) -> list[Any]:
        """Show the settings that hold now."""
        return list(current(self.ui.engine, self.options))

    def _row(self, options: Sequence[Option], made: dict[str, Any]) -> None:
        """Add the controls of some settings side by side, where there is room."""
        with self.ui.gr.Row(elem_classes="ltm-choose"):
            for one in options:
                made[one.name] = self._control(one)

    def _control(self, one: Option) -> Any:
        add = self.ui.add
        words = {"label": partial(labels.label, one), "info": partial(labels.help, one)}
        [value] = shown(current(self.ui.engine, [one]))
        if one.kind is bool:
            return add("Checkbox", words, value=value, min_width=240)
        if one.choices:
            chosen = words | {"choices": partial(labels.values, one)}
            return add("Dropdown", chosen, value=value, min_width=240)
        if one.kind is str:
            return add("Textbox", words, value=value, lines=2, min_width=240)
        precision = 0 if one.kind is int else None
        return add("Number", words, value=value, precision=precision, min_width=240)


def _heading(group: str) -> str:
    return markup.alone(markup.heading(labels.group(group)))
