"""When a turn is put into the record, and what of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from long_term_memory.config import Settings
from long_term_memory.core.types import Scope
from long_term_memory.engine.bank import Bank
from long_term_memory.server.openai.completion import Answered
from long_term_memory.server.openai.pipeline import CompletionPipeline
from long_term_memory.server.usage import Usage

from .api_client import LINES, an_api, window
from .passing import pass_chat
from .tavern import NODE, Tavern, a_memory

CAT = "What is my cat called?"
SERAPHINA = Scope(user="default", character="Seraphina")


def test_a_composed_prompt_is_recorded_once(tmp_path: Path) -> None:
    with an_api(tmp_path) as (api, _):
        api.show("one", *LINES)
        api.told("POST", "/compose", {"chat": "one", "text": CAT})
        assert len(api.told("GET", "/recalls")["recalls"]) == 1
        shown = window("one", *LINES, ("user", "Anna", CAT))
        api.told("POST", "/turns", {"window": shown, "prompt": {"text": CAT}})
        assert len(api.told("GET", "/recalls")["recalls"]) == 2


def test_a_turn_is_recorded_when_its_reply_is_there(tmp_path: Path) -> None:
    with a_memory(tmp_path) as memory:
        bank = prepared_bank(memory)
        memory._record = lambda *_: Usage(read=10, written=5)
        prepared = pass_chat(memory, asking(), NODE, user="")
        known = len(bank.recalls.newest())

        memory.finish(
            prepared,
            Answered(reply="Miso.", body=prepared.body, text="Miso.", usage={}),
        )

        [newest, *others] = bank.recalls.newest()
        assert len(others) == known
        assert (newest.at, newest.chat) == (prepared.at, bank.chats()[0].id)
        assert newest.asked == bank.path_of(newest.chat)[-2].message.id
        [day] = bank.recalls.usage()
        assert (day.calls, day.read, day.written) == (1, 10, 5)


def test_what_came_too_late_for_its_prompt_did_not_stand_in_it(tmp_path: Path) -> None:
    with a_memory(tmp_path) as memory:
        bank = prepared_bank(memory)
        told: list[object] = []
        memory._record = lambda one, _: told.append(one.context)
        prepared = pass_chat(memory, asking(), NODE, user="")
        before = bank.recalls.newest()

        memory.finish(prepared, Answered(reply="Miso.", body=asking(), usage={}))

        assert told == [None]
        assert bank.recalls.newest() == before


def test_a_reply_is_kept_whatever_becomes_of_its_record(tmp_path: Path) -> None:
    with a_memory(tmp_path) as memory:
        bank = prepared_bank(memory)
        prepared = pass_chat(memory, asking(), NODE, user="")
        off = replace(Settings().retention, record_recalls=False)
        memory._engine.configure(replace(memory._engine.settings, retention=off))

        memory.finish(prepared, Answered(reply="Miso.", body=prepared.body, usage={}))

        assert bank.path_of(bank.chats()[0].id)[-1].message.content == "Miso."
        assert bank.recalls.newest() == []


def asking() -> dict[str, object]:
    lines = [
        {"role": "system", "content": "Write Seraphina's next reply to Tester."},
        {"role": "user", "content": CAT},
    ]
    ours = {"char": "Seraphina", "chat": "one"}
    return {"messages": lines, "stream": True, "ltm": ours}


def prepared_bank(memory: CompletionPipeline) -> Bank:
    Tavern(memory).send("My cat is called Miso and she loves tuna.", "How lovely.")
    return memory._engine.bank(SERAPHINA)
