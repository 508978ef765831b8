"""What the commands print for programs, after one chat was imported."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from long_term_memory import cli
from tests.importers.foreign import put, webui_log

from .conftest import Golden

ROWS = [
    ("My sister Mira keeps bees behind the old mill.", "How many hives?"),
    ("Nine. I work as a baker in Turku.", "Bread and honey, then."),
    ("I am allergic to walnuts, remember that.", "I promise to keep them away."),
]
TIMES = ["Nov 21, 2026 10:00", "Nov 21, 2026 10:05", "Nov 22, 2026 9:00"]
ASKED = (
    ("search", "bees", "--words"),
    ("search", "walnuts", "--words", "--limit", "2"),
    ("history",),
    ("history", "one"),
    ("stats",),
    ("config",),
    ("export", "{folder}/out.csv"),
    ("forget", "--chat", "one", "--dry-run"),
    ("versions", "0"),
)
SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.?\d*(?=[+Z])")
BY_CHANCE = re.compile(r'("(?:bytes|batch|\w+_seconds)": )[^,\n]+')


def test_json_of_the_commands_is_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], golden: Golden
) -> None:
    put(tmp_path / "chat/Miku/one.json", webui_log(*ROWS, times=TIMES))
    data = str(tmp_path / "data")
    told: list[str] = []
    for asked in (("import", "{folder}/chat"), *ASKED):
        words = [word.format(folder=tmp_path) for word in asked]
        code = cli.main([*words, "--json", "--data-dir", data])
        printed = capsys.readouterr().out
        if printed.startswith(("{", "[")):
            printed = json.dumps(json.loads(printed), indent=1)
        told += [f"$ ltm {' '.join(words)}: {code}", printed]

    found = "\n".join(told).replace(str(tmp_path), "FOLDER")
    golden("commands.txt", BY_CHANCE.sub(r"\1N", SECONDS.sub("TIME", found)))
