"""Who asks for all that is known of somebody is told all of it, and of nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.core.types import Query, Scope
from long_term_memory.engine.engine import Engine
from long_term_memory.errors import EmbeddingError
from long_term_memory.models.embedder import Embedder

from .builders import a_chat, a_request, window
from .test_first_impressions import TOLD


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine with the model that ships."""
    opened = build_engine(Settings(), tmp_path_factory.mktemp("all") / "data")
    yield opened
    opened.close()


FAMILY = (
    *TOLD,
    "> Sam broke his arm on the trampoline yesterday.",
    "I grew up on a lighthouse myself, my brother Finn lives there.",
    "> My wife Carla is a nurse and works nights.",
    "That must be hard.",
)
OF_ANON = ("Bristol", "Volvo", "Sam starts", "Lily", "dad died", "tea", "Carla")


@pytest.mark.parametrize(
    ("text", "wanted", "not_wanted"),
    [
        ("Tell me everything you know about me", OF_ANON, "lighthouse"),
        ("Was weißt du über mich?", OF_ANON, "lighthouse"),
        ("Tell me about yourself", ("lighthouse",), "Volvo"),
        ("What do you remember about Sam?", ("Sam starts", "arm", "seven"), "Volvo"),
        ("What do you know about my family?", ("Sam", "Lily", "Carla"), "tea"),
    ],
)
def test_who_asks_for_all_is_told_all_of_the_one(
    engine: Engine, text: str, wanted: tuple[str, ...], not_wanted: str
) -> None:
    bank = engine.bank(Scope(user=f"all {text[:20]}", character="Miku"))
    a_chat(bank, "one", *FAMILY)

    request = a_request(text, count=lambda text: len(text) // 4, recall_tokens=1_000)
    block = bank.chat("two", host="test").compose(request).recall.text

    assert not [word for word in wanted if word not in block], block
    assert not_wanted not in block


def test_who_asks_for_all_is_told_it_by_words_alone(tmp_path: Path) -> None:
    """In the first seconds there is no vector, and no word to find anything by."""
    bank = _without_vectors(tmp_path).bank(Scope(user="anon", character="Miku"))
    bank.chat("one", host="test").observe(window(*FAMILY))

    found = bank.chat("two", host="test").recall(Query(text="Who am I?"))

    assert {"My wife Carla is a nurse and works nights."} <= {
        item.memory.content for item in found
    }


def _without_vectors(folder: Path) -> Engine:
    def load() -> Embedder:
        raise EmbeddingError("There is none.")

    return build_engine(Settings(), folder / "data", load=load)
