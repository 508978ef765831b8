"""What Smart Context stores of a chat becomes the character's memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import ExtrasSettings, Settings
from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.records import CollectionEntry
from long_term_memory.core.types import Scope, Window, WindowMessage
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.pieces import story_of
from long_term_memory.identity.auth import DEFAULT_USER
from long_term_memory.server.app import create_app
from long_term_memory.server.extras.smart_context import HOST, SmartContext
from long_term_memory.storage.sqlite.layout import bank_folder
from long_term_memory.testing import HashEmbedder

from .test_app import ask

CHAT = "Seraphina - 2026-11-21@00h32m43s282ms"
LINES = [
    ("Seraphina", "You wake in a glade."),
    ("Tester", "I am allergic to walnuts."),
    ("Seraphina", "I shall never give you any."),
    ("Tester", "Let us walk to the market square."),
]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = build_engine(Settings(), tmp_path / "memories", load=HashEmbedder)
    yield made
    made.close()


def piece(
    number: int, index: int, name: str, text: str, **more: Any
) -> CollectionEntry:
    """Return what Smart Context sends for a piece of a message."""
    is_user = name == "Tester"
    meta = {"name": name, "is_user": is_user, "mes": text, "index": index, **more}
    role = "user" if is_user else "assistant"
    return CollectionEntry(f"msg-{number}", role, number, json.dumps(meta), text)


def pieces(lines: list[tuple[str, str]]) -> list[CollectionEntry]:
    return [piece(n, n, name, text) for n, (name, text) in enumerate(lines)]


def hear(engine: Engine, entries: list[CollectionEntry], chat: str = CHAT) -> None:
    engine.collections.add("", chat, entries)
    SmartContext(engine).heard("", chat)


def bank_of(engine: Engine, character: str = "Seraphina") -> Bank:
    return engine.bank(Scope(user="", character=character))


def told(bank: Bank, chat: str = CHAT, host: str = HOST) -> list[tuple[str, str]]:
    path = bank.chat(chat, host=host).path()
    return [(one.message.name, one.message.content) for one in path]


def test_a_chat_is_remembered_and_grows(engine: Engine) -> None:
    hear(engine, pieces(LINES)[:2])
    hear(engine, pieces(LINES)[2:])

    assert told(bank_of(engine)) == LINES


def test_pieces_of_a_message_are_put_together_in_order() -> None:
    entries = [
        piece(2, 1, "Tester", "and the end."),
        piece(1, 1, "Tester", "The beginning"),
        piece(0, 0, "Seraphina", "Hello."),
    ]

    story = story_of(sorted(entries, key=lambda one: int(one.id[4:])))

    assert [one.content for one in story] == ["Hello.", "The beginning and the end."]
    assert [one.position for one in story] == [0, 1]
    assert [one.role for one in story] == ["assistant", "user"]


def test_of_a_swiped_reply_the_chosen_one_counts_whole_and_with_its_time() -> None:
    whole = "A long reply that was cut here."
    swipes = {
        "swipes": ["Another.", whole],
        "swipe_id": 1,
        "swipe_info": [{}, {"send_date": "2026-11-21T00:32:47.007Z"}],
    }

    [shown] = story_of([piece(0, 0, "Seraphina", "A long reply", **swipes)])

    assert shown.content == whole
    assert shown.said_at == datetime(2026, 11, 21, 0, 32, 47, 7000, UTC)


@pytest.mark.parametrize(
    "more",
    [
        {"swipes": ["other"], "swipe_id": 0},
        {"swipes": ["x"], "swipe_id": 5, "swipe_info": [{}]},
        {"swipes": "x", "swipe_id": 0, "swipe_info": "x"},
        {"swipes": [7], "swipe_id": 0, "swipe_info": [{"send_date": "soon"}]},
        {"swipe_info": [{"send_date": 5}], "swipe_id": 0},
    ],
)
def test_odd_swipes_leave_the_piece_as_it_is(more: dict[str, Any]) -> None:
    [shown] = story_of([piece(0, 0, "Seraphina", "Hello.", **more)])

    assert (shown.content, shown.said_at) == ("Hello.", None)


def test_a_time_without_a_zone_is_taken_as_utc() -> None:
    info = {"swipes": [], "swipe_id": 0, "swipe_info": [{"send_date": "2026-11-21"}]}

    [shown] = story_of([piece(0, 0, "Seraphina", "Hello.", **info)])

    assert shown.said_at == datetime(2026, 11, 21, tzinfo=UTC)


def test_what_was_sent_again_counts_and_the_old_does_not(engine: Engine) -> None:
    hear(engine, pieces(LINES))
    edited = [piece(1, 1, "Tester", "I am allergic to peanuts.")]

    hear(engine, edited)

    contents = [text for _, text in told(bank_of(engine))]
    assert "I am allergic to peanuts." in contents
    assert "I am allergic to walnuts." not in contents


@pytest.mark.parametrize(
    "meta",
    [
        "",
        "no json",
        "[]",
        '{"mes": "x"}',
        '{"mes": "x", "index": 1}',
        '{"mes": "x", "index": 1, "is_user": true, "is_system": true}',
    ],
)
def test_what_does_not_say_which_message_it_is_of_is_left_out(meta: str) -> None:
    assert story_of([CollectionEntry("msg-0", "user", 0, meta, "x")]) == []


def test_a_group_is_left_to_the_proxy(engine: Engine) -> None:
    lines = [("Anna", "Hello."), ("Tester", "Hello both."), ("Bo", "Hello.")]

    hear(engine, pieces(lines), "2026-11-21@00h32m43s282ms")

    assert engine.scopes() == []


def test_a_chat_in_which_the_user_said_nothing_is_none_yet(engine: Engine) -> None:
    hear(engine, pieces(LINES)[:1])
    hear(engine, pieces([("Tester", "Hello?")]), "renamed")

    assert engine.scopes() == []


def test_the_character_is_known_by_the_chats_name_before_it_speaks(
    engine: Engine,
) -> None:
    hear(engine, pieces([("Tester", "Hello, is anyone there?")]))

    assert told(bank_of(engine)) == [("Tester", "Hello, is anyone there?")]


def test_a_chat_that_the_proxy_follows_is_left_to_it(engine: Engine) -> None:
    bank = bank_of(engine)
    shown = tuple(
        WindowMessage(
            role="user" if name == "Tester" else "assistant", content=text, name=name
        )
        for name, text in [*LINES, ("Seraphina", "Gladly.")]
    )
    bank.chat("a1b2", host="proxy").observe(Window(messages=shown, complete=True))
    bank.chat("named", host="proxy").observe(Window(messages=shown[:2], complete=True))

    hear(engine, pieces(LINES))
    hear(engine, pieces([("Seraphina", "Hi."), ("Tester", "Hm.")]), "named")

    assert told(bank) == []
    assert told(bank, "named") == []


def test_another_chat_that_begins_alike_is_no_reason_to_leave_this_one(
    engine: Engine,
) -> None:
    bank = bank_of(engine)
    greeting = WindowMessage(role="assistant", content=LINES[0][1], name="Seraphina")
    other = WindowMessage(role="user", content="I came for the honey.", name="Tester")
    bank.chat("a1b2", host="proxy").observe(
        Window(messages=(greeting, other), complete=True)
    )

    hear(engine, pieces(LINES))

    assert told(bank) == LINES


def test_a_path_is_never_shortened(engine: Engine) -> None:
    hear(engine, pieces(LINES))
    bank = bank_of(engine)
    more = tuple(
        WindowMessage(
            role="user" if name == "Tester" else "assistant", content=text, name=name
        )
        for name, text in [*LINES, ("Seraphina", "Gladly.")]
    )
    bank.chat(CHAT, host=HOST).observe(Window(messages=more, complete=True))

    hear(engine, pieces(LINES))

    assert told(bank)[-1] == ("Seraphina", "Gladly.")


def test_it_can_be_switched_off(engine: Engine) -> None:
    engine.configure(
        replace(engine.settings, extras=ExtrasSettings(extras_memory=False))
    )

    hear(engine, pieces(LINES))

    assert engine.scopes() == []


def test_a_memory_that_fails_is_told_of_and_the_texts_stay(engine: Engine) -> None:
    engine.collections.add("", CHAT, pieces(LINES))
    scope = Scope(user="", character="Seraphina")
    bank_folder(engine.data_dir, scope).parent.write_text("in the way")

    SmartContext(engine).heard("", CHAT)

    assert engine.status().fault is not None
    assert len(engine.collections.entries("", CHAT) or []) == 4


def test_it_is_the_memory_that_the_proxy_and_the_webui_share(engine: Engine) -> None:
    app = create_app(engine, engine.settings)
    messages = [one._asdict() for one in pieces(LINES)]

    body = {"chat_id": CHAT, "messages": messages}
    answer = ask(app, "POST", "/api/chromadb", json=body)

    assert answer.json() == {"count": 4}
    assert engine.scopes() == [Scope(user=DEFAULT_USER, character="Seraphina")]


def test_what_is_forgotten_is_gone_from_the_collection_too(
    engine: Engine, tmp_path: Path
) -> None:
    hear(engine, pieces(LINES))
    bank = bank_of(engine)
    [walnuts] = [one.id for one in bank.memories.list() if "walnuts" in one.content]

    engine.forgetting(bank.scope).forget(ForgetTarget(memories=(walnuts,)))
    engine.close()

    assert all(
        b"walnuts" not in file.read_bytes()
        for file in tmp_path.rglob("*")
        if file.is_file()
    )


def test_a_last_message_that_was_edited_does_not_end_the_chat(engine: Engine) -> None:
    hear(engine, pieces(LINES))
    edited = [*LINES[:3], ("Tester", "Let us walk to the sea."), ("Seraphina", "Yes.")]

    hear(engine, pieces(edited)[3:])

    assert told(bank_of(engine)) == edited


def test_what_was_said_anew_counts_once_there_is_as_much_of_it(engine: Engine) -> None:
    hear(engine, pieces(LINES))
    anew = [LINES[0], ("Tester", "I came for the honey."), ("Seraphina", "Take it.")]
    engine.collections.purge("", CHAT)

    hear(engine, pieces(anew))
    before = told(bank_of(engine))
    anew.append(("Tester", "Thank you for the honey."))
    hear(engine, pieces(anew))

    assert before == LINES
    assert told(bank_of(engine)) == anew


def test_what_was_imported_from_another_chat_is_not_said_in_this_one(
    engine: Engine,
) -> None:
    hear(engine, pieces(LINES))
    imported = [
        piece(n, n, name, f"Elsewhere: {text}")._replace(id=f"msg-{n}-abc")
        for n, (name, text) in enumerate(LINES)
    ]

    hear(engine, imported)

    assert told(bank_of(engine)) == LINES


@pytest.mark.parametrize("index", [-5, 10**30])
def test_a_place_that_no_message_has_is_left_out(engine: Engine, index: int) -> None:
    hear(engine, [piece(0, index, "Tester", "I am nowhere.")])

    assert engine.scopes() == []
    assert engine.status().fault is None


def long_story(count: int) -> list[tuple[str, str]]:
    names = ("Seraphina", "Tester")
    return [
        (names[n % 2], f"Chapter {n} tells of lantern number {n * 7}.")
        for n in range(count)
    ]


def proxied(engine: Engine, lines: list[tuple[str, str]]) -> None:
    shown = tuple(
        WindowMessage(
            role="user" if name == "Tester" else "assistant", content=text, name=name
        )
        for name, text in lines
    )
    bank_of(engine).chat("a1b2", host="proxy").observe(
        Window(messages=shown, complete=False)
    )


@pytest.mark.parametrize("first", ["smart context", "proxy"])
def test_of_a_chat_that_the_proxy_met_late_only_what_came_before_is_told(
    engine: Engine, first: str
) -> None:
    story = long_story(30)
    if first == "smart context":
        hear(engine, pieces(story)[:20])
    proxied(engine, story[12:])

    hear(engine, pieces(story)[:22])

    assert told(bank_of(engine)) == story[:12]


def test_a_chat_that_shares_little_with_a_proxied_one_is_told_whole(
    engine: Engine,
) -> None:
    story = long_story(12)
    proxied(engine, [*story[6:8], *(("Tester", f"Other {n}") for n in range(8))])

    hear(engine, pieces(story))

    assert told(bank_of(engine)) == story


def test_the_words_of_a_replaced_message_leave_the_file_when_forgotten(
    engine: Engine,
) -> None:
    hear(engine, pieces(LINES))
    hear(engine, [piece(1, 1, "Tester", "I am allergic to peanuts.")])
    bank = bank_of(engine)

    engine.forgetting(bank.scope).forget(ForgetTarget(everything=True))

    files = [one for one in engine.data_dir.rglob("*") if one.is_file()]
    assert all(b"walnuts" not in one.read_bytes() for one in files)


def test_of_pieces_under_several_ids_those_that_came_last_count() -> None:
    """An edit shifts the numbers of pieces, so the old ones are not replaced."""
    old = piece(1, 1, "Tester", "The old words.")
    new = piece(5, 1, "Tester", "The new words.")
    older = piece(9, 1, "Tester", "The oldest words.")

    story = story_of(
        [old._replace(batch=2), new._replace(batch=3), older._replace(batch=1)]
    )

    assert [one.content for one in story] == ["The new words."]
