"""The settings that a person changed while the program ran, in the memories' folder.

Owns: the file `settings.yaml`, and how it is written.
Knows nothing of: what settings there are, and where else they come from.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ..errors import StoreError
from ..files import make_private_file, make_private_folder

SAVED_FILE: Final = "settings.yaml"
_HEAD: Final = (
    "# Settings that were changed on the page or by `ltm config`. They win over the\n"
    "# defaults; what is set where the server is started wins over them.\n"
)
# A file of settings is short; a longer one is none.
_MOST_BYTES: Final = 100_000


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
