"""One odd text never breaks a page: half characters, control characters, megabytes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.core.types import Context, Query, Scope
from long_term_memory.editor.border import Border, shown
from long_term_memory.editor.host import Host
from long_term_memory.editor.memory_actions import PageState
from long_term_memory.editor.page import Page, build
from long_term_memory.editor.tabs.memories import MemoriesTab
from long_term_memory.editor.texts import say
from long_term_memory.engine.compose import LastTurn
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.faults import Faults, utc_now
from tests.editor.attacks import Attacker, serving
from tests.editor.conftest import NOW, tell
from tests.editor.gradios import the_gradio

HALF = "Half a \ud83d face"
ODD = (
    *(HALF, "\udce9.json", "nul\x00\x01\x1b[31m\x7f\x9b", "\u202eback\u2066", "\ufffe"),
    *("<b onclick=x>\"'&amp;</textarea>", "🧑\u200d🚀", "x" * 20_000, "\r\n\t "),
)
UNSHOWABLE = re.compile(
    r"[\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]"
)

odd_texts = st.text() | st.text(
    "\ud83d\udc31\x00\x1b\x9b\u202e\ufffe<&\"'\r\n", max_size=9
)
values = st.recursive(
    odd_texts | st.none() | st.integers(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abc"), inner),
)


@dataclass(frozen=True)
class Kept:
    text: str = HALF


def texts(value: Any) -> Iterator[str]:
    """Yield every text of an answer."""
    match value:
        case str():
            yield value
        case list() | tuple():
            for one in value:
                yield from texts(one)
        case dict():
            for one in value.values():
                yield from texts(one)


@given(values)
def test_every_answer_is_text_that_a_page_can_show(value: Any) -> None:
    answer = shown(value)

    assert not [text for text in texts(answer) if UNSHOWABLE.search(text)]
    json.dumps(answer, ensure_ascii=False).encode("utf-8")
    assert shown(answer) == answer


def test_what_is_kept_for_a_visitor_is_left_as_it_is() -> None:
    kept = Kept()

    _, same = shown((HALF, kept))

    assert same is kept


@pytest.mark.gradio
def test_a_callback_that_fails_changes_nothing_and_says_so() -> None:
    gr = the_gradio()
    said: list[str] = []

    class Told:
        """Gradio, but for where warnings go."""

        Request = gr.Request
        update = staticmethod(gr.update)
        Warning = staticmethod(said.append)

    faults = Faults(utc_now)
    border = Border(Told, faults)

    def wrong(text: str) -> str:
        raise ValueError(text)

    def wrong_later(text: str) -> Iterator[tuple[str, str]]:
        yield text, text
        raise ValueError(text)

    once = border.carry(wrong, 1)
    several = border.carry(wrong_later, 2)

    assert "value" not in once(None, HALF)
    first, second = several(None, HALF)
    assert first == (shown(HALF), shown(HALF))
    assert not [update for update in second if "value" in update]
    assert border.carry(wrong, 0)(None, HALF) is None
    assert all(say("common.failed") in words for words in said)
    assert len(said) == 3
    assert faults.last is not None
    assert "half" not in faults.last.words.lower()


@pytest.fixture
def odd_bank(engine: Engine) -> Scope:
    """A bank whose every name and text is odd."""
    scope = Scope(user="u\ud83d", character=f"Anna{HALF}\x00<i>")
    for number, text in enumerate(ODD):
        tell(engine, f"{text} {number}", text, f"Re: {text}", scope=scope)
        note = f"{text[:9_000]} {number}."
        engine.bank(scope).memories.add(note, pinned=number == 0)
    # Else every search waits for the meanings of what it may find.
    assert engine.bank(scope).settle()
    return scope


@pytest.fixture
def host(odd_bank: Scope) -> Host:
    query = Query(text=HALF)
    turn = LastTurn(at=NOW, scope=odd_bank, chat=HALF, query=query, context=Context())
    return Host(
        current=lambda: odd_bank,
        last_turn=lambda: turn,
        not_storing=lambda: HALF,
        setting_groups=("journal",),
        sample=True,
        folders=True,
        models=True,
    )


@pytest.mark.gradio
def test_the_page_names_no_text_longer_than_a_person_reads(
    engine: Engine, host: Host, odd_bank: Scope
) -> None:
    page = Page(engine, host)
    with the_gradio().Blocks(analytics_enabled=False) as blocks:
        page.build(blocks)
    long = Scope(user="default", character="n" * 1_000_000)
    tell(engine, "One", "Hello", "Hi", scope=long)
    refresh = page.ui.gr.carry(page.on_refresh, 3)
    memories = page.tab(MemoriesTab)
    status, bank, view = refresh(None, None, PageState())
    html, *_ = page.ui.gr.carry(memories.on_show, 3)(None, view)

    assert "Half a \ufffd face" in html
    assert "Half a \ufffd face" in status
    assert view.scope == odd_bank
    assert len(html) < 100_000
    for text in ("m" * 1_000_000, "<" * 1_000_000):
        tell(engine, text, text, text, scope=odd_bank)
    refresh(None, None, PageState())
    assert len(memories.draw(view)) < 200_000
    assert all(len(label) < 500 for label, _ in bank["choices"])


@pytest.mark.gradio
@pytest.mark.slow
def test_no_odd_text_ends_the_stream_of_a_page_or_any_of_its_events(
    engine: Engine, host: Host, odd_bank: Scope, tmp_path: Path
) -> None:
    from fastapi import FastAPI

    gr = the_gradio()
    with gr.Blocks() as blocks, gr.Tab("Memory"):
        build(engine, host, blocks)
    app = gr.mount_gradio_app(FastAPI(), blocks, path="/page", show_error=True)
    [first, *_] = engine.bank(odd_bank).memories.list()
    clicks = [
        json.dumps({"do": do, "id": first.id, "text": text})
        for do, text in (
            *(("edit", ""), ("save", HALF), ("earlier", ""), ("forget", "")),
            *(("ask", HALF), ("preview", HALF), ("check", HALF), ("page", "1")),
        )
    ]

    with serving(app) as url:
        attacker = Attacker(f"{url}/page")
        calls = attacker.calls([HALF, *clicks[:4]])
        answers = attacker.send(calls)
        after = attacker.send(attacker.calls([None]))
        attacker.close()

    done = [one for one in answers if one["msg"] == "process_completed"]
    assert len(done) == len(calls)
    assert "Half a \ufffd face" in json.dumps(after, ensure_ascii=False)
    for answer in (*answers, *after):
        for text in texts(answer):
            assert not UNSHOWABLE.search(text)
