"""Which kind of message a query is: the chances, the bounds, and a floor of quality."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

from long_term_memory.core.retrieval.intent import (
    KINDS,
    NEEDING,
    Coefficients,
    Intent,
    IntentModel,
    classify_intent,
)
from long_term_memory.models.intent import load_intent_model

ZERO: dict[str, Any] = {
    "unit": 0.5,
    "intercept": [0] * len(KINDS),
    "features": {},
    "vector": [],
}
QUESTION = [2, 0, 0, 0, 0, 0, 0]
CHATTING = [0, 0, 0, 0, 2, 0, 0]


def model(
    with_vector: dict[str, Any] = ZERO, surface_only: dict[str, Any] = ZERO
) -> IntentModel:
    return IntentModel.read(
        {
            "kinds": list(KINDS),
            "embedder": "all-MiniLM-L6-v2",
            "with_vector": with_vector,
            "surface_only": surface_only,
        }
    )


def only(kind: str) -> Intent:
    return Intent({one: float(one == kind) for one in KINDS})


def test_without_any_evidence_every_kind_is_as_likely() -> None:
    intent = classify_intent("kids?", None, model())
    assert list(intent.probabilities.values()) == pytest.approx([1 / 7] * 7)
    assert intent.need == pytest.approx(3 / 7)


def test_a_feature_counts_by_its_coefficients() -> None:
    weighed = model(surface_only=ZERO | {"features": {"MARK": QUESTION}})
    asked = classify_intent("kids?", None, weighed).probabilities
    assert asked["question"] == pytest.approx(np.e / (np.e + 6))
    told = classify_intent("kids", None, weighed).probabilities
    assert told["question"] == pytest.approx(1 / 7)


def test_a_vector_counts_by_its_rows_and_only_in_its_own_set() -> None:
    both = model(with_vector=ZERO | {"vector": [QUESTION, CHATTING]})
    vector = np.array([0, 1], np.float32)
    assert classify_intent("x", vector, both).kind == "small talk"
    assert classify_intent("x", vector[::-1], both).kind == "question"
    assert classify_intent("x", None, both).need == pytest.approx(3 / 7)


def test_the_chances_are_finite_whatever_the_coefficients() -> None:
    huge = model(surface_only=ZERO | {"intercept": [9_999, -9_999, 0, 0, 0, 0, 0]})
    intent = classify_intent("x", None, huge)
    assert intent.probabilities["question"] == 1
    assert intent.probabilities["command"] == 0


@pytest.mark.parametrize(
    ("kind", "plain"),
    [
        ("question", "question"),
        ("command", "command"),
        ("implicit", "implicit need"),
        ("telling", "telling"),
        ("small_talk", "small talk"),
        ("filler", "filler"),
        ("new_topic", "new topic"),
    ],
)
def test_a_kind_is_named_in_plain_words(kind: str, plain: str) -> None:
    assert only(kind).kind == plain
    assert only(kind).need == float(kind in NEEDING)


def test_a_model_of_other_kinds_is_refused() -> None:
    told = {"kinds": ["question"], "embedder": "x"}
    with pytest.raises(ValueError, match="other kinds"):
        IntentModel.read(told)


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="one coefficient for each"):
        Coefficients.read(ZERO | {"vector": [[1, 2]]})


def test_what_ships_weighs_vectors_of_the_default_embedder() -> None:
    shipped = load_intent_model()
    assert shipped.embedder == "all-MiniLM-L6-v2"
    assert shipped.with_vector.vector.shape == (384, len(KINDS))
    assert shipped.surface_only.vector.shape == (0, len(KINDS))


ASKS = """
Do I have kids?
What kind of car do I have?
Who is Sam?
Where am I from?
Why am I sad?
What do you know about me?
do i have a dog
whats my sisters name
where do i work these days
when's my appointment
what did I tell you today?
did i ever mention my uncle
who was the old man at the mill
tell me again about the night we met
remind me what I wanted to buy
list everything you know about my family
What are my child's dreams?
what was that song called again
was mache ich beruflich?
Wie heißt mein Hund?
Hab ich Geschwister?
我的猫叫什么名字
我在哪里工作
你还记得我女儿几岁吗
¿Cómo se llama mi hermana?
Comment s'appelle mon chien ?
как зовут мою собаку?
""".strip().splitlines()

CHATS = """
hi
Good morning!
good night, sleep well
lol
haha that's so funny
thanks, you're the best
*hugs you tightly*
ok
hmm
wow
yes please
how are you today?
I love talking to you
Guten Morgen!
danke dir
哈哈
晚安
谢谢你
""".strip().splitlines()


@pytest.mark.parametrize("text", ASKS)
def test_what_asks_memory_is_known_by_its_surface(text: str) -> None:
    assert classify_intent(text, None, load_intent_model()).need >= 0.3


@pytest.mark.parametrize("text", CHATS)
def test_small_talk_is_known_by_its_surface(text: str) -> None:
    assert classify_intent(text, None, load_intent_model()).need < 0.3


@pytest.mark.parametrize("frame", ["Do I have a {}?", "Who is {}?", "what's my {}"])
@pytest.mark.parametrize("word", ["morning", "love", "good", "Hope", "Joy", "hug", "x"])
def test_a_frame_of_asking_counts_whatever_is_asked_for(frame: str, word: str) -> None:
    text = frame.format(word)
    assert classify_intent(text, None, load_intent_model()).need >= 0.5


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "?",
        "a",
        "😀",
        "😀😀😀" * 3_000,
        "\0",
        "\ud800",
        "x" * 100_000,
        "* " * 50_000,
        "我" * 100_000,
        "how " * 25_000,
        "\u0301" * 50_000,
    ],
)
def test_any_text_has_chances_in_no_time(text: str) -> None:
    shipped = load_intent_model()
    began = time.process_time()
    intent = classify_intent(text, None, shipped)
    assert time.process_time() - began < 1
    assert sum(intent.probabilities.values()) == pytest.approx(1)
    assert 0 <= intent.need <= 1
