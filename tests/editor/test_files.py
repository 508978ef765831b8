"""What the page reads from beside its modules goes wherever the package goes."""

from __future__ import annotations

import fnmatch
import tomllib
from pathlib import Path

from long_term_memory import editor

EDITOR = Path(editor.__file__).parent
PROJECT = EDITOR.parent.parent.parent / "pyproject.toml"


def test_a_wheel_carries_every_file_of_the_page() -> None:
    read = tomllib.loads(PROJECT.read_text("utf-8"))
    patterns = read["tool"]["setuptools"]["package-data"]["long_term_memory"]
    files = [
        one
        for one in EDITOR.rglob("*")
        if one.is_file() and "__pycache__" not in str(one)
    ]
    carried = [
        one
        for one in files
        if one.suffix == ".py"
        or any(fnmatch.fnmatch(f"editor/{one.name}", each) for each in patterns)
    ]

    assert {one.suffix for one in files} >= {".html", ".toml", ".css", ".js", ".json"}
    assert carried == files
