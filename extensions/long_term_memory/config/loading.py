"""Settings out of mappings, a YAML file, the environment and flags.

Owns: checking of values, and what is said of a wrong one.
Knows nothing of: what the settings do, hosts, where files lie.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..errors import ConfigError
from .aliases import SECRETS, adopted, at_home, with_reranker, with_service
from .flags import named_by
from .option import TRUTHS, Option, Value, allowed_values
from .settings import GROUPS, OPTIONS, SHARES, Settings
from .template import placeholders, template_fault

# The predecessor's ltm_config.json has the same names in groups of its own.
PREDECESSOR_GROUPS = ("ltm_context", "ltm_writes", "ltm_reads")
# What a webui keeps among an extension's params beside settings.
WEBUI_KEYS = ("display_name", "is_tab")


def values_of(settings: Settings, *groups: str) -> dict[str, Value]:
    """Return the values of some groups, or of all, by name: a webui's `params`."""
    return {
        one.name: getattr(getattr(settings, one.group), one.name)
        for one in OPTIONS.values()
        if one.group in (groups or GROUPS)
    }


def from_mapping(
    values: object, base: Settings | None = None
) -> tuple[Settings, list[str]]:
    """Read settings over others; what is wrong costs that one option.

    Args:
        values: A mapping of names to values, flat or in groups; a webui's `params`
            and the predecessor's configuration are such.
        base: What the values change; None takes the defaults.

    Returns:
        The settings, and a sentence on each fault.
    """
    base = base or Settings()
    settings, problems = _merged(base, values)
    if fault := _shares_fault(settings):
        shares = {name: getattr(base.prompt, name) for name in SHARES}
        settings = replace(settings, prompt=replace(settings.prompt, **shares))
        problems.append(fault)
    return settings, problems


def predecessor_settings(
    path: Path, base: Settings | None = None
) -> tuple[Settings, list[str]]:
    """Read the predecessor's ltm_config.json over others; see `from_mapping`."""
    settings = base or Settings()
    try:
        values = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        return settings, [f"{path}: cannot be read as JSON, so it is ignored: {error}"]
    settings, problems = from_mapping(values, settings)
    return settings, [f"{path}: {problem}" for problem in problems]


def load_server_settings(
    yaml_path: Path | None, environ: Mapping[str, str], flags: Mapping[str, object]
) -> Settings:
    """Read the server's settings: defaults < YAML < environment < flags.

    Args:
        yaml_path: The file, or None.
        environ: The environment. Of unknown LTM_ variables only those that look like a
            slip are refused, for the prefix is not ours alone.
        flags: Values by name; None where a flag was not given.

    Raises:
        ConfigError: All that is wrong, one line each.
    """
    settings, problems = Settings(), []
    if yaml_path:
        try:
            settings, found = _merged(settings, _read_yaml(yaml_path))
            problems += [f"{yaml_path}: {problem}" for problem in found]
        except ConfigError as error:
            problems.append(str(error))
    for variable, name, value in _from_environment(adopted(environ)):
        settings, found = _merged(settings, {name: value})
        problems += [f"{variable}: {problem}" for problem in found]
    for flag, given in flags.items():
        settings, found = _merged(settings, {} if given is None else {flag: given})
        problems += [f"{named_by(flag)}: {problem}" for problem in found]
    problems += filter(None, [_shares_fault(settings)])
    if problems:
        raise ConfigError("\n".join(problems))
    settings = at_home(settings, environ)
    return with_reranker(with_service(settings, environ), environ)


def given_names(
    yaml_path: Path | None, environ: Mapping[str, str], flags: Mapping[str, object]
) -> frozenset[str]:
    """Return the settings that are named where the server is started."""
    told = _read_yaml(yaml_path) if yaml_path else {}
    named = (
        {str(name) for name, _ in _flat(told)} if isinstance(told, Mapping) else set()
    )
    named |= {name for _, name, _ in _from_environment(adopted(environ))}
    return frozenset(
        named | {name for name, value in flags.items() if value is not None}
    )


def _read_yaml(path: Path) -> object:
    """Return a YAML file's content, an empty mapping for an empty file."""
    from yaml import YAMLError, safe_load

    try:
        content = safe_load(path.read_text("utf-8-sig"))
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read ({error.strerror}). Name another file, or none."
        ) from error
    except (ValueError, RecursionError, YAMLError) as error:
        where = " ".join(str(error).split())
        raise ConfigError(f"{path}: is no valid YAML: {where}") from error
    return {} if content is None else content


def _from_environment(environ: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield variable, setting and value, also of variables that look like a slip.

    An empty variable counts as not set. Of two names of one setting the first counts.
    """
    known = {name for one in OPTIONS.values() for name in one.variables} | set(SECRETS)
    for one in OPTIONS.values():
        name = next((name for name in one.variables if environ.get(name)), None)
        if name:
            yield name, one.name, environ[name]
    for name in sorted(set(environ) - known):
        setting = name.removeprefix("LTM_").lower()
        if name.startswith("LTM_") and (setting in OPTIONS or _near(setting)):
            yield name, setting, environ[name]


def _merged(settings: Settings, values: object) -> tuple[Settings, list[str]]:
    """Return settings with those values that are sound, and what is wrong."""
    if not isinstance(values, Mapping):
        fault = f"Settings must be names with values, not {_shown(values)}."
        return settings, [fault]
    problems = []
    for name, value in _flat(values):
        try:
            settings = _changed(settings, name, value)
        except ConfigError as error:
            problems.append(str(error))
    return settings, problems


def _flat(values: Mapping[Any, object]) -> Iterator[tuple[object, object]]:
    """Yield names and values; groups are opened, empty ones passed over."""
    for name, value in values.items():
        if name in (*GROUPS, *PREDECESSOR_GROUPS) and isinstance(value, Mapping):
            yield from value.items()
        elif name not in WEBUI_KEYS and not (name in GROUPS and value is None):
            yield name, value


def _changed(settings: Settings, name: object, value: object) -> Settings:
    """Return settings with one value changed; raise ConfigError if it is wrong."""
    one = OPTIONS.get(name) if isinstance(name, str) else None
    if one is None:
        near = _near(str(name))
        way_out = f"Did you mean {near}?" if near else "docs/configuration.md has all."
        raise ConfigError(f"There is no setting {_shown(name)}. {way_out}")
    read = _converted(one.kind, value)
    if fault := _fault(one, read):
        raise ConfigError(f"{one.name} {fault}.")
    group = replace(getattr(settings, one.group), **{one.name: read})
    return replace(settings, **{one.group: group})


def _converted(kind: type[Value], value: object) -> object:
    """Return a value as its setting's type, if it can be read so; else as it is."""
    if kind is bool and isinstance(value, str):
        return TRUTHS.get(value.strip().lower(), value)
    if kind in (bool, str) or isinstance(value, bool):
        return value
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return value
    return int(number) if kind is int and number.is_integer() else number


def _fault(one: Option, value: Any) -> str:
    """Say what is wrong with a value, or return an empty string."""
    allowed = type(value) is one.kind
    if allowed and one.within:
        low, high = one.within
        allowed = low <= value <= high  # not for NaN
    elif allowed and one.choices:
        allowed = value in one.choices
    elif allowed and one.holds:
        return _template_fault(one, value)
    elif allowed and one.kind is str:
        empty = not value.strip()
        allowed = _is_plain(value) and (not empty or value == one.default)
    return "" if allowed else f"must be {allowed_values(one)}, not {_shown(value)}"


def _is_plain(text: str) -> bool:
    """Whether a text can be a name or a path everywhere: nothing that is no letter."""
    return not any(letter < " " or "\ud800" <= letter <= "\udfff" for letter in text)


def _template_fault(one: Option, template: str) -> str:
    """Say what is wrong with a template of a setting; an empty one may be allowed."""
    if template == one.default:
        return ""
    if fault := template_fault(template, one.holds):
        return fault
    needed = one.holds[0]
    if needed not in placeholders(template):
        return f"lacks {{{needed}}}, without which no memory is shown"
    return ""


def _shares_fault(settings: Settings) -> str:
    """Say so if the shares of the context come to more than the whole."""
    total = sum(getattr(settings.prompt, name) for name in SHARES)
    if total <= 100:
        return ""
    names = ", ".join(SHARES)
    return f"{names} come to {total}; lower them to 100 or less together."


def _shown(value: object) -> str:
    """Return a value for a message, short and printable."""
    text = ascii(value) if not isinstance(value, str) else ascii(value[:60])
    return text if len(text) <= 60 else f"{text[:57]}..."


def _near(name: str) -> str:
    """Return the setting that was probably meant, or an empty string."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(name[:100].lower(), OPTIONS, 1, 0.75)), "")
