"""What clients and people see of the program before anything is remembered.

tests/test_docs.py holds settings, `.env.example` and the help of the commands.
"""

from __future__ import annotations

import json
from pathlib import Path

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.server.app import create_app
from long_term_memory.server.openapi import describe

from .conftest import Golden


def test_the_description_of_the_interface_is_the_same(golden: Golden) -> None:
    # Nothing is opened to be described.
    app = create_app(build_engine(Settings(), Path("nowhere")), Settings())

    golden("openapi.json", json.dumps(describe(app), indent=1, sort_keys=True))
