"""The settings that a person changed while the program ran, in the memories' folder.

Owns: which may be kept, the file `settings.yaml`, how it is written and read.
Knows nothing of: who changes them, what they do.

What is kept lies beside the memories, and comes along with a folder that somebody gave
away. So nothing is kept that names a model, a file or an address, or who may ask: a
model's folder may hold code, and an address is told what is chatted.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ..errors import StoreError
from ..files import make_private_file, make_private_folder
from .loading import from_mapping
from .option import Option, Value
from .settings import OPTIONS, Settings

SAVED_FILE: Final = "settings.yaml"
_HEAD: Final = (
    "# Settings that were changed on the page or by `ltm config`. They win over the\n"
    "# defaults; what is set where the server is started wins over them.\n"
)
# A file of settings is short; a longer one is none.
_MOST_BYTES: Final = 100_000
_OF_THE_START = ("server", "upstream", "encryption", "webui", "companion", "extras")


def is_name(one: Option) -> bool:
    """Say whether a setting names a model, a file or an address.

    Whatever is a text but no template and no choice counts, so that none is missed.
    """
    return one.kind is str and not one.choices and not one.holds


def can_be_saved(one: Option) -> bool:
    """Say whether a setting may be kept."""
    return one.group not in _OF_THE_START and not is_name(one)


def with_saved(
    settings: Settings, saved: Mapping[str, Any], given: frozenset[str]
) -> tuple[Settings, list[str]]:
    """Return settings with what is saved, but for what was given at the start.

    Returns:
        The settings, and a sentence on each saved one that cannot be used.
    """
    known = {name for name, one in OPTIONS.items() if can_be_saved(one)}
    foreign = [
        f"{name} is none that can be saved, so it is not taken."
        for name in saved
        if name not in known
    ]
    taken = {name: saved[name] for name in saved if name in known - given}
    found, problems = from_mapping(taken, settings)
    return found, foreign + problems


def changes(before: Settings, after: Settings) -> dict[str, Value]:
    """Return the settings that differ and can be saved, with their later values."""
    return {
        name: value_of(after, one)
        for name, one in OPTIONS.items()
        if can_be_saved(one) and value_of(before, one) != value_of(after, one)
    }


def value_of(settings: Settings, one: Option) -> Value:
    """Return the value of a setting."""
    value: Value = getattr(getattr(settings, one.group), one.name)
    return value


def saved_settings(data_dir: Path) -> dict[str, Any]:
    """Return what is saved; empty if nothing is.

    Raises:
        StoreError: The file cannot be read.
    """
    from yaml import YAMLError, safe_load

    file = data_dir / SAVED_FILE
    try:
        with file.open("rb") as stream:
            found = safe_load(stream.read(_MOST_BYTES).decode("utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, RecursionError, YAMLError) as error:
        raise StoreError(
            f"{file} cannot be read as settings. Correct it, or delete it to have the "
            "defaults."
        ) from error
    return (
        {str(name): value for name, value in found.items()}
        if isinstance(found, dict)
        else {}
    )


def save_settings(data_dir: Path, changed: Mapping[str, Any]) -> Path:
    """Write settings beside those that are saved; None takes one out.

    Returns:
        The file.

    Raises:
        StoreError: It cannot be read or written.
    """
    from yaml import safe_dump

    kept = {**saved_settings(data_dir), **changed}
    kept = {name: value for name, value in kept.items() if value is not None}
    file = data_dir / SAVED_FILE
    draft = file.with_suffix(".new")
    try:
        make_private_folder(data_dir)
        make_private_file(draft)
        text = _HEAD + safe_dump(kept, allow_unicode=True)
        draft.write_text(text, "utf-8")
        draft.replace(file)
    except OSError as error:
        why = error.strerror or error
        raise StoreError(f"{file} cannot be written: {why}.") from error
    return file
