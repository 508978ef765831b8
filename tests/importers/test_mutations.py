"""No damage to a file ends an import, hangs it, or makes a memory unusable.

`LTM_MUTATIONS` says how many damaged files of each format are tried.
"""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest

from long_term_memory.core.maintenance import Level
from long_term_memory.core.types import Query
from long_term_memory.engine.engine import Engine
from long_term_memory.exporters.export_job import FORMATS, text
from long_term_memory.importers.file_content import ImportOptions
from long_term_memory.importers.import_job import OUR_FAULT, Import
from long_term_memory.storage.sqlite.check import examine
from long_term_memory.storage.sqlite.layout import bank_folder

from .foreign import put
from .mutations import mutated
from .samples import NAMES, samples

COUNT = int(os.environ.get("LTM_MUTATIONS", "200"))
FIRST = int(os.environ.get("LTM_MUTATIONS_FROM", "0"))
# A whole import of a small file takes some hundredths of one.
SECONDS = 20
# So many go into one engine before its memories are looked at.
ROUND = 8 if COUNT < 1_000 else 40


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Fail what takes longer."""

    def late(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"longer than {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def use(engine: Engine) -> None:
    """Recall, search, export and look at every memory there is."""
    for scope in engine.scopes():
        bank = engine.bank(scope)
        query = Query(text="Who keeps bees?", gated=False)
        bank.chat("new", host="webui").recall(query)
        bank.memories.search("bees")
        for chat in bank.chats():
            for host, name in chat.names:
                bank.chat(name, host=host).path()
        for format in FORMATS:
            for part in text(bank, format):
                part.encode("utf-8", "surrogatepass")
        found = examine(bank_folder(engine.data_dir, scope), engine.now())
        assert [one for one in found if one.level is Level.FAULT] == []


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="no alarm on this system")
@pytest.mark.parametrize("name", NAMES)
def test_damage_costs_the_damaged_file_alone(
    open_engine: Callable[[str], Engine],
    inbox: Path,
    tmp_path: Path,
    name: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    found = samples(tmp_path)
    sample, others = found[name], [one.data for one in found.values()]
    engine = open_engine("data")
    with caplog.at_level(logging.ERROR):
        for seed in range(FIRST, FIRST + COUNT):
            spoilt = mutated(sample.data, others, seed)
            path = put(inbox / f"{seed % ROUND}" / sample.path, spoilt)
            wishes = ImportOptions(character=sample.character if sample.named else "")
            with within(SECONDS):
                report = Import(engine, wishes).run([path], learn=False)
                assert report.files[0].words != OUR_FAULT, (seed, caplog.text)
                if seed % ROUND == ROUND - 1:
                    use(engine)
            if seed % 400 == 399:
                engine.close()
                engine = open_engine(f"data{seed}")
        use(engine)
    assert caplog.text == ""
