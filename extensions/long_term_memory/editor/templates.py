"""The page's HTML: templates that lie beside this module, filled with texts.

Owns: how templates are found and filled; every value is escaped but other templates'.
Knows nothing of: what stands in them.

They are read through the package, for it has one name as an extension, another in the
webui's user folder, and a third of its own.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from . import texts

if TYPE_CHECKING:
    from jinja2 import Environment


def macros(name: str) -> Any:
    """Return a template's macros, each to be called as a function that returns HTML."""
    return _environment().get_template(f"{name}.html").module


def joined(*parts: str) -> str:
    """Put pieces of HTML one after another; what is no HTML is escaped."""
    from markupsafe import Markup

    return Markup("").join(parts)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    made = Environment(
        loader=FunctionLoader(_source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"say": texts.say, "day": texts.day}
    return made


def _source(name: str) -> str:
    root = resources.files(__package__ or __name__.rpartition(".")[0])
    return (root / "templates" / name).read_text(encoding="utf-8")
