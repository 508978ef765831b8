"""Templates with plain placeholders, filled so that no value can do harm.

Owns: which templates are sound, and filling them.
Knows nothing of: which templates there are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from string import Formatter
from typing import Final

from ..errors import ConfigError

LINES_KEPT: Final = 256
"""Of so many templates it is known what they hold; a prompt asks for each line."""


def template_fault(template: str, holds: Collection[str]) -> str:
    """Say what is wrong with a template, or return an empty string.

    Only plain placeholders are allowed: no attributes, indexes, formats, conversions.
    """
    try:
        parts = list(Formatter().parse(template))
    except ValueError as error:
        text = str(error)
        return f"has a brace astray ({text}); write {{{{ and }}}} for plain braces"
    allowed = ", ".join(f"{{{name}}}" for name in holds)
    for _, name, form, conversion in parts:
        if name is not None and (name not in holds or form or conversion):
            wrong = f"{name}{f'!{conversion}' if conversion else ''}"
            wrong += f":{form}" if form else ""
            return f"has the unknown placeholder {{{wrong}}}; it may hold {allowed}"
    return ""


@lru_cache(maxsize=LINES_KEPT)
def _parts(template: str) -> tuple[tuple[str, str | None], ...]:
    """Return a sound template's texts, each with the name of what follows it."""
    return tuple((text, name) for text, name, _, _ in Formatter().parse(template))


@lru_cache(maxsize=LINES_KEPT)
def _fault(template: str, holds: tuple[str, ...]) -> str:
    return template_fault(template, holds)


@lru_cache(maxsize=LINES_KEPT)
def placeholders(template: str) -> frozenset[str]:
    """Return the names that a sound template holds."""
    return frozenset(
        name for _, name, _, _ in Formatter().parse(template) if name is not None
    )


def fill(template: str, values: Mapping[str, str]) -> str:
    """Return a template with its placeholders replaced, in one pass.

    Braces in a value stay as they are.

    Raises:
        ConfigError: The template has a fault; it names it.
    """
    if fault := _fault(template, tuple(values)):
        raise ConfigError(f"The template {template!r} {fault}.")
    return "".join(
        literal + (values[name] if name is not None else "")
        for literal, name in _parts(template)
    )
