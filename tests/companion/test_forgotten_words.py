"""What was said or set in a conversation is in no file once it is forgotten."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from long_term_memory import cli
from long_term_memory.companion.bodies import SentMessage
from long_term_memory.companion.records import CharacterProfile, ConversationStatus
from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.types import Scope
from long_term_memory.engine.maintenance.backups import (
    BACKUPS,
    back_up,
    find_archive,
    restore,
)
from long_term_memory.errors import NotFound

from .grounds import ME, Ground, a_ground, an_engine, reopened

WORD = "heliotrope"
SCOPE = Scope(user=ME, character="Miku")
Forget = Callable[[Ground], None]


def files_with(folder: Path, word: str = WORD) -> list[str]:
    """Name the files that hold a word; backups by hand are the person's own."""
    return sorted(
        str(file.relative_to(folder))
        for file in folder.rglob("*")
        if file.is_file()
        and folder / BACKUPS not in file.parents
        and word.encode() in file.read_bytes().lower()
    )


def live(ground: Ground) -> None:
    """Have the word go every way that words of a user go."""
    platform, at = ground.platform, ground.conversation.id
    picture = SentMessage(
        content=f"A {WORD} in a pot.",
        client_id=f"{WORD}-1",
        media_url=f"/pictures/{WORD}.png",
    )
    platform.messages.send(ME, at, picture)
    ground.answer(f"What a lovely {WORD}!")
    sent = ground.say("My plant stands by the window.")
    platform.messages.edit(ME, sent.id, f"My {WORD} stands by the window.")
    reply = ground.answer(f"Does the {WORD} get enough light?")
    platform.messages.replace_reply(ME, reply.id, f"A {WORD} needs the sun.")
    platform.messages.swipe(ME, reply.id, 0)
    platform.conversations.change(
        ME, at, {"title": f"The {WORD}", "metadata": {"topics": [WORD]}}
    )
    assert platform.search.find(ME, WORD, character_id=None, limit=5).hits


def restored(ground: Ground) -> None:
    """Put all back from a backup, while a message waits for its bank."""
    engine = ground.engine
    archive = back_up(engine).archive
    ground.say(f"Somebody gave me another {WORD}.")
    assert ground.platform.inbox.waits_for(ground.conversation.id)
    with engine.closed([bank.scope for bank in archive.banks]):
        beside = restore(engine, find_archive(engine, Path(archive.path)))[-1]
    assert beside.aside is not None
    assert files_with(beside.aside) == ["companion.sqlite3"]


def by_its_call(ground: Ground) -> None:
    ground.platform.forgotten.forget(ME, ground.conversation.id)


def by_hand(ground: Ground) -> None:
    ground.engine.forgetting(SCOPE).forget(ForgetTarget(everything=True))


def by_another_program(ground: Ground) -> None:
    ground.platform.close()
    ground.engine.close()
    with reopened(ground.engine.data_dir) as platform:
        by_hand(ground_of(platform.engine, ground))


def ground_of(engine: object, ground: Ground) -> Ground:
    return Ground(
        ground.platform,
        engine,  # type: ignore[arg-type]
        ground.character,
        ground.conversation,
        [],
    )


@pytest.mark.parametrize("forget", [by_its_call, by_hand, by_another_program])
def test_no_file_holds_a_word_of_a_forgotten_conversation(
    tmp_path: Path, forget: Forget
) -> None:
    with a_ground(tmp_path, readable_log=True) as ground:
        live(ground)
        restored(ground)
        ground.say(f"The {WORD} is in bloom.")
        if forget is not by_its_call:
            # What a call forgets is a conversation; notes stay.
            note = f"Has a {WORD}."
            ground.platform.knowledge.add(ME, ground.character.id, note, pinned=True)
        assert files_with(tmp_path)

        forget(ground)

    assert files_with(tmp_path) == []


def test_one_that_was_put_away_goes_with_everything_of_its_character(
    tmp_path: Path,
) -> None:
    with a_ground(tmp_path) as ground:
        live(ground)
        conversations, at = ground.platform.conversations, ground.conversation.id
        conversations.change(ME, at, {"status": ConversationStatus.DELETED})

        by_hand(ground)

        assert files_with(tmp_path) == []
        with pytest.raises(NotFound):
            conversations.get(ME, at)


def test_a_title_by_hand_stays_while_something_of_the_conversation_does(
    tmp_path: Path,
) -> None:
    with a_ground(tmp_path) as ground:
        ground.say("I keep bees behind the house.")
        gone = ground.say("The key lies under the blue stone.")
        conversations, at = ground.platform.conversations, ground.conversation.id
        conversations.change(ME, at, {"title": "The garden"})
        [kept] = [
            one.message.id
            for one in conversations.look(ME, at).chat.path()
            if one.host_id == gone.id
        ]

        ground.engine.forgetting(SCOPE).forget(ForgetTarget(memories=(kept,)))

        assert conversations.get(ME, at).title == "The garden"
        assert files_with(tmp_path, "blue stone") == []


def test_what_another_conversation_says_alike_goes_with_all_that_was_known_of_it(
    tmp_path: Path,
) -> None:
    """A copy of a forgotten message has an address of its own, which goes too."""
    with a_ground(tmp_path) as ground:
        text = "The key of the shed lies under the third blue stone."
        ground.say(text)
        messages = ground.platform.messages
        other = messages.begin(ME, ground.character.id)
        copy = SentMessage(content=text, media_url="/pictures/wisteria.png")
        messages.send(ME, other.id, copy)

        by_its_call(ground)

        assert messages.page(ME, other.id).messages == []
        assert files_with(tmp_path, "wisteria") == []


def test_a_deleted_character_goes_with_its_last_conversation(tmp_path: Path) -> None:
    with a_ground(tmp_path) as ground:
        characters, conversations = (
            ground.platform.characters,
            ground.platform.conversations,
        )
        told = CharacterProfile(name="Maren", background=f"She grows a {WORD}.")
        maren = characters.create(ME, told)
        first = conversations.create(ME, maren.id)
        second = conversations.create(ME, maren.id)
        characters.delete(ME, maren.id)
        ground.platform.forgotten.forget(ME, first.id)
        assert conversations.get(ME, second.id).character_id == maren.id

        ground.platform.forgotten.forget(ME, second.id)
        assert files_with(tmp_path) == []

        nobody = characters.create(ME, told)
        characters.delete(ME, nobody.id)
        assert files_with(tmp_path) == []


def test_a_restoration_that_was_stopped_leaves_nothing_behind(tmp_path: Path) -> None:
    with a_ground(tmp_path) as ground:
        ground.say("The lamp is lit.")
        (tmp_path / "companion.sqlite3.new").write_text(WORD, "utf-8")

        by_its_call(ground)

    assert files_with(tmp_path) == []
    engine = an_engine(tmp_path)
    assert engine.scopes() == [SCOPE]
    engine.close()


def test_the_journal_of_a_killed_server_holds_nothing_of_it(tmp_path: Path) -> None:
    left = tmp_path / "left"
    with a_ground(tmp_path / "killed") as ground:
        live(ground)
        # As it lies on the disk when the process is gone.
        shutil.copytree(tmp_path / "killed", left)
    assert "companion.sqlite3-wal" in files_with(left)
    with reopened(left) as platform:
        platform.engine.forgetting(SCOPE).forget(ForgetTarget(everything=True))

        assert files_with(left) == []


def test_encrypting_a_memory_takes_what_was_set_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waited for the memory when another took its place lies there in clear."""
    with a_ground(tmp_path) as ground:
        ground.say("I keep bees.")
        ground.platform.messages.page(ME, ground.conversation.id)
        restored(ground)
    assert files_with(tmp_path) != []
    monkeypatch.setenv("LTM_ENCRYPTION_KEY", "ab" * 32)

    assert cli.main(["encrypt", "--data-dir", str(tmp_path)]) == 0

    assert files_with(tmp_path) == []
