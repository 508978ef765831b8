"""Answers as they were given once, shown in the description of the interface.

Owns: `examples.json`, which stands beside this module, and putting it in.
Knows nothing of: routes, how answers are made.

Each was recorded from a call, lists cut short; `tests/server/test_api_examples.py`
makes the calls again, and writes the file anew where `LTM_WRITE_EXAMPLES` is set.
"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any, Final

FILE: Final = "examples.json"
JSON: Final = "application/json"


def add_examples(paths: dict[str, Any], prefix: str) -> None:
    """Put an example beside each answer of the memory API.

    Args:
        paths: Those of an OpenAPI schema; they are changed.
        prefix: The address under which the memory API stands.
    """
    root = resources.files(__package__ or __name__.rpartition(".")[0])
    for name, answer in json.loads((root / FILE).read_text("utf-8")).items():
        method, path, status = name.split(" ")
        operation = paths.get(prefix + path, {}).get(method.lower())
        if operation is not None:
            operation["responses"][status]["content"][JSON]["example"] = answer
