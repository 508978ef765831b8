"""The settings as controls: presets, what was changed, simple and advanced ones.

Owns: their layout, and the tab's callbacks.
Knows nothing of: what a change does (`settings`), how settings are called (`labels`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from ...config import Option
from .. import labels, markup, settings
from ..border import shown as as_shown
from ..clicks import read_click
from ..memory_actions import ClickResult, PageState
from ..texts import say
from ..ui import Refresh, Ui

PART = "ltm-changed"
SIMPLE, ADVANCED = "simple", "advanced"


class SettingsTab:
    """The tab under construction; it lives on in its callbacks."""

    def __init__(self, ui: Ui, refresh: Refresh) -> None:
        """Lay out the tab in the open row of tabs."""
        self.ui = ui
        self.refresh = refresh
        self.options = settings.shown_options(ui.host)
        self.advanced: list[Any] = []
        made: dict[str, Any] = {}
        with ui.add_tab("settings", "settings.title") as self.tab:
            self._add_presets()
            self.said = ui.gr.HTML()
            self.changed = ui.gr.HTML()
            self.target = ui.click_target(PART)
            self.level = ui.add(
                "Radio",
                {"label": "settings.show", "choices": _levels},
                value=SIMPLE,
                interactive=True,
            )
            for group in dict.fromkeys(one.group for one in self.options):
                self._add_group(group, made)
            self._add_weights(made)
            self._add_templates(made)
            self.apply = ui.add(
                "Button",
                {"value": "settings.apply"},
                variant="primary",
                elem_classes="ltm-narrow",
            )
            self.applied = ui.gr.HTML()
        self.controls = [made[one.name] for one in self.options]
        self.written = [made[one.name] for one in self.options if one.holds]

    def _add_presets(self) -> None:
        ui = self.ui
        with ui.gr.Row(elem_classes="ltm-choose"):
            self.preset = ui.add(
                "Radio",
                {"label": "settings.preset", "choices": settings.presets},
                value=as_shown([settings.held_preset(ui.engine)])[0],
                interactive=True,
                scale=4,
            )
            self.use = ui.add(
                "Button", {"value": "settings.use"}, size="sm", scale=1, min_width=140
            )
        self.about = ui.gr.HTML()

    def _add_group(self, group: str, made: dict[str, Any]) -> None:
        """Add a group's settings; those that few want are hidden at first."""
        ui, gr = self.ui, self.ui.gr
        simple = settings.rows(self.options, group, simple=True)
        more = settings.rows(self.options, group, simple=False)
        if simple:
            ui.html(partial(_heading, group))
        for row in simple:
            self._row(row, made)
        if not more:
            return
        with gr.Column(visible=False) as column:
            if not simple:
                ui.html(partial(_heading, group))
            for row in more:
                self._row(row, made)
        self.advanced.append(column)

    def _add_weights(self, made: dict[str, Any]) -> None:
        weights = [one for one in self.options if settings.is_weight(one)]
        ui = self.ui
        with (
            ui.gr.Column(visible=False) as column,
            ui.add("Accordion", {"label": "settings.weights"}, open=False),
        ):
            self._row(weights, made)
        self.advanced.append(column)

    def _add_templates(self, made: dict[str, Any]) -> None:
        """Add how it is written, beside what that makes of the current chat."""
        ui, gr = self.ui, self.ui.gr
        with (
            ui.add(
                "Accordion", {"label": "settings.templates"}, open=False
            ) as self.fold,
            gr.Row(elem_classes="ltm-choose"),
        ):
            with gr.Column(min_width=320):
                for one in self.options:
                    if one.holds:
                        made[one.name] = self._control(one)
            with gr.Column(min_width=320):
                self.preview = gr.HTML()
        self.look = ui.add(
            "Button",
            {"value": "settings.look"},
            size="sm",
            elem_classes="ltm-narrow",
        )

    def connect(self, blocks: Any, shown: Sequence[Any]) -> None:
        """Have every control call its action."""
        del blocks, shown
        ui, chosen = self.ui, self.refresh.chosen
        drawn = [self.preset, self.about, self.changed, *self.controls]
        ui.on_select(self.tab, self.on_show, [], drawn)
        # What was done is said where it was done.
        above, below = [self.said, *drawn], [self.applied, *drawn]
        wanted = [chosen, *self.controls]
        ui.on(self.apply.click, self.on_apply, wanted, below, **ui.busy)
        ui.on(self.use.click, self.on_preset, [chosen, self.preset], above, **ui.busy)
        ui.on(
            self.preset.input,
            settings.about_preset,
            [self.preset],
            [self.about],
            **ui.quiet,
        )
        ui.on_click(self.target, self.on_reset, [chosen], above)
        ui.on(self.level.input, self.on_level, [self.level], self.advanced, **ui.quiet)
        looked = [self.fold, self.preview]
        ui.on(self.look.click, self.on_look, wanted, looked, **ui.busy)
        for one in self.written:
            ui.on(
                one.input,
                self.on_type,
                wanted,
                [self.preview],
                trigger_mode="always_last",
                **ui.quiet,
            )

    def on_show(self) -> tuple[Any, ...]:
        """Show the settings that hold now."""
        engine = self.ui.engine
        held = settings.held_preset(engine)
        return (
            self.ui.gr.update(value=held),
            settings.about_preset(held, brief=True),
            settings.changed(engine, self.options, PART),
            *settings.current(engine, self.options),
        )

    def on_apply(self, view: PageState, *values: object) -> tuple[Any, ...]:
        """Apply the settings; what cannot be used stays in its field."""
        ui = self.ui
        said = settings.apply(ui.engine, ui.host, self.options, values, view.scope)
        if said.failed:
            same = [ui.gr.update() for _ in range(3 + len(values))]
            return markup.alone(said.html), *same
        return self._done(said)

    def on_preset(self, view: PageState, name: object) -> tuple[Any, ...]:
        """Apply a preset."""
        ui = self.ui
        return self._done(settings.use_preset(ui.engine, ui.host, name, view.scope))

    def on_reset(self, payload: str, view: PageState) -> tuple[Any, ...]:
        """Have a default again, or all of them."""
        ui, click = self.ui, read_click(payload)
        if click.do not in ("reset", "reset-all"):
            return self._done(ClickResult())
        name = click.memory_id if click.do == "reset" else ""
        said = settings.reset(ui.engine, ui.host, self.options, name, view.scope)
        return self._done(said)

    def on_level(self, level: str) -> list[Any]:
        """Show or hide what few want to change."""
        update = self.ui.gr.update
        return [update(visible=level == ADVANCED) for _ in self.advanced]

    def on_look(self, view: PageState, *values: object) -> tuple[Any, ...]:
        """Show what the prompt would be with what stands in the fields."""
        return self.ui.gr.update(open=True), self.on_type(view, *values)

    def on_type(self, view: PageState, *values: object) -> str:
        """Show the same, while somebody types."""
        return settings.preview(self.ui.engine, view.scope, self.options, values)

    def _done(self, said: ClickResult) -> tuple[Any, ...]:
        return markup.alone(said.html), *self.on_show()

    def _row(self, options: Sequence[Option], made: dict[str, Any]) -> None:
        """Add the controls of some settings side by side, where there is room."""
        with self.ui.gr.Row(elem_classes="ltm-choose"):
            for one in options:
                made[one.name] = self._control(one)

    def _control(self, one: Option) -> Any:
        add = self.ui.add
        words = {"label": partial(labels.label, one), "info": partial(labels.help, one)}
        [value] = as_shown(settings.current(self.ui.engine, [one]))
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


def _levels() -> list[tuple[str, str]]:
    return [(say(f"settings.{one}"), one) for one in (SIMPLE, ADVANCED)]
