"""Queries in other languages than English, and chats in two."""

from __future__ import annotations

import numpy as np
import pytest

from long_term_memory.core.text.languages import forms, is_stop_word, language_of
from long_term_memory.core.text.tokenizer import term_ids, wanted

from .test_ranking import Chat

CHAT = (
    "Ann: Meine Katzen schlafen in der alten M\u00fchle.",
    "Bo: My boat lies in the harbour of Bergen.",
    "Ann: Les chiennes de mon oncle aiment les montagnes.",
    "Bo: Mi hermano tiene dos perros blancos.",
    "Ann: \u041c\u043e\u044f \u0441\u0435\u0441\u0442\u0440\u0430 \u0436\u0438\u0432"
    "\u0451\u0442 \u0432 \u041c\u043e\u0441\u043a\u0432\u0435.",
    "Bo: Mio nonno vende le barche rosse.",
    "Ann: \u732b\u306e\u540d\u524d\u306f\u30df\u30bd\u3067\u3059\u3002",
    "Bo: \u6211\u7684\u72d7\u53eb\u5c0f\u767d\u3002",
    "Ann: \u0e41\u0e21\u0e27\u0e02\u0e2d\u0e07\u0e09\u0e31\u0e19"
    "\u0e2a\u0e35\u0e14\u0e33",
    "Bo: \u0434\u0430, \u043a\u043e\u043d\u0435\u0447\u043d\u043e.",
)
HOUR = 3600.0


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("Wo schl\u00e4ft meine Katze, in einer M\u00fchle?", 1),
        ("Where is the boat?", 2),
        ("Qu'est-ce que la chienne aime, la montagne?", 3),
        ("\u00bfTu hermana tiene un perro blanco?", 4),
        (
            "\u0413\u0434\u0435 \u043d\u0430\u0439\u0442\u0438 \u0441\u0435\u0441\u0442"
            "\u0440\u0443? \u0412 \u041c\u043e\u0441\u043a\u0432\u0443?",
            5,
        ),
        ("Che cosa vende mio nonno, una barca rossa?", 6),
        ("\u732b\u306e\u540d\u524d\u306f\uff1f", 7),
        ("\u72d7\u53eb\u4ec0\u4e48\uff1f", 8),
        ("\u0e41\u0e21\u0e27\u0e2a\u0e35\u0e14\u0e33\u0e44\u0e2b\u0e21", 9),
    ],
)
def test_words_find_what_was_said_in_their_language(text: str, row: int) -> None:
    """A pause after each message, so that no neighbour lends its words."""
    chat = Chat(*CHAT, at=[number * 9 * HOUR for number in range(len(CHAT))])
    assert chat.rows(text)[0] == row


def test_a_language_is_told_by_its_little_words() -> None:
    assert language_of("wo war die katze in berlin".split()) == "de"
    assert language_of("i was in a war".split()) == "en"
    assert language_of("katze".split()) == "en"
    assert language_of([]) == "en"


def test_little_words_of_a_query_go_in_its_language_only() -> None:
    german = wanted("Wo ist die M\u00fchle?")
    assert list(german.words.values()) == ["muhle"]
    assert german.terms.tolist() == term_ids("muhle").tolist()
    english = wanted("When did he die in the mill?")
    assert list(english.words.values()) == ["die", "mill"]
    assert english.forms == {}
    assert is_stop_word("die", "de")
    assert not is_stop_word("die", "en")


def test_a_word_has_the_forms_of_its_language() -> None:
    assert {"katze", "katzen", "katz"} <= set(forms("katzen", "de"))
    assert {"perro", "perros", "perra"} <= set(forms("perros", "es"))
    assert forms("cats", "en") == ("cats",)
    assert forms("ei", "de")[0] == "ei"


def test_forms_of_a_word_count_as_one_word() -> None:
    chat = Chat("Ann: Katze Katzen.", "Ann: Hund.", "Ann: Regen.")
    [both] = [hit.parts.of("lexical") for hit in chat.rank("Wo ist die Katze?")[:1]]
    twice = Chat("Ann: Katze Katze.", "Ann: Hund.", "Ann: Regen.")
    [same] = [hit.parts.of("lexical") for hit in twice.rank("Wo ist die Katze?")[:1]]
    assert both == pytest.approx(same)
    rows, counts = chat.postings.find_forms(
        [int(term_ids(word)[0]) for word in ("Katze", "Katzen")]
    )
    assert (rows.tolist(), counts.tolist()) == ([1], [2])
    assert rows.dtype == np.int32


def test_what_only_asks_goes_where_no_spaces_part_words() -> None:
    asked = wanted("\u6211\u7684\u732b\u53eb\u4ec0\u4e48\uff1f")
    assert asked.terms.tolist() == term_ids("\u732b\u53eb").tolist()
    only = wanted("\u4ec0\u4e48\uff1f")
    assert only.terms.tolist() == term_ids("\u4ec0\u4e48").tolist()
