"""One story told to a bank: what it recalls, writes, stores and exports."""

from __future__ import annotations

import gc
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from zipfile import ZipFile

import pytest

from long_term_memory.core.types import Query, Recalled
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.maintenance.backups import back_up
from long_term_memory.exporters.export_job import text

from .conftest import Golden
from .story import ASKED, MIKU, Clock, a_request, an_engine, tell

# Named by the process, and by the id of the chat.
OPEN_BY = re.compile(r"open-by-\d+-[0-9a-f]+")
LOG_OF = re.compile(r"\.[a-z2-7]{8}\.jsonl$")
CANDIDATES = 12


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine that the story was told to."""
    clock = Clock()
    engine = an_engine(tmp_path_factory.mktemp("golden") / "data", clock)
    tell(engine.bank(MIKU), clock)
    yield engine
    engine.close()
    gc.collect()


@pytest.fixture
def bank(told: Engine) -> Bank:
    """Miku's bank."""
    return told.bank(MIKU)


def words(content: str) -> int:
    """Count a text's tokens, as words."""
    return len(content.split())


def rounded(value: object) -> object:
    """Return a value with numbers of five digits; other machines add otherwise."""
    if isinstance(value, float):
        return float(f"{value:.5g}")
    if isinstance(value, dict):
        return {name: rounded(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(one) for one in value]
    return value


def scored(item: Recalled) -> str:
    """Return a memory with its score, chance and signals, to five digits."""
    chance = "-" if item.chance is None else f"{item.chance:.5g}"
    values = {**item.parts.values, "distance": item.parts.distance}
    parts = " ".join(f"{name}={value:.5g}" for name, value in values.items() if value)
    return f"{item.score:.5g} {chance} {item.memory.content!r} {parts}"


@pytest.mark.parametrize("number", range(len(ASKED)))
def test_a_question_recalls_the_same_with_the_same_scores(
    bank: Bank, golden: Golden, number: int
) -> None:
    chat = bank.chat("evening", host="test")
    visible = chat.newest_ids(10)
    asked = ASKED[number]

    gated = chat.recall(Query(text=asked, visible=visible))
    ungated = chat.recall(Query(text=asked, visible=visible, gated=False))

    found = [f"> {asked}", *map(scored, gated), "ungated:", *map(scored, ungated)]
    golden(f"recall_{number}.txt", "\n".join(found))


def test_prompts_are_the_same(bank: Bank, golden: Golden) -> None:
    chat = bank.chat("evening", host="test")
    blocks: list[str] = []
    for asked in ASKED:
        context = chat.compose(a_request(asked, words))
        blocks += [f"> {asked}", context.head.text, "---", context.recall.text, ""]

    golden("prompts.txt", "\n".join(blocks))


def test_reasons_are_the_same(bank: Bank, golden: Golden) -> None:
    chat = bank.chat("evening", host="test")

    told = [asdict(chat.explain(Query(text=asked))) for asked in ASKED[:2]]
    for reasons in told:
        reasons["candidates"] = reasons["candidates"][:CANDIDATES]

    golden("reasons.json", json.dumps(rounded(told), indent=1, default=str))


@pytest.mark.parametrize("form", ["jsonl", "csv", "md"])
def test_exports_are_the_same(bank: Bank, golden: Golden, form: str) -> None:
    golden(f"export.{form}", "".join(text(bank, form)))


def test_files_on_disk_are_the_same(told: Engine, golden: Golden) -> None:
    folder = told.data_dir
    # Chunks of vectors come and go with how many were embedded at once.
    files = sorted(
        LOG_OF.sub(
            ".ID.jsonl", OPEN_BY.sub("open-by-N", path.relative_to(folder).as_posix())
        )
        for path in folder.rglob("*")
        if path.is_file() and not {"c", "backups"} & set(path.parts)
    )

    golden("files.txt", "\n".join(files))


def test_the_databases_hold_the_same(
    told: Engine, golden: Golden, tmp_path: Path
) -> None:
    [file] = told.data_dir.rglob("memory.sqlite3")
    with (
        closing(sqlite3.connect(file)) as live,
        closing(sqlite3.connect(tmp_path / "copy")) as copy,
    ):
        live.backup(copy)
        dump = "\n".join(copy.iterdump())
        pragmas = [
            copy.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("application_id", "user_version")
        ]

    golden("database.sql", f"-- {pragmas}\n{dump}")


def test_chat_logs_are_the_same(told: Engine, golden: Golden) -> None:
    logs = sorted(told.data_dir.rglob("*.jsonl"))

    golden("chat_log.jsonl", "".join(log.read_text("utf-8") for log in logs))


def test_the_manifest_of_a_backup_is_the_same(told: Engine, golden: Golden) -> None:
    saved = back_up(told)

    with ZipFile(saved.archive.path) as packed:
        manifest = json.loads(packed.read("manifest.json"))
        names = sorted(packed.namelist())
    for bank in manifest["banks"]:
        assert bank.pop("blake2b")

    golden("manifest.json", json.dumps([manifest, names], indent=1))
