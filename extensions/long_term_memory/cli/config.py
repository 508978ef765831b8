"""`ltm config`: look at the settings, and change those that can be kept.

Owns: where a setting's value comes from, in words; changing it.
Knows nothing of: what the settings do, how a change is written.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from ..config import (
    OPTIONS,
    PRESETS,
    Option,
    Settings,
    can_be_saved,
    from_mapping,
    given_names,
    load_server_settings,
    preset_of,
    preset_values,
    value_of,
)
from ..config.option import allowed_values
from ..config.presets import BALANCED
from ..config.saved_settings import SAVED_FILE, save_settings, saved_settings
from ..errors import InvalidInput, NotFound
from . import sentences
from .options import DataDir, Json, adopt_env_file, meant, tell, tell_json, with_kept

PRESET: Final = "preset"
"""Not the name of a setting, but of several at once."""


def config(
    name: Annotated[
        str,
        typer.Argument(
            help="A setting; none lists all; `preset` is several at once.",
            metavar="NAME",
        ),
    ] = "",
    value: Annotated[
        str | None,
        typer.Argument(
            help="What it is from now on; of `preset` its name, none lists them.",
            metavar="VALUE",
        ),
    ] = None,
    reset: Annotated[
        bool, typer.Option("--reset", help="Have the default again.")
    ] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Show the settings and where each comes from, or change one for good.

    `preset few-tokens`, `preset remember-everything` and `preset long-stories` set
    what belongs together, `preset balanced` has the defaults of it again.

    A change holds from the next start of the server on. What names a model, a file or
    an address is not kept beside the memories: set it where the server is started, by
    a flag, in the environment or in .env.
    """
    adopt_env_file()
    flags = {"data_dir": data_dir}
    settings = load_server_settings(None, os.environ, flags)
    given = given_names(None, os.environ, flags)
    settings = with_kept(settings, given)
    folder = Path(settings.server.data_dir)
    if name == PRESET:
        chosen = BALANCED if reset else value
        _presets(settings, given, folder, chosen, as_json=as_json)
        return
    one = _option(name) if name else None
    if one is None or (value is None and not reset):
        saved = frozenset(saved_settings(folder)) - given
        shown = [one] if one is not None else list(OPTIONS.values())
        _show(settings, shown, given, saved, as_json=as_json, whole=one is not None)
        return
    if not can_be_saved(one):
        raise InvalidInput(
            sentences.SETTING_OF_THE_START.format(
                name=one.name, variable=one.variables[0]
            )
        )
    kept = None if reset else _checked(settings, one, value or "")
    file = save_settings(folder, {one.name: kept})
    if as_json:
        tell_json({"name": one.name, "value": one.default if reset else kept})
        return
    told = sentences.DEFAULT_AGAIN if reset else repr(kept)
    tell(sentences.SETTING_KEPT.format(name=one.name, told=told, file=file))
    if one.name in given:
        tell(sentences.SETTING_GIVEN)


def _presets(
    settings: Settings,
    given: frozenset[str],
    folder: Path,
    chosen: str | None,
    *,
    as_json: bool,
) -> None:
    """List the presets, or keep all that one of them sets."""
    if chosen is None:
        held = preset_of(settings)
        if as_json:
            listed = [
                {"name": one, "values": preset_values(one), "held": one == held}
                for one in PRESETS
            ]
            tell_json(listed)
            return
        for one, sets in PRESETS.items():
            told = ", ".join(f"{name}={value!r}" for name, value in sets.items())
            mark = sentences.PRESET_HELD if one == held else ""
            tell(f"{one}{mark}: {told or sentences.PRESET_DEFAULTS}")
        return
    if chosen not in PRESETS:
        near = meant(chosen, PRESETS)
        listed_names = ", ".join(PRESETS)
        raise NotFound(
            sentences.NO_PRESET.format(name=chosen, meant=near, listed=listed_names)
        )
    values = preset_values(chosen)
    kept = {
        one: None if value == OPTIONS[one].default else value
        for one, value in values.items()
    }
    file = save_settings(folder, kept)
    if as_json:
        tell_json({"preset": chosen, "values": values})
        return
    tell(sentences.PRESET_KEPT.format(name=chosen, file=file))
    if stay := sorted(given & set(values)):
        tell(sentences.PRESET_GIVEN.format(names=", ".join(stay)))


def _option(name: str) -> Option:
    one = OPTIONS.get(name.replace("-", "_"))
    if one is None:
        raise NotFound(
            sentences.NO_SETTING.format(name=name, meant=meant(name, OPTIONS))
        )
    return one


def _checked(settings: Settings, one: Option, value: str) -> Any:
    changed, problems = from_mapping({one.name: value}, settings)
    if problems:
        raise InvalidInput(" ".join(problems))
    return value_of(changed, one)


def _show(
    settings: Settings,
    options: list[Option],
    given: frozenset[str],
    saved: frozenset[str],
    *,
    as_json: bool,
    whole: bool,
) -> None:
    def source(one: Option) -> str:
        if one.name in given:
            return "environment"
        return SAVED_FILE if one.name in saved else "default"

    if as_json:
        tell_json(
            [
                {
                    "name": one.name,
                    "group": one.group,
                    "value": value_of(settings, one),
                    "from": source(one),
                    "default": one.default,
                }
                for one in options
            ]
        )
        return
    for one in options:
        mark = "" if source(one) == "default" else f"  ({source(one)})"
        tell(f"{one.name} = {value_of(settings, one)!r}{mark}")
        if whole:
            tell(
                sentences.SETTING_ABOUT.format(
                    sentence=one.sentence, allowed=allowed_values(one)
                )
            )
