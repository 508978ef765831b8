"""Health is told at once, and with reasons."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import Request

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.engine.engine import Engine
from long_term_memory.errors import EmbeddingError, StoreError, UpstreamError
from long_term_memory.models.embedder import Embedder
from long_term_memory.server.health import (
    FRESH_SECONDS,
    NO_ANSWER,
    UNSET,
    Health,
    Probe,
    database_for_others,
    database_of,
    embedder_for_others,
    embedder_of,
    llm_for_others,
)
from long_term_memory.server.usage import Usage, UsageTotals
from long_term_memory.testing import HashEmbedder

HERE = Request({"type": "http"})
ELSEWHERE = Request({"type": "http"})


class Model:
    """A model that answers, is silent, or refuses."""

    def __init__(self) -> None:
        self.asked = 0
        self.fault = ""
        self.silent = False

    async def ask(self) -> None:
        self.asked += 1
        if self.silent:
            await asyncio.Event().wait()
        if self.fault:
            raise UpstreamError(self.fault)


def health_of(
    engine: Engine, model: Model, *, host: str = "127.0.0.1:5000", **options: Any
) -> tuple[Health, Probe, UsageTotals]:
    ledger, probe = UsageTotals({}), Probe(model.ask, **options)
    made = Health(
        engine,
        probe,
        ledger,
        model_host=lambda: host,
        embedder=lambda: HashEmbedder(),
        allowed=lambda request: request is HERE,
    )
    return made, probe, ledger


def test_a_server_that_is_well_says_so_with_its_chats(engine: Engine) -> None:
    health, _, ledger = health_of(engine, Model())
    ledger.note("Anna: one", "m", Usage(read=10, written=2))

    told = asyncio.run(health.all(HERE))

    assert told["status"] == "ok"
    assert told["llm"]["reachable"] is True
    assert told["database"]["ok"]
    assert told["sessions"]["chats"] == 1
    assert told["usage"]["chats"]["Anna: one"]["read"] == 10
    assert told["usage"]["total"]["written"] == 2


def test_which_chats_there_are_is_not_told_to_everyone(engine: Engine) -> None:
    health, _, ledger = health_of(engine, Model())
    ledger.note("Anna: one", "m", Usage(read=10))

    told = asyncio.run(health.all(ELSEWHERE))

    assert told["usage"]["chats"] == {}
    assert told["usage"]["total"]["read"] == 10


def test_without_a_model_the_server_is_well_and_says_how_to_set_one(
    engine: Engine,
) -> None:
    health, _, _ = health_of(engine, Model(), host="")

    told = asyncio.run(health.all(HERE))

    assert told["status"] == "ok"
    assert told["llm"]["reachable"] is None
    assert "--llm-base-url" in told["llm"]["reason"]


def test_a_model_that_refuses_is_told_with_its_reason(engine: Engine) -> None:
    model = Model()
    model.fault = "The model answered 401: wrong key"
    health, _, _ = health_of(engine, model)

    async def ask() -> tuple[dict[str, Any], Any]:
        return await health.all(HERE), await health.llm(HERE)

    told, part = asyncio.run(ask())

    assert told["status"] == "degraded"
    assert told["llm"]["reason"] == model.fault
    assert part.status_code == 503
    assert json.loads(bytes(part.body))["reason"] == model.fault


def test_a_silent_model_does_not_hold_up_health(engine: Engine) -> None:
    model = Model()
    model.silent = True
    health, probe, _ = health_of(engine, model)

    async def ask() -> tuple[dict[str, Any], float]:
        loop = asyncio.get_running_loop()
        began = loop.time()
        told = await health.all(HERE)
        seconds = loop.time() - began
        await health.all(HERE)
        await probe.close()
        return told, seconds

    told, seconds = asyncio.run(ask())

    assert told["llm"]["reachable"] is None
    assert seconds < 1
    assert model.asked == 1


def test_a_model_that_stays_silent_is_given_up(engine: Engine) -> None:
    model = Model()
    model.silent = True
    health, _, _ = health_of(engine, model, patient_seconds=0.01)

    part = asyncio.run(health.llm(HERE))

    assert part.status_code == 503
    assert "silent" in json.loads(bytes(part.body))["reason"]


def test_the_model_is_asked_again_only_when_its_answer_is_old() -> None:
    clock = [0.0]
    model = Model()

    async def look() -> list[bool | None]:
        probe = Probe(model.ask, now=lambda: clock[0])
        found = []
        for at in (0.0, FRESH_SECONDS - 1, FRESH_SECONDS + 1):
            clock[0] = at
            model.fault = "It is gone." if at > FRESH_SECONDS else ""
            found.append((await probe.look(1)).ok)
        await probe.close()
        return found

    assert asyncio.run(look()) == [True, True, False]
    assert model.asked == 2


def test_closing_a_probe_that_never_looked_is_nothing() -> None:
    async def close() -> None:
        await Probe(Model().ask).close()

    asyncio.run(close())


def test_the_embedder_is_told_and_tried_only_when_asked(engine: Engine) -> None:
    health, _, _ = health_of(engine, Model())

    async def ask() -> tuple[Any, Any]:
        return await health.embed(HERE), await health.embed(HERE, probe=True)

    told, tried = (json.loads(bytes(part.body)) for part in asyncio.run(ask()))

    assert told["state"] == "not loaded yet"
    assert "first message" in told["reason"]
    assert tried["state"] == "ready"
    assert tried["dimension"] == HashEmbedder().dimension


def test_an_embedder_that_cannot_be_loaded_is_told(engine: Engine) -> None:
    def missing() -> Embedder:
        raise EmbeddingError("There is no model. Install one.")

    probe = Probe(Model().ask)
    health = Health(
        engine,
        probe,
        UsageTotals({}),
        model_host=lambda: "",
        embedder=missing,
        allowed=lambda request: request is HERE,
    )

    part = asyncio.run(health.embed(HERE, probe=True))

    assert part.status_code == 503
    assert json.loads(bytes(part.body))["reason"] == "There is no model. Install one."


@pytest.mark.parametrize(
    ("state", "note", "reason"),
    [("ready", "", ""), ("failed", "No model.", "No model.")],
)
def test_the_embedders_reason_is_its_note(
    engine: Engine, state: str, note: str, reason: str
) -> None:
    now = replace(engine.status(), embedder_state=state, embedder_note=note)

    assert embedder_of(now)["reason"] == reason


def test_a_folder_that_is_a_file_is_no_place_for_memories(
    engine: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_text("")

    assert database_of(engine.status())["ok"]
    nowhere = build_engine(Settings(), file / "memories")
    wrong = database_of(nowhere.status())
    nowhere.close()
    assert not wrong["ok"]
    assert "cannot be written" in wrong["reason"]


SECRET = "user_data/anna/Seraphina: I hid the silver key"


def test_others_than_the_owner_learn_what_kind_of_thing_failed(engine: Engine) -> None:
    """Names stand in paths, and a service may repeat what it was sent."""
    fault = StoreError(f"{SECRET} cannot be written.", said=SECRET)
    engine.faults.report("saving the chat", fault)
    model = Model()
    model.fault = SECRET
    health, _, ledger = health_of(engine, model, host=SECRET)
    ledger.note(SECRET, "m", Usage(read=10))

    async def ask() -> list[Any]:
        parts = [await health.llm(ELSEWHERE), await health.embed(ELSEWHERE)]
        told = [json.loads(bytes(part.body)) for part in parts]
        return [await health.all(ELSEWHERE), *told]

    everything = asyncio.run(ask())

    assert "silver" not in json.dumps(everything)
    assert str(engine.data_dir) not in json.dumps(everything)
    assert everything[0]["last_error"] == (
        "Something failed while saving the chat; the owner can see what."
    )
    assert everything[1]["reason"] == NO_ANSWER
    assert everything[1]["reachable"] is False


def test_the_owner_learns_a_services_words(engine: Engine) -> None:
    fault = EmbeddingError("The service answered 401.", said="Wrong key")
    engine.faults.report("saving the chat", fault)
    health, _, _ = health_of(engine, Model())

    told = asyncio.run(health.all(HERE))["last_error"]

    assert told == "The service answered 401. It said: Wrong key"


def test_only_the_owner_has_the_embedding_model_loaded(engine: Engine) -> None:
    def never() -> Embedder:
        raise AssertionError("it was loaded")

    health = Health(
        engine,
        Probe(Model().ask),
        UsageTotals({}),
        model_host=lambda: "",
        embedder=never,
        allowed=lambda request: request is HERE,
    )

    assert asyncio.run(health.embed(ELSEWHERE, probe=True)).status_code == 403


def test_what_is_told_to_others_is_in_words_of_our_own() -> None:
    silent = {"host": "a", "reachable": None, "reason": "b", "seconds": 0.0}
    unset = {"host": "", "reachable": None, "reason": UNSET, "seconds": 0.0}
    assert llm_for_others(silent)["reason"] == "It has not answered yet."
    assert llm_for_others(unset) == unset
    lost = {"ok": False, "folder": SECRET, "reason": SECRET}
    assert "silver" not in json.dumps(database_for_others(lost))
    failed = {"state": "failed", "name": SECRET, "reason": SECRET}
    assert "silver" not in json.dumps(embedder_for_others(failed))
