"""Of what has changed the newer is told first, in short banks and within one chat."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.core.types import Query, Scope
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine

from .builders import a_chat

CHANGES = {
    "I live in Leeds, in a tiny flat.": (
        "We moved to Bristol last week!",
        ("Where do I live now?", "where do i live?", "Which city am I in?"),
    ),
    "I work as a nurse at St. Mary's.": (
        "I handed in my notice. From Monday on I'm a gardener.",
        ("What's my job?", "Where do I work now?"),
    ),
    "My boyfriend Tom cooks so well.": (
        "Tom and I broke up.",
        ("Do I have a boyfriend?", "Who is Tom?", "How are things with my boyfriend?"),
    ),
    "My name is Anna, by the way.": (
        "Please call me Max from now on. I changed my name.",
        ("What's my name?", "How should you call me?"),
    ),
    "I'm a vegetarian, no meat for me.": (
        "I'm not a vegetarian any more, I had a steak yesterday.",
        ("Am I vegetarian?", "Do I eat meat?"),
    ),
    "My dog Rex is five.": ("Rex died last night.", ("How is my dog?", "How is Rex?")),
    "I drive a red Fiat.": (
        "Sold the Fiat. Got myself a Volvo.",
        ("What car do I have?", "What car do I drive now?"),
    ),
    "Ich wohne in Leipzig in einer WG.": (
        "Wir sind letzte Woche nach Bremen gezogen!",
        ("Wo wohne ich jetzt?", "Wo wohne ich?", "In welcher Stadt lebe ich?"),
    ),
    "Ich arbeite als Krankenpfleger.": (
        "Ich habe gekündigt. Ab Montag bin ich Gärtner.",
        ("Was arbeite ich?", "Was bin ich von Beruf?"),
    ),
    "Ich bin Vegetarierin, kein Fleisch für mich.": (
        "Ich bin keine Vegetarierin mehr, gestern gab es Steak.",
        ("Bin ich Vegetarierin?", "Esse ich Fleisch?"),
    ),
    "我住在成都的一个小公寓里。": (
        "我们上周搬到杭州了",
        ("我现在住在哪里", "我住在哪个城市"),
    ),
    "我男朋友小明很会做饭。": ("我和小明分手了。", ("我有男朋友吗", "小明是谁")),
}
BETWEEN = ("Noted.", "> what a rainy day", "Tea, then?", "> salt", "Here is some.")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine with the model that ships."""
    opened = build_engine(Settings(), tmp_path_factory.mktemp("changes") / "data")
    yield opened
    opened.close()


def told(bank: Bank, text: str) -> list[str]:
    """Return what a question of another chat brings to mind."""
    found = bank.chat("asking", host="test").recall(Query(text=text))
    return [item.memory.content for item in found]


@pytest.mark.parametrize("old", CHANGES)
@pytest.mark.parametrize("chats", [1, 2])
def test_the_newer_comes_first(engine: Engine, old: str, chats: int) -> None:
    new, questions = CHANGES[old]
    bank = engine.bank(Scope(user=f"{chats} {old[:16]}", character="Miku"))
    if chats == 1:
        a_chat(bank, "one", f"> {old}", *BETWEEN, f"> {new}", "Oh!")
    else:
        a_chat(bank, "one", f"> {old}", *BETWEEN)
        a_chat(bank, "two", f"> {new}", "Oh!")

    for question in questions:
        found = told(bank, question)
        assert new in found, question
        assert old not in found or found.index(new) < found.index(old), question
