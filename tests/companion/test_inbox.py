"""What was sent is on disk at once, in its bank soon, and then nowhere else."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from long_term_memory import cli
from long_term_memory.companion import arriving, database, message_rows, words
from long_term_memory.companion.bodies import SentMessage
from long_term_memory.companion.database import FILE
from long_term_memory.companion.events import DELETED
from long_term_memory.companion.lazy_platform import LazyPlatform
from long_term_memory.companion.records import ConversationStatus, MessageType
from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.policy import Policy, Remembering
from long_term_memory.core.types import Scope
from long_term_memory.engine.maintenance.backups import back_up, find_archive, restore
from long_term_memory.errors import Conflict, NotFound, StoreError, TooMany

from .grounds import ME, Ground, a_ground, an_engine, reopened

SCOPE = Scope(user=ME, character="Miku")


def waiting(folder: Path) -> list[str]:
    """Return the words that lie in the inbox."""
    with closing(sqlite3.connect(folder / FILE)) as connection:
        rows = connection.execute(
            "SELECT words FROM inbox JOIN messages ON id = message_id ORDER BY place"
        )
        return [bytes(words).decode() for (words,) in rows]


def in_bank(ground: Ground) -> list[str]:
    """Return what the bank holds of the conversation, brought in or not."""
    chat = ground.engine.bank(SCOPE).chat(ground.conversation.id, host="companion")
    return [one.message.content for one in chat.path()]


def traces(folder: Path, words: str) -> list[str]:
    """Name the files of the database in which words stand."""
    told = words.encode()
    return [one.name for one in folder.glob(f"{FILE}*") if told in one.read_bytes()]


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Ground]:
    """A conversation with a greeting and a line, whose bank is known."""
    with a_ground(tmp_path) as ground:
        ground.platform.arriving.close()  # Nothing comes in by itself.
        ground.answer("Come in, the kettle is on.")
        yield ground


def test_a_message_waits_and_comes_in_before_anybody_looks(
    talk: Ground, tmp_path: Path
) -> None:
    first = talk.say("The ferry was late again today.")
    second = talk.say("And it rained all the way.")
    assert waiting(tmp_path) == [first.content, second.content]
    assert in_bank(talk) == ["Come in, the kettle is on."]
    assert [one.payload["id"] for one in talk.events[-2:]] == [first.id, second.id]

    reply = talk.answer("Sit down and dry yourself.")
    assert waiting(tmp_path) == []
    assert in_bank(talk)[1:] == [first.content, second.content, reply.content]
    assert talk.said() == in_bank(talk)


def test_a_closed_bank_is_not_opened(tmp_path: Path) -> None:
    with a_ground(tmp_path) as ground:
        ground.platform.arriving.close()
        ground.answer("Come in, the kettle is on.")
        bank = ground.engine.bank(SCOPE)
        bank.rest()
        opened = bank.state.store.data_version()  # Opens it, and says how often.
        bank.rest()
        ground.engine._banks.clear()
        assert ground.engine.keeps_all(SCOPE)
        ground.say("The ferry was late again today.")
        assert waiting(tmp_path) == ["The ferry was late again today."]
        assert ground.engine.opened(SCOPE) is None
        assert opened
        assert ground.said()[-1] == "The ferry was late again today."


def test_a_bank_that_another_program_touched_is_asked_itself(tmp_path: Path) -> None:
    with a_ground(tmp_path) as ground:
        ground.answer("Come in, the kettle is on.")
        engine = ground.engine
        for bank in engine._banks.known():
            bank.rest()
        engine._banks.clear()
        assert engine.keeps_all(SCOPE)
        with closing(an_engine(tmp_path)) as other:
            other.bank(SCOPE).policies.set_character(
                Policy(remembers=Remembering.PAUSED)
            )
            assert not engine.keeps_all(SCOPE)
        assert not engine.keeps_all(SCOPE)
        with pytest.raises(Conflict, match="not to remember"):
            ground.say("The ferry was late again today.")
        assert waiting(tmp_path) == []


def test_a_kill_before_it_came_in_loses_nothing(talk: Ground, tmp_path: Path) -> None:
    sent = talk.say("The ferry was late again today.", "c1")
    copy = tmp_path / "killed"
    killed(tmp_path, copy)
    with reopened(copy) as platform:
        page = platform.messages.page(ME, talk.conversation.id)
        assert [one.id for one in page.messages][-1] == sent.id
        again = SentMessage(content=sent.content, client_id="c1")
        message, is_new = platform.messages.send(ME, talk.conversation.id, again)
        assert (message.id, is_new) == (sent.id, False)
        assert waiting(copy) == []


def test_a_kill_while_it_came_in_doubles_nothing(
    talk: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk.say("The ferry was late again today.")
    copy = tmp_path / "killed"
    with monkeypatch.context() as patched:
        patched.setattr(
            message_rows, "brought_in", lambda *args: killed(tmp_path, copy)
        )
        talk.said()
    assert waiting(copy) == ["The ferry was late again today."]
    with reopened(copy) as platform:
        page = platform.messages.page(ME, talk.conversation.id)
        assert [one.content for one in page.messages] == [
            "Come in, the kettle is on.",
            "The ferry was late again today.",
        ]
        assert waiting(copy) == []


def test_what_a_killed_server_left_comes_in_by_itself(
    talk: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk.say("The ferry was late again today.")
    copy = tmp_path / "killed"
    killed(tmp_path, copy)
    monkeypatch.setattr(arriving, "PATIENCE_SECONDS", 0.0)
    with closing(an_engine(copy)) as engine:
        lazy = LazyPlatform(engine)
        lazy.begin()
        until(lambda: not waiting(copy) and not traces(copy, "ferry was late"))
        chat = engine.bank(SCOPE).chat(talk.conversation.id, host="companion")
        assert chat.path()[-1].message.content == "The ferry was late again today."
        lazy.close()


def test_nothing_waits_when_the_server_ends(tmp_path: Path) -> None:
    with a_ground(tmp_path) as ground:
        ground.answer("Come in, the kettle is on.")
        ground.say("The ferry was late again today.")
        assert waiting(tmp_path)
    assert waiting(tmp_path) == []
    assert traces(tmp_path, "ferry was late") == []


def test_what_waits_does_not_escape_a_forgetting(talk: Ground, tmp_path: Path) -> None:
    words = "The ferry was late again today."
    talk.say(words)
    talk.engine.forgetting(SCOPE).forget(ForgetTarget(everything=True))
    assert traces(tmp_path, words) == []
    assert talk.said() == []
    with pytest.raises(Conflict):
        talk.say(words)


def test_encrypting_leaves_nothing_in_clear_that_a_killed_server_left(
    talk: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "The ferry was late again today."
    talk.say(words)
    copy = tmp_path / "killed"
    killed(tmp_path, copy)
    key = tmp_path / "key"
    assert cli.main(["encryption-key", str(key)]) == 0
    monkeypatch.setenv("LTM_ENCRYPTION_KEY_FILE", str(key))

    assert cli.main(["encrypt", "--data-dir", str(copy)]) == 0

    files = [one for one in copy.rglob("*") if one.is_file()]
    assert not [one for one in files if words.encode() in one.read_bytes()]


def test_a_conversation_is_forgotten_with_what_waits(
    talk: Ground, tmp_path: Path
) -> None:
    words = "The ferry was late again today."
    talk.say(words)
    talk.platform.forgotten.forget(ME, talk.conversation.id)
    assert traces(tmp_path, words) == []
    other = talk.platform.messages.begin(ME, talk.character.id)
    with pytest.raises(Conflict):
        talk.platform.messages.send(ME, other.id, SentMessage(content=words))


def test_what_waits_is_put_away_and_comes_back(talk: Ground, tmp_path: Path) -> None:
    talk.say("The ferry was late again today.")
    change, at = talk.platform.conversations.change, talk.conversation.id
    change(ME, at, {"status": ConversationStatus.DELETED})
    assert waiting(tmp_path) == []
    assert in_bank(talk) == []
    with pytest.raises(NotFound):
        talk.say("Nobody is there to hear this.")
    change(ME, at, {"status": ConversationStatus.ACTIVE})
    assert talk.said()[-1] == "The ferry was late again today."


def test_what_the_bank_refuses_after_all_is_deleted_and_told(
    talk: Ground, tmp_path: Path
) -> None:
    sent = talk.say("The ferry was late again today.")
    talk.engine.bank(SCOPE).policies.set_character(Policy(remembers=Remembering.PAUSED))
    assert talk.said() == ["Come in, the kettle is on."]
    assert waiting(tmp_path) == []
    told = {"messageId": sent.id, "conversationId": talk.conversation.id}
    assert (talk.events[-1].name, talk.events[-1].payload) == (DELETED, told)


def test_what_a_bank_cannot_take_now_waits_on(
    talk: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk.say("The ferry was late again today.")

    def full(*args: object, **named: object) -> None:
        raise StoreError("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(words, "append", full)
        with pytest.raises(StoreError):
            talk.said()
        talk.platform.arriving._step(0.0)
        assert talk.engine.faults.last is not None
    assert waiting(tmp_path) == ["The ferry was late again today."]
    assert talk.said()[-1] == "The ferry was late again today."


def test_those_who_send_at_once_share_one_write(
    talk: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, messages = talk.platform.database, talk.platform.messages
    talks = [messages.begin(ME, talk.character.id).id for _ in range(4)]
    for one in talks:
        messages.add_reply(ME, one, "Come in, the kettle is on.")
    written = []
    writing = kept.writing

    def counted(*, soon: bool = False) -> AbstractContextManager[Connection]:
        written.append(soon)
        return writing(soon=soon)

    monkeypatch.setattr(kept, "writing", counted)
    said = [SentMessage(content=f"Line {n}.") for n in range(len(talks))]
    with kept._writing, ThreadPoolExecutor(4) as threads:
        sent = [
            threads.submit(messages.send, ME, *one)
            for one in zip(talks, said, strict=True)
        ]
        until(lambda: len(talk.platform.inbox._asked) == len(talks))
        kept._writing.release()
        try:
            assert all(one.result()[1] for one in sent)
        finally:
            kept._writing.acquire()
    assert written == [False]


def test_nothing_is_half_stored_where_the_disk_is_full(
    talk: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **named: object) -> None:
        raise OperationalError("INSERT", {}, Exception("disk is full"))

    with monkeypatch.context() as patched:
        patched.setattr(message_rows, "take_in", full)
        with pytest.raises(StoreError, match="disk is full"):
            talk.say("The ferry was late again today.", "c1")
    assert waiting(tmp_path) == []
    assert talk.said() == ["Come in, the kettle is on."]
    assert talk.say("The ferry was late again today.", "c1").content in talk.said()


def test_the_pace_holds_for_what_is_new(tmp_path: Path) -> None:
    with a_ground(tmp_path, messages_per_minute=2) as ground:
        ground.answer("Come in, the kettle is on.")
        ground.say("One.", "c1")
        ground.say("Two.", "c2")
        assert ground.say("Two.", "c2").client_id == "c2"
        with pytest.raises(TooMany):
            ground.say("Three.", "c3")


def test_a_journal_that_somebody_reads_is_emptied_later(
    talk: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BRIEFLY_MILLISECONDS", 1)
    words = "The ferry was late again today."
    talk.say(words)
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM inbox").fetchall()
        talk.said()
        with pytest.raises(StoreError, match="Somebody reads"):
            talk.engine.forgetting(SCOPE)
        assert traces(tmp_path, words)
    talk.engine.forgetting(SCOPE)
    assert traces(tmp_path, words) == []


def test_search_finds_what_waits(talk: Ground) -> None:
    sent = talk.say("The ferry was late again today.")
    found = talk.platform.search.find(ME, "ferry", character_id=None, limit=5)
    assert [one.message.id for one in found.hits] == [sent.id]


def test_a_system_message_and_odd_letters_come_in_as_they_were(talk: Ground) -> None:
    odd = "A half of a pair: \ud83d."
    new = SentMessage.model_construct(
        content=odd, type=MessageType.SYSTEM, client_id=None, media_url=None
    )
    talk.platform.messages.send(ME, talk.conversation.id, new)
    opened = talk.platform.conversations.look(ME, talk.conversation.id)
    last = opened.chat.path()[-1].message
    assert (last.role, last.content) == ("system", odd)


def test_a_backup_has_what_waits(talk: Ground, tmp_path: Path) -> None:
    sent = talk.say("The ferry was late again today.")
    back_up(talk.engine)
    talk.platform.messages.delete(ME, sent.id)
    archive = find_archive(talk.engine, tmp_path / "backups")
    with talk.engine.closed([SCOPE]):
        restore(talk.engine, archive)
    with reopened(tmp_path) as platform:
        page = platform.messages.page(ME, talk.conversation.id)
        assert page.messages[-1].content == "The ferry was late again today."


# -- helpers -------------------------------------------------------------------------


def killed(folder: Path, copy: Path) -> None:
    """Copy what a kill at this moment leaves on the disk."""
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("killed", "backups"))


def until(done: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    end = monotonic() + 20
    while not done():
        assert monotonic() < end
        sleep(0.01)


def test_what_a_character_knows_holds_what_was_just_said(talk: Ground) -> None:
    talk.say("My sister is called Mara and she lives in Ghent.")
    assert waiting(talk.engine.data_dir)

    known = talk.platform.knowledge.of(ME, talk.character.id)

    assert any("Mara" in one.fact for one in known.long_term_memory)
