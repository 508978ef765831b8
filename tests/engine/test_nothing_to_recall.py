"""Where nothing can be recalled nothing is embedded, and all is told as if it were."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.core.later import Later
from long_term_memory.core.types import Query, Scope, WindowMessage
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.chat import Chat
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.records import ChatName, RecallResult
from long_term_memory.engine.retrieval.retriever import Retriever
from long_term_memory.errors import EmbeddingError
from long_term_memory.models.embedder import DEFAULT_MODEL

from .builders import a_chat, a_request
from .conftest import MIKU
from .models import Model

LINES = (
    "> My cat is called Miso and she loves tuna.",
    "What a lovely name.",
    "> ok",
    "> I am allergic to peanuts, they nearly killed me once.",
    "Shall we meet on Friday at the harbour?",
    "> Yes, remind me to bring the red umbrella.",
    "Haha.",
    "> My sister Ann moved to Lisbon last spring.",
)
ASKED = (
    "What does my cat love?",
    "Do you remember my sister, and what am I allergic to?",
    "Cook me something nice!",
    "ok",
    "What do you know about me?",
    "Where did we leave off yesterday?",
    "",
)


@pytest.fixture
def model() -> Model:
    """An embedder whose vectors tell what kind of message it is."""
    return Model(DEFAULT_MODEL, 384)


@pytest.fixture
def engine(tmp_path: Path, model: Model) -> Iterator[Engine]:
    """An engine with that embedder."""
    engine = build_engine(Settings(), tmp_path / "data", load=lambda: model)
    yield engine
    engine.close()


def both_ways(bank: Bank, query: Query) -> list[RecallResult]:
    """Recall as a turn does, and as if something could be found."""
    name = ChatName(host="test", name="one", gone=lambda _: False)
    retriever = Retriever(bank.state, bank.indexer, lambda: None)
    return [retriever.recall(name, query), long_way(retriever, name, query)]


def long_way(retriever: Retriever, name: ChatName, query: Query) -> RecallResult:
    """Recall as if something could be found."""
    viewer = retriever.viewer(name, query)
    return retriever.find(viewer, query, retriever.read(query))


def some_bank(engine: Engine, random: Random) -> tuple[Bank, list[Chat]]:
    """Make a bank of a few short chats, some with something by hand."""
    bank = engine.bank(Scope(user="anon", character=f"Miku {random.random()}"))
    names = ["one", "two"][: random.choice((1, 1, 2))]
    chats = [
        a_chat(bank, name, *random.sample(LINES, random.randint(1, 6)))
        for name in names
    ]
    if random.random() < 0.3:
        bank.memories.add("Ann is afraid of cats.")
    if random.random() < 0.3:
        bank.memories.delete(random.choice(chats[0].path()).message.id)
    assert bank.settle(20)
    return bank, chats


def some_query(chats: list[Chat], random: Random) -> Query:
    """Ask something, of all that is shown or some of it."""
    ids = [place.message.id for chat in chats for place in chat.path()]
    shown = ids if random.random() < 0.6 else ids[random.randint(0, len(ids)) :]
    return Query(
        text=random.choice(ASKED),
        before=(WindowMessage(role="user", content=random.choice(LINES)),),
        visible=frozenset(shown),
        limit=random.choice((None, None, None, 3, 0)),
        gated=random.random() < 0.7,
        by_rank=random.random() < 0.3,
    )


def test_the_short_way_tells_what_the_long_way_does(engine: Engine) -> None:
    random, ways = Random(7), {True: 0, False: 0}
    for _ in range(10):
        bank, chats = some_bank(engine, random)
        for _ in range(14):
            query = some_query(chats, random)
            recall, whole = both_ways(bank, query)

            assert recall == whole
            ways[isinstance(recall.kind, Later)] += 1
            assert not (isinstance(recall.kind, Later) and recall.found)
    assert min(ways.values()) > 30


def test_nothing_is_embedded_until_somebody_asks_what_kind_of_message_it_is(
    engine: Engine, model: Model
) -> None:
    chat = a_chat(engine.bank(MIKU), "one", *LINES)
    request = a_request("What does my cat love?", query=all_shown(chat))
    embedded = model.texts

    context = chat.compose(request)
    assert model.texts == embedded
    assert context.intent == "question"
    assert model.texts == embedded + 1
    assert context.intent == "question"  # Found out once.
    assert model.texts == embedded + 1


def test_the_record_tells_what_kind_of_message_it_was(engine: Engine) -> None:
    bank = engine.bank(MIKU)
    chat = a_chat(bank, "one", *LINES)
    query = all_shown(chat)

    chat.note_turn(chat.compose(a_request("", query=query)), query=query)
    [record] = bank.recalls.newest()
    assert record.intent == "question"


def test_without_a_model_its_surface_tells_what_kind_of_message_it_is(
    engine: Engine, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = a_chat(engine.bank(MIKU), "one", *LINES)
    recall = chat.look(all_shown(chat))

    def fail(_: object) -> None:
        raise EmbeddingError("It is out of order.")

    monkeypatch.setattr(model, "embed", fail)
    assert recall.intent == "question"
    assert (recall.lexical_only, recall.note) == (False, "")


def all_shown(chat: Chat) -> Query:
    """Ask while all stands in the prompt."""
    ids = frozenset(place.message.id for place in chat.path())
    return Query(text="What does my cat love?", visible=ids)
