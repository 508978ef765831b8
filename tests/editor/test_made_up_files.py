"""No event of the page reads, copies, fetches or deletes a file that it is told of.

The page stands in Blocks of a host, as in the webui's tab. It is mounted, so Gradio's
own check of uploads is off in the newest version: what holds here holds everywhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from long_term_memory.core.types import Context, Query, Scope
from long_term_memory.editor.host import Host
from long_term_memory.editor.page import build
from long_term_memory.engine.compose import LastTurn
from long_term_memory.engine.engine import Engine
from tests.editor.attacks import (
    SECRET,
    Attacker,
    copies,
    made_up,
    serving,
    tempting,
)
from tests.editor.conftest import NOW
from tests.editor.gradios import the_gradio

# All shapes take a minute: LTM_ATTACKS=all.
EVERY_SHAPE = os.environ.get("LTM_ATTACKS") == "all"

pytestmark = [
    pytest.mark.gradio,
    pytest.mark.slow,
]


@pytest.fixture
def gr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "gradio"))
    return the_gradio()


@pytest.fixture
def attacker(gr: Any, engine: Engine, anna: Scope) -> Iterator[Attacker]:
    """An attacker before the tab, with everything that a host can lend it."""
    from fastapi import FastAPI

    turn = LastTurn(
        at=NOW, scope=anna, chat="Picnic", query=Query(text="Miso?"), context=Context()
    )
    host = Host(
        last_turn=lambda: turn,
        setting_groups=("embedding",),
        sample=True,
        folders=True,
        models=True,
    )
    with gr.Blocks() as blocks, gr.Tab("Memory"):
        build(engine, host, blocks)
    app = gr.mount_gradio_app(FastAPI(), blocks, path="/page")
    with serving(app) as url:
        made = Attacker(f"{url}/page")
        yield made
        made.close()


def test_no_event_reads_copies_fetches_or_deletes_what_it_is_told(
    attacker: Attacker, engine: Engine, tmp_path: Path
) -> None:
    outside = tmp_path / "canary.txt"
    inside = engine.data_dir / "canary2.txt"
    for canary in (outside, inside):
        canary.write_text(SECRET)

    with tempting() as (address, asked):
        values = [*made_up(outside, address), *made_up(inside, address)[:1]]
        if not EVERY_SHAPE:
            values = values[1::3]
        calls = attacker.calls(values)
        answers = attacker.send(calls)

    assert len(calls) > 100
    assert SECRET not in str(answers)
    assert asked == []
    assert copies(tmp_path) == [outside, inside]
    done = [one for one in answers if one["msg"] == "process_completed"]
    assert len(done) == len(calls)


def test_an_upload_is_taken_over_and_nothing_of_it_stays_where_it_landed(
    attacker: Attacker, engine: Engine, tmp_path: Path
) -> None:
    sent = attacker.client.post(
        f"{attacker.api}/upload", files={"files": ("a.jsonl", SECRET)}
    )
    [path] = sent.json()
    [event] = [
        one.get("id", place)
        for place, one in enumerate(attacker.events)
        if any(kind == "upload" for _, kind in one["targets"])
    ]
    lent = [{"path": path, "meta": {"_type": "gradio.FileData"}}]

    [*_, answer] = [
        one
        for one in attacker.send([(event, [lent, None])])
        if one["msg"] == "process_completed"
    ]

    assert "1 file chosen" in str(answer)
    [copy] = copies(tmp_path)
    assert copy.is_relative_to(engine.data_dir / "uploads")
