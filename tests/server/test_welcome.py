"""What the one who starts the server is told."""

from __future__ import annotations

import asyncio
from itertools import count
from pathlib import Path
from threading import Event

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import (
    EmbeddingSettings,
    ServerSettings,
    Settings,
    UpstreamSettings,
)
from long_term_memory.errors import EmbeddingError, UpstreamError
from long_term_memory.server.health import Probe
from long_term_memory.server.model_watch import watch_embedder, watch_model
from long_term_memory.server.welcome import root_of, welcome
from long_term_memory.testing import HashEmbedder


def settings(folder: Path, *, host: str = "127.0.0.1", model: str = "") -> Settings:
    return Settings(
        server=ServerSettings(host=host, data_dir=str(folder)),
        upstream=UpstreamSettings(llm_base_url=model),
    )


def test_it_says_where_everything_is_and_what_to_do_next(tmp_path: Path) -> None:
    told = welcome(settings(tmp_path, model="http://10.0.0.2:8080/v1"))

    assert "http://127.0.0.1:5100/editor" in told
    assert "http://127.0.0.1:5100/v1" in told
    assert "10.0.0.2:8080" in told
    assert str(tmp_path) in told
    for client in ("SillyTavern", "Open WebUI", "import"):
        assert client in told


def test_without_a_model_it_says_how_to_name_one(tmp_path: Path) -> None:
    told = welcome(settings(tmp_path))

    assert "--llm-base-url http://127.0.0.1:5000/v1" in told


def test_no_key_in_an_address_is_told(tmp_path: Path) -> None:
    told = welcome(settings(tmp_path, model="http://me:secret@10.0.0.2/v1"))

    assert "secret" not in told


@pytest.mark.parametrize(
    ("host", "root"),
    [
        ("::1", "http://[::1]:5100"),
        ("0.0.0.0", "http://127.0.0.1:5100"),
        ("192.168.0.7", "http://192.168.0.7:5100"),
    ],
)
def test_its_address_is_one_that_can_be_pasted(
    tmp_path: Path, host: str, root: str
) -> None:
    assert root_of(settings(tmp_path, host=host)) == root


def watched(
    answers: list[bool], lacking: str = "", host: str = "the.host"
) -> list[str]:
    """Watch a model that answers or not, try by try; return what is told."""
    told: list[str] = []
    minutes = count(step=60.0)

    async def ask() -> None:
        if not answers.pop(0):
            raise UpstreamError("It cannot be reached.")

    async def which() -> str:
        return lacking

    async def go() -> None:
        probe = Probe(ask, now=lambda: next(minutes))
        await watch_model(probe, host, which, told.append, pause_seconds=0.001)

    asyncio.run(asyncio.wait_for(go(), 10))
    return told


def test_nothing_is_told_of_a_model_that_answers() -> None:
    assert watched([True]) == []


def test_a_model_that_does_not_answer_is_told_once_and_asked_again() -> None:
    first, second = watched([False, False, False, True])

    assert "It cannot be reached." in first
    assert "again" in first
    assert "answers now" in second


def test_a_model_that_is_not_offered_is_named() -> None:
    [told] = watched([True], lacking="llama-9")

    assert "'llama-9'" in told


def test_without_a_model_nobody_is_asked() -> None:
    assert watched([], host="") == []


def unavailable() -> HashEmbedder:
    raise EmbeddingError("There is no model 'mine'. Name another.")


def told_of_embedder(folder: Path, chosen: EmbeddingSettings) -> list[str]:
    told: list[str] = []
    settings = Settings(embedding=chosen)
    engine = build_engine(settings, folder, load=unavailable)
    asyncio.run(watch_embedder(engine, told.append))
    engine.close()
    return told


def test_an_embedding_model_that_cannot_be_loaded_is_told(tmp_path: Path) -> None:
    [told] = told_of_embedder(tmp_path, EmbeddingSettings(embedding_model="mine"))

    assert "found by words alone" in told
    assert "Name another." in told


def test_a_service_that_cannot_embed_is_told(tmp_path: Path) -> None:
    nowhere = EmbeddingSettings(embedding_endpoint="http://127.0.0.1:9/v1")

    [told] = told_of_embedder(tmp_path, nowhere)

    assert "found by words alone" in told


def test_the_usual_embedding_model_is_not_loaded_for_that(tmp_path: Path) -> None:
    """It is there; that loading would fail shows that nobody tried."""
    assert told_of_embedder(tmp_path, EmbeddingSettings()) == []


def test_a_server_that_ends_waits_for_no_model_that_is_being_loaded(
    tmp_path: Path,
) -> None:
    loaded = Event()

    def slowly() -> HashEmbedder:
        loaded.wait(20)
        return HashEmbedder()

    async def ends_soon() -> None:
        watching = asyncio.create_task(watch_embedder(engine, lambda _: None))
        await asyncio.sleep(0.05)
        watching.cancel()

    chosen = EmbeddingSettings(embedding_model="mine")
    engine = build_engine(Settings(embedding=chosen), tmp_path, load=slowly)
    asyncio.run(ends_soon())

    assert engine.embedder.state == "loading"
    loaded.set()
    engine.close()
