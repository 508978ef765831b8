"""What is known about one setting, and how a setting is declared.

Owns: `option`, by which the groups declare, and `Option`, by which others read.
Knows nothing of: which settings there are.
"""

from __future__ import annotations

from dataclasses import field
from typing import Any, NamedTuple

Number = int | float
Value = bool | int | float | str

TRUTHS = {"true": True, "yes": True, "on": True, "1": True}
TRUTHS |= {"false": False, "no": False, "off": False, "0": False}


def option(
    default: Value,
    sentence: str,
    *,
    within: tuple[Number, Number] | None = None,
    choices: tuple[str, ...] = (),
    holds: tuple[str, ...] = (),
    aliases: tuple[str, ...] = (),
) -> Any:
    """Return a dataclass field that carries all that is known about a setting.

    Args:
        default: Its value unless told otherwise; its type is the setting's type.
        sentence: What it does, for people.
        within: Lowest and highest value.
        choices: The only values allowed.
        holds: For a template, its placeholders; the first one is required.
        aliases: Further names of its environment variable.
    """
    known = {
        "sentence": sentence,
        "within": within,
        "choices": choices,
        "holds": holds,
        "aliases": aliases,
    }
    return field(default=default, metadata=known)


class Option(NamedTuple):
    """What is known about one setting; see `option`."""

    group: str
    name: str
    default: Value
    sentence: str
    within: tuple[Number, Number] | None
    choices: tuple[str, ...]
    holds: tuple[str, ...]
    aliases: tuple[str, ...]

    @property
    def kind(self) -> type[Value]:
        """bool, int, float or str."""
        return type(self.default)

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of its environment variables; the first that is set counts."""
        return (f"LTM_{self.name.upper()}", *self.aliases)


def allowed_values(one: Option) -> str:
    """Say in words which values a setting takes."""
    if one.choices:
        return " or ".join(one.choices)
    if one.holds:
        return "a text with " + ", ".join(f"{{{name}}}" for name in one.holds)
    words = {bool: "true or false", int: "a whole number", float: "a number"}
    span = f" from {one.within[0]} to {one.within[1]}" if one.within else ""
    return words.get(one.kind, "a text") + span
