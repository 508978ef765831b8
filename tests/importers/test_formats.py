"""Each format: what is read of it, and what is wrong with a bad one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from long_term_memory.errors import InvalidInput, LtmError
from long_term_memory.importers.detection import find_groups, read_file
from long_term_memory.importers.file_content import (
    FileContent,
    FoundChat,
    ImportOptions,
)
from long_term_memory.importers.textgen import GREETING_MARKER
from long_term_memory.importers.walking import Seen, find_files
from long_term_memory.webui.history import Names, window_of

from . import foreign
from .foreign import HEADER, card, message, picture, put, text_chunk, webui_log


def read(path: Path, **wishes: object) -> FileContent:
    return read_file(path, ImportOptions(**wishes), find_groups([Seen(path)]))  # type: ignore[arg-type]


def only_chat(found: FileContent) -> FoundChat:
    [chat] = found.chats
    return chat


def said(found: FileContent) -> list[tuple[str, str]]:
    return [(one.name, one.content) for one in only_chat(found).window.messages]


def refusal(path: Path, **wishes: object) -> str:
    with pytest.raises(LtmError) as error:
        read(path, **wishes)
    return str(error.value)


# -- text-generation-webui -----------------------------------------------------------


def test_a_webui_log_is_a_chat_of_its_folders_character(inbox: Path) -> None:
    log = webui_log(
        (GREETING_MARKER, "Hello, I am Miku."),
        ("  My cat is Miso. ", "<think>A cat!</think>\nHow nice."),
        times=["Nov 21, 2026 00:04", "Nov 21, 2026 00:05"],
    )
    path = put(inbox / "logs/chat/Miku/20261121-00-04-00.json", log)

    found = read(path)

    chat = only_chat(found)
    assert (chat.host, chat.name) == ("webui", "20261121-00-04-00")
    assert chat.characters == ("Miku",)
    assert chat.window.complete
    assert said(found) == [
        ("Miku", "Hello, I am Miku."),
        ("You", "My cat is Miso."),
        ("Miku", "How nice."),
    ]
    local = datetime(2026, 11, 21, 0, 5).astimezone()
    assert chat.window.messages[1].said_at == local


def test_the_current_version_of_a_reply_is_taken(inbox: Path) -> None:
    log = webui_log(("Hi.", "The second."))
    log["metadata"]["assistant_0"] = {
        "versions": [{"content": "The first."}, {"content": "The second."}],
        "current_version_index": 1,
    }

    found = read(put(inbox / "chat/Miku/a.json", log))

    assert said(found) == [("You", "Hi."), ("Miku", "The second.")]


@pytest.mark.parametrize(
    ("name", "character"),
    [
        ("logs/persistent_Miku.json", "Miku"),
        ("logs/Miku_persistent.json", "Miku"),
        ("logs/instruct/20260101.json", "Instruct"),
        ("logs/chat/Émile 二/x.json", "Émile 二"),
    ],
)
def test_old_logs_are_read_and_tell_their_character(
    inbox: Path, name: str, character: str
) -> None:
    old = {"data": [["Hi.", "Hello."]], "data_visible": [["Hi.", "Hello."]]}

    found = read(put(inbox / name, old))

    assert only_chat(found).characters == (character,)
    assert [text for _, text in said(found)] == ["Hi.", "Hello."]


def test_a_log_of_nobody_is_refused_until_the_character_is_named(inbox: Path) -> None:
    path = put(inbox / "chat.json", webui_log(("Hi.", "Hello.")))

    assert "Name the character" in refusal(path)
    assert only_chat(read(path, character="Miku")).characters == ("Miku",)


def test_instructions_in_mid_chat_are_no_utterance(inbox: Path) -> None:
    log = {"internal": [["Be kind.", "", "", {"role": "system"}], ["Hi.", "Hello."]]}

    found = read(put(inbox / "chat/Miku/a.json", log))

    assert [text for _, text in said(found)] == ["Hi.", "Hello."]


def test_a_damaged_row_costs_the_file(inbox: Path) -> None:
    path = put(inbox / "chat/Miku/a.json", {"internal": [["Hi.", "Hello."], ["x"]]})

    assert "row 2" in refusal(path)


# -- SillyTavern ---------------------------------------------------------------------


def test_a_chat_of_today_takes_its_names_from_the_messages(inbox: Path) -> None:
    text = foreign.jsonl(
        HEADER,
        message("Hello {{user}}, I am {{char}}."),
        message("Hi.", user=True),
        message("New.", swipes=["Old.", "New."], swipe_id=1),
    )
    path = put(inbox / "chats/Seraphina/Seraphina - 2026-11-21@00h32m.jsonl", text)

    found = read(path)

    chat = only_chat(found)
    assert (chat.host, chat.name) == ("sillytavern", path.stem)
    assert chat.characters == ("Seraphina",)
    assert said(found) == [
        ("Seraphina", "Hello Anon, I am Seraphina."),
        ("Anon", "Hi."),
        ("Seraphina", "New."),
    ]
    assert chat.window.messages[0].said_at == datetime(
        2026, 11, 21, 0, 32, 43, 282000, tzinfo=UTC
    )


def test_an_old_header_tells_the_names(inbox: Path) -> None:
    header = {"user_name": "Bo", "character_name": "Ann", "create_date": "2023-5-12"}
    lines = [message("Hi.", user=True, name="Bo", send_date="June 19, 2023 2:20pm")]

    found = read(put(inbox / "x.jsonl", foreign.jsonl(header, *lines)))

    assert only_chat(found).characters == ("Ann",)
    at = only_chat(found).window.messages[0].said_at
    assert at == datetime(2023, 6, 19, 14, 20).astimezone()


def test_hidden_messages_are_story_and_the_programs_words_are_not(inbox: Path) -> None:
    text = foreign.jsonl(
        message("Once.", is_system=True),
        message("Use /help.", is_system=True, extra={"type": "help"}),
        message("Night falls.", name="System", extra={"type": "narrator"}),
        message("   "),
    )

    chat = only_chat(read(put(inbox / "x.jsonl", text), character="Seraphina"))

    assert [(one.role, one.content, one.hidden) for one in chat.window.messages] == [
        ("assistant", "Once.", True),
        ("system", "Night falls.", False),
    ]


def test_a_branch_tells_where_it_came_from(inbox: Path) -> None:
    header = {"chat_metadata": {"main_chat": "parent"}, "user_name": "unused"}

    found = read(put(inbox / "x.jsonl", foreign.jsonl(header, message("Hi."))))

    assert only_chat(found).forked_from == "parent"


def test_a_group_chat_belongs_to_all_members_and_they_share_ids(inbox: Path) -> None:
    text = foreign.jsonl(
        HEADER,
        message("Hi all.", user=True),
        message("Hm.", name="Gil", original_avatar="gil2.png"),
    )
    group = {
        "id": "7",
        "chat_id": "9",
        "members": ["gil2.png", "Seraphina.png"],
        "chats": ["9"],
    }
    put(inbox / "groups/7.json", group)
    path = put(inbox / "group chats/9.jsonl", text)

    chat = only_chat(read(path))

    assert chat.characters == ("Gil", "Seraphina")
    [first, second] = chat.window.messages
    assert first.present == ("Anon", "Gil", "Seraphina")
    assert first.message_id
    assert first.message_id != second.message_id
    assert only_chat(read(path)).window == chat.window


def test_a_group_without_its_file_is_who_speaks(inbox: Path) -> None:
    text = foreign.jsonl(
        message("A.", name="Gil", original_avatar="Gil.png"),
        message("B.", name="Ann", original_avatar="Ann.png"),
    )

    assert set(only_chat(read(put(inbox / "9.jsonl", text))).characters) == {
        "Gil",
        "Ann",
    }


def test_of_half_a_chat_the_whole_lines_are_read_and_the_rest_is_told(
    inbox: Path,
) -> None:
    text = foreign.jsonl(HEADER, message("One."), '{"name": "Seraph', {"a": 1})

    found = read(put(inbox / "x.jsonl", text))

    assert [text for _, text in said(found)] == ["One."]
    assert found.warnings == (
        "line 3 is cut off or damaged",
        "1 lines are no messages",
    )


def test_a_chat_without_messages_is_refused(inbox: Path) -> None:
    assert "no message" in refusal(put(inbox / "x.jsonl", foreign.jsonl(HEADER)))


# -- cards ---------------------------------------------------------------------------


@pytest.mark.parametrize("keyword", ["chara", "ccv3", "Chara"])
def test_a_lorebook_in_a_picture_becomes_notes(inbox: Path, keyword: str) -> None:
    found = read(put(inbox / "s.png", picture(text_chunk(keyword, card()))))

    [note] = found.notes
    assert note.character == "Seraphina"
    assert note.content == "forest: Seraphina guards Eldoria."


def test_the_newer_card_in_a_picture_wins_and_the_other_stands_in(inbox: Path) -> None:
    new = card("chara_card_v3", name="New")
    whole = picture(text_chunk("chara", card()), text_chunk("ccv3", new))
    half = picture(text_chunk("ccv3", b"%%%"), text_chunk("chara", card()))

    first = read(put(inbox / "a.png", whole))
    second = read(put(inbox / "b.png", half))

    assert first.notes[0].character == "New"
    assert second.notes[0].character == "Seraphina"
    assert second.warnings == ("the card's part 'ccv3' is damaged",)


def test_persona_text_becomes_notes_only_on_request(inbox: Path) -> None:
    v1 = {"name": "Ann", "description": "{{char}} is tall.", "first_mes": "Hi."}
    path = put(inbox / "ann.json", v1)

    assert read(path).notes == ()
    assert "persona" in read(path).warnings[0]
    [note] = read(path, persona=True).notes
    assert note.content == "Ann is tall."


def test_entries_that_are_off_or_endless_are_told(inbox: Path) -> None:
    entries = {
        "0": {"key": ["a"], "content": "On.", "comment": "Title"},
        "1": {"key": ["b"], "content": "Off.", "disable": True},
        "2": {"key": ["c"], "content": "x" * 30_000},
        "3": {"key": [], "content": ""},
        "4": "no entry",
    }
    path = put(inbox / "a.json", card(character_book={"entries": entries}))

    found = read(path)

    assert [note.content for note in found.notes] == ["Title: On."]
    assert len(found.warnings) == 2


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (picture(), "without a character card"),
        (picture(text_chunk("chara", b"!!!!")), "damaged"),
        (picture(text_chunk("chara", b"AAAA")), "damaged"),
        (picture(text_chunk("chara", card()))[:120], "damaged"),
        (foreign.PNG, "without a character card"),
        (picture(text_chunk("chara", card(name=""))), "without a name"),
        (b"\xff\xd8\xff\xe0picture", "only PNG"),
    ],
)
def test_a_picture_without_a_whole_card_is_told(
    inbox: Path, data: bytes, reason: str
) -> None:
    assert reason in refusal(put(inbox / "a.png", data))


def test_a_wrong_checksum_alone_does_not_cost_the_card(inbox: Path) -> None:
    data = picture(text_chunk("chara", card(), broken=True))

    assert len(read(put(inbox / "a.png", data)).notes) == 1


# -- the predecessor -----------------------------------------------------------------


def test_old_memories_are_a_chat_with_times_in_utc(inbox: Path) -> None:
    path = foreign.old_database(
        inbox / "bot_memories/miku_hatsune/long_term_memory.db",
        ("Anon", "My cat is called Miso.", "2023-05-12 10:11:12"),
        ("Miku Hatsune", "What a name!", "2023-05-12 10:12:00"),
    )

    chat = only_chat(read(path))

    assert chat.characters == ("Miku Hatsune",)
    assert [(one.role, one.name) for one in chat.window.messages] == [
        ("user", "Anon"),
        ("assistant", "Miku Hatsune"),
    ]
    assert chat.window.messages[0].said_at == datetime(
        2023, 5, 12, 10, 11, 12, tzinfo=UTC
    )


def test_one_database_for_all_asks_who_is_the_character(inbox: Path) -> None:
    path = foreign.old_database(
        inbox / "long_term_memory.db",
        ("Anon", "Hi.", "2023-05-12 10:11:12"),
        ("Miku", "Hello.", ""),
        ("Ann", "Hey.", "long ago"),
    )

    assert "'Miku'" in refusal(path)
    messages = only_chat(read(path, character="Miku")).window.messages
    assert [one.role for one in messages] == ["user", "assistant", "user"]
    assert [one.said_at is None for one in messages] == [False, True, True]


def test_of_two_names_the_one_that_is_not_yours_is_the_character(inbox: Path) -> None:
    rows = [("Anon", "Hi.", ""), ("Miku", "Hello.", "")]
    path = foreign.old_database(inbox / "long_term_memory.db", *rows)

    assert only_chat(read(path, your_name="Anon")).characters == ("Miku",)


def test_a_database_in_use_is_read_and_nothing_is_left_beside_it(inbox: Path) -> None:
    rows = [("Miku", "Hello.", "2023-05-12 10:11:12")]
    path = foreign.old_database(inbox / "miku/long_term_memory.db", *rows)
    with closing(sqlite3.connect(path, isolation_level=None)) as user:
        user.execute("BEGIN EXCLUSIVE")
        user.execute("UPDATE long_term_memory SET message = 'never committed'")
        before = sorted(path.parent.iterdir())

        found = read(path)

        assert sorted(path.parent.iterdir()) == before
        user.execute("ROLLBACK")
    assert said(found) == [("Miku", "Hello.")]


def test_what_waits_in_a_write_ahead_log_is_read_too(inbox: Path) -> None:
    path = foreign.old_database(inbox / "miku/long_term_memory.db")
    with closing(sqlite3.connect(path)) as user:
        user.execute("PRAGMA journal_mode = WAL").fetchall()
        user.execute("INSERT INTO long_term_memory VALUES (0, 'Miku', 'Hello.', '')")
        user.commit()

        assert said(read(path)) == [("Miku", "Hello.")]


def test_other_databases_are_told_apart(inbox: Path) -> None:
    strange = foreign.old_database(inbox / "a.db", table="other")
    empty = foreign.old_database(inbox / "b.db")
    broken = put(inbox / "c.db", b"SQLite format 3\0" + b"x" * 5000)

    assert "not the predecessor's" in refusal(strange)
    assert "without memories" in refusal(empty)
    assert "damaged" in refusal(broken)


def test_old_settings_are_read_by_their_names_of_today(inbox: Path) -> None:
    config = {
        "ltm_reads": {"num_memories_to_fetch": 2, "max_cosine_distance": 0.6},
        "ltm_writes": {"min_message_length": "many"},
    }

    found = read(put(inbox / "ltm_config.json", config))

    assert found.settings == {"num_memories_to_fetch": 2, "max_cosine_distance": 0.6}
    assert "min_message_length" in found.warnings[0]


# -- Chroma --------------------------------------------------------------------------


def test_an_exports_pieces_become_messages_again(inbox: Path) -> None:
    long = {"name": "Seraphina", "is_user": False, "index": 1}
    export = foreign.chroma_export(
        "Seraphina - 2026-11-21@00h32m43s282ms",
        ("user", "Hi.", {"name": "Anon", "is_user": True, "index": 0}),
        ("assistant", "The first half", long),
        ("assistant", "and the second.", long),
        (
            "assistant",
            "Cut",
            {**long, "index": 2, "swipes": ["Cut whole"], "swipe_id": 0},
        ),
    )

    found = read(put(inbox / "export.json", export))

    chat = only_chat(found)
    assert (chat.host, chat.name) == ("sillytavern", export["chat_id"])
    assert chat.characters == ("Seraphina",)
    assert said(found) == [
        ("Anon", "Hi."),
        ("Seraphina", "The first half and the second."),
        ("Seraphina", "Cut whole"),
    ]
    assert all(one.said_at is None for one in chat.window.messages)


def test_an_export_of_other_rows_is_read_or_refused(inbox: Path) -> None:
    odd = {"chat_id": "x", "content": [{"document": "Hi.", "metadata": None}, {}, 3]}
    nobody = put(inbox / "a.json", odd)
    empty = put(inbox / "b.json", [{"chat_id": "x", "content": []}])

    assert "Name the character" in refusal(nobody)
    assert said(read(nobody, character="Ann")) == [("Ann", "Hi.")]
    assert "without messages" in refusal(empty)


# -- anything else -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b" \n ", "is empty"),
        (b"Dear diary", "neither JSON"),
        (b"\x00\x01\x02\x03" * 9, "no text"),
        (b"PK\x03\x04rest", "archive"),
        (b'{"a": 1}', "no chat, card or export"),
        (b"[1, 2]", "no chat, card or export"),
        (b'{"internal": [["Hi.", "Hel', "ends in the middle"),
        (b'{"internal": [["Hi."', "ends in the middle"),
        (b'{"internal": [[} ]]}', "line 1, column"),
        ("{\"internal\": [['Straße']]}".encode("latin-1"), "not UTF-8"),
        (b"[" * 100_000, "too deeply"),
        (b'{"internal": ' + b"9" * 5000 + b"}", "number"),
    ],
)
def test_what_is_nothing_we_know_says_so(
    inbox: Path, content: bytes, reason: str
) -> None:
    assert reason in refusal(put(inbox / "x.json", content))


def test_a_text_with_its_mark_may_be_utf_16(inbox: Path) -> None:
    text = '{"internal": [["Straße", "Ja."]]}'

    for name, encoding in (("a", "utf-16"), ("b", "utf-8-sig")):
        path = put(inbox / f"chat/Miku/{name}.json", text.encode(encoding))
        assert said(read(path))[0] == ("You", "Straße")


def test_a_file_of_200_mb_is_not_read(inbox: Path) -> None:
    path = inbox / "huge.json"
    with path.open("wb") as file:
        file.write(b'{"internal": [')
        file.truncate(200 * 1024 * 1024)

    assert "200 MB" in refusal(path)


def test_what_is_no_file_is_told(inbox: Path) -> None:
    assert "does not exist" in refusal(inbox / "none.json")
    assert "is no file" in refusal(inbox)


def test_walking_leaves_out_what_databases_keep_beside_them(inbox: Path) -> None:
    for name in ("b.json", "a/x.db", "a/x.db-wal", ".hidden", "e.zarr/c/0", ".git/x"):
        put(inbox / name, "x")

    found = find_files([inbox, inbox / "b.json", inbox / "none"])

    assert [one.path.relative_to(inbox).as_posix() for one in found] == [
        "a/x.db",
        "b.json",
        "none",
    ]


def test_reasons_are_errors_of_the_input(inbox: Path) -> None:
    with pytest.raises(InvalidInput):
        read(put(inbox / "x.json", "x"))


def test_an_imported_log_reads_as_the_live_host_reads_it(inbox: Path) -> None:
    """Else an imported chat would not go on where it ended."""
    rows = [
        [GREETING_MARKER, "Hello."],
        ["  Hi. ", "<think>So?\nHm</think> Well."],
        ["", "Alone."],
        ["Silence.", ""],
        ["Why?", "half a thought</think>Because."],
        [
            "And?",
            "<|channel|>analysis<|message|>x<|end|><|channel|>final<|message|>Yes.",
        ],
        ["Rule.", "", "", {"role": "system"}],
        ["Tool?", "Done.", "", {"tool_calls": []}],
        ["Odd \ud83d", "<b>Bold.</b>\n"],
    ]
    stamps = ["Nov 21, 2026 00:04", "", "Feb 3, 2025 9:07", "no date"]
    metadata = {
        f"{role}_{row}": {"timestamp": stamps[row % len(stamps)]}
        for row in range(len(rows))
        for role in ("user", "assistant")
    }
    log = {"internal": rows, "visible": rows, "metadata": metadata}

    found = read(put(inbox / "chat/Miku/a.json", log))

    live = window_of(log, Names(user="You", character="Miku"))
    assert only_chat(found).window == live
