"""Long messages: found by a passage, kept whole, forgotten with all their vectors."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from long_term_memory.build import build_engine
from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.records import Embedding, passage_place, whole_place
from long_term_memory.core.text.passages import passages
from long_term_memory.core.text.recipes import RECIPE
from long_term_memory.core.types import Query
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.worker import model_info
from long_term_memory.storage.protocols import VectorTable
from long_term_memory.testing import HashEmbedder

from .builders import a_chat, a_request, recalled, texts, window
from .conftest import MIKU, TWENTIES, Clock

CAT = (
    "Every evening the old cat Miso waits behind the red door of the bakery until "
    "somebody carries her over the wet stones to the warm oven."
)
REPLY = (
    "The rain had been falling on the harbour since noon, and the awning of the cinema "
    "had long stopped pretending to keep any of it off the pavement. "
    f"{CAT} "
    "At ten the lights in the street went out, one after the other, and nobody said a "
    "single word until morning came with the milk. "
    "Far out on the water a single boat turned its lamp towards the shore and then "
    "away again, as it had done on every night of that long and windy week."
)
PANEL = "<div><b>HP</b>: 3/9<br>Place: lighthouse</div>"
LINES = ("> Tell me a story.", REPLY, "> I like zebras.", PANEL, "> Good night.")


def table(bank: Bank) -> VectorTable:
    return bank.state.store.vectors.table(model_info(HashEmbedder()))


def links(bank: Bank) -> list[list[int]]:
    found: list[list[int]] = table(bank).links()[:, 1:].tolist()
    return found


def test_a_long_message_has_a_vector_a_passage_and_their_mean(bank: Bank) -> None:
    a_chat(bank, "a", *LINES)
    vectors = table(bank).vectors()
    of = {tuple(link[:3]): vectors[link[3] - 1] for link in links(bank)}

    assert len(passages(REPLY)) == 4
    parts = [of[passage_place(2, number)] for number in (1, 2, 3, 4)]
    mean = np.mean(parts, axis=0)
    assert of[whole_place(2, 4)] == pytest.approx(
        mean / np.linalg.norm(mean), abs=0.002
    )
    assert set(of) == {
        *(whole_place(row, 0) for row in (1, 3, 4, 5)),
        whole_place(2, 4),
        *(passage_place(2, number) for number in (1, 2, 3, 4)),
    }


def test_a_long_message_is_found_and_shown_by_the_passage_that_answers(
    bank: Bank,
) -> None:
    a_chat(bank, "a", *LINES)
    chat = a_chat(bank, "b", "> Hello.")

    question = "Who waits behind the red door of the bakery?"
    [found] = chat.recall(Query(text=question))[:1]
    assert found.memory.content == REPLY
    assert int(np.argmax(found.passages)) == 1

    block = chat.compose(a_request(question)).recall.text
    assert f"Miku: … {CAT} …" in block
    assert "cinema" not in block


def test_a_panel_is_kept_and_neither_found_by_its_words_nor_written(
    bank: Bank,
) -> None:
    chat = a_chat(bank, "a", *LINES)
    asking = a_chat(bank, "b", "> Hello.")

    assert PANEL in texts(chat)
    found = asking.recall(Query(text="the lighthouse", gated=False, limit=9))
    assert PANEL not in [one.memory.content for one in found]
    block = asking.compose(a_request("Where is the lighthouse?")).recall.text
    assert "lighthouse" not in block


def test_passages_that_were_lost_are_made_anew(
    open_engine: Callable[[], Engine], tmp_path: Path
) -> None:
    engine = open_engine()
    bank = engine.bank(MIKU)
    a_chat(bank, "a", *LINES)
    before = sorted(link[:3] for link in links(bank))
    engine.close()
    [path] = (tmp_path / "data").glob("*/*/memory.sqlite3")
    with closing(sqlite3.connect(path)) as connection, connection:
        gone = connection.execute("DELETE FROM links WHERE left_message = -2")
        assert gone.rowcount == 1

    bank = open_engine().bank(MIKU)
    assert recalled(a_chat(bank, "b", "> Hello."), CAT, limit=1) == [REPLY]

    again = [link[:3] for link in links(bank) if link[0] <= len(LINES)]
    assert sorted(again) == before


def test_with_a_long_message_all_its_vectors_are_forgotten(engine: Engine) -> None:
    bank = engine.bank(MIKU)
    chat = a_chat(bank, "a", *LINES)
    key = chat.path()[1].message.id

    engine.forgetting(MIKU).forget(ForgetTarget(memories=(key,)))

    assert bank.settle(20)
    assert recalled(chat, "zebras", limit=1) == ["I like zebras."]
    assert 2 not in {link[0] for link in links(bank)}
    assert len(table(bank).vectors()) == len(LINES) - 1


def test_vectors_of_a_former_recipe_serve_until_new_ones_are_whole(
    open_engine: Callable[[], Engine],
) -> None:
    """Those of an older version: of whole messages, and of windows."""
    engine = open_engine()
    bank = engine.bank(MIKU)
    embedder = HashEmbedder()
    model = model_info(embedder)
    former = replace(model, recipe=RECIPE - 1)
    bank.chat("a", host="test").observe(window(*LINES))
    assert bank.settle(20)
    store = bank.state.store
    with bank.state.lock:
        store.vectors.drop(model)
        vectors = embedder.embed([line.removeprefix("> ") for line in LINES])
        store.vectors.table(former).put(
            [
                Embedding(row, 0, 0, b"alone %d" % row, vector)
                for row, vector in enumerate(vectors, 1)
            ]
            + [Embedding(2, 1, 3, b"window", vectors[0])]
        )
        store.metadata.drop("embedding/serving")
    engine.close()

    bank = open_engine().bank(MIKU)
    bank.pause_indexing()
    chat = a_chat(bank, "b", "> Hello.")
    assert not chat.compose(a_request("Which zebras?")).lexical_only
    state = bank.embedding_state(20)
    assert state.serving == former
    near = {
        one.memory.content: one.parts.distance
        for one in chat.recall(Query(text="zebras", gated=False))
    }
    assert min(near, key=lambda text: near[text] or 2) == "I like zebras."

    bank.pause_indexing(False)
    assert bank.settle(20)

    assert bank.embedding_state(20).serving == model
    assert [one.model for one in bank.state.store.vectors.models()] == [model]
    assert list(whole_place(2, 4)) in [link[:3] for link in links(bank)]


class Counting(HashEmbedder):
    """Counts the texts that it is given."""

    given: list[str]

    def __init__(self) -> None:
        super().__init__()
        self.given = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.given += texts
        return super().embed(texts)


def test_what_is_embedded_next_is_told_ahead(tmp_path: Path, clock: Clock) -> None:
    """Several banks' texts are embedded at once, and then each finds its own."""
    embedder = Counting()
    engine = build_engine(TWENTIES, tmp_path, clock=clock, load=lambda: embedder)
    mine = engine.bank(MIKU)
    with engine.words_first():
        mine.chat("b", host="test").observe(window(*LINES[:3]))
        ahead = mine.ahead(engine.embedder.ready(20) or embedder)
        while mine.read():
            pass
        assert mine.derive(embedder, 32) == 0

    assert sorted(ahead) == sorted(embedder.given)
    assert len(ahead) == len(LINES[:3]) + 3
    assert not mine.ahead(embedder)
    engine.close()
