"""What is made out of a conversation is of its words as they stand, kept nowhere."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import text

from long_term_memory.companion.database import PlatformDatabase
from long_term_memory.companion.opened import HOST
from long_term_memory.core.forgetting.target import ForgetTarget

from .grounds import ME, Ground, an_engine

SECRET = "I did see my lantern."


def a_talk(ground: Ground) -> list[str]:
    """Hold a talk about two things; returns the ids of what is said of the first."""
    said = []
    for at in range(17):
        of_it = at in (0, 5, 16)
        line = SECRET if of_it else f"The harbour was calm, as on evening {at}."
        message = ground.say(f"{line} I was so happy, number {at}!")
        said += [message.id] if of_it else []
    return said


def metadata(ground: Ground) -> Any:
    return ground.platform.conversations.get(ME, ground.conversation.id).metadata


def current(ground: Ground) -> str | None:
    opened = ground.platform.conversations.look(ME, ground.conversation.id)
    return ground.platform.insights.of(opened).topics.current


def stored(ground: Ground) -> str:
    with ground.platform.database.reading() as connection:
        rows = connection.execute(text("SELECT state, metadata FROM conversations"))
        return str(rows.all())


def test_topics_are_of_what_stands_there_and_stand_nowhere_else(ground: Ground) -> None:
    told = a_talk(ground)
    assert metadata(ground).topics == ["harbour", "lantern"]
    assert "lantern" not in stored(ground)

    ground.platform.messages.edit(ME, told[0], "The harbour again, I mean.")
    ground.platform.messages.delete(ME, told[1])
    assert metadata(ground).topics == ["harbour"]


def test_what_is_forgotten_is_in_no_topic_at_once(ground: Ground) -> None:
    a_talk(ground)
    opened = ground.platform.conversations.look(ME, ground.conversation.id)
    path = opened.chat.path()
    assert current(ground) == "harbour"
    words = [one.message.id for one in path if "lantern" in one.message.content]

    ground.engine.forgetting(opened.bank.scope).forget(
        ForgetTarget(memories=tuple(words))
    )

    assert metadata(ground).topics == ["harbour"]
    folder = ground.engine.data_dir
    assert all(b"lantern" not in one.read_bytes() for one in folder.glob("companion*"))


def test_what_a_client_sets_stays_until_it_takes_it_back(ground: Ground) -> None:
    a_talk(ground)
    conversations, at = ground.platform.conversations, ground.conversation.id
    mine = {"mood": "cosy", "topics": ["tea"]}
    conversations.change(ME, at, {"metadata": mine})
    ground.say("The harbour froze over last night.")
    assert (metadata(ground).mood, metadata(ground).topics) == ("cosy", ["tea"])

    conversations.change(ME, at, {"metadata": {"topics": None, "mood": None}})
    assert metadata(ground).topics == ["harbour", "lantern"]
    assert metadata(ground).mood != "cosy"


def test_one_that_is_put_away_tells_nothing(ground: Ground) -> None:
    a_talk(ground)
    conversations, at = ground.platform.conversations, ground.conversation.id
    put_away = conversations.change(ME, at, {"status": "deleted"})
    assert (put_away.metadata.topics, put_away.metadata.mood) == ([], None)

    assert conversations.change(ME, at, {"status": "active"}).metadata.topics


def test_what_an_earlier_version_kept_is_taken_out(tmp_path: Path) -> None:
    first = PlatformDatabase(tmp_path)
    with first.writing() as connection:
        connection.execute(
            text(
                "INSERT INTO characters (id, user, name, memory, profile, created_at,"
                " updated_at) VALUES ('c', 'u', 'n', 'n', '{}', '', '')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO conversations VALUES ('v', 'u', 'c', null, 'active', "
                """'{"topics": ["lantern"], "relationship_level": 3}', """
                """'{"mode": "chill", "current_topic": "lantern"}', '', '', '', null)"""
            )
        )
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        connection.execute(text("DROP TABLE inbox"))
    first.close()

    opened = PlatformDatabase(tmp_path)
    with opened.reading() as connection:
        found = connection.execute(text("SELECT state, metadata FROM conversations"))
        assert found.one() == ('{"mode": "chill"}', '{"relationship_level": 3}')
    opened.close()
    assert all(b"lantern" not in one.read_bytes() for one in tmp_path.iterdir())


def listed(ground: Ground) -> tuple[str, list[str]]:
    """Return title and topics of the one conversation, out of the list."""
    [found] = ground.platform.conversations.page(ME).conversations
    return found.title, found.metadata.topics


def test_a_list_opens_no_bank_that_nobody_wrote_to_since(ground: Ground) -> None:
    a_talk(ground)
    scope = ground.platform.conversations.look(ME, ground.conversation.id).bank.scope
    with ground.engine.closed([scope]):
        pass
    assert ground.engine.storage.at_rest(scope) is not None
    told = listed(ground)
    assert told == (SECRET + " I was so happy, number 0!", ["harbour", "lantern"])
    with ground.engine.closed([scope]):
        pass

    assert listed(ground) == told
    assert ground.engine.storage.at_rest(scope) is not None
    ground.platform.characters.change(ME, ground.character.id, {"name": "Lantern"})
    assert listed(ground)[1] == ["harbour"]


def test_a_list_tells_nothing_that_another_program_had_forgotten(
    ground: Ground,
) -> None:
    a_talk(ground)
    scope = ground.platform.conversations.look(ME, ground.conversation.id).bank.scope
    with ground.engine.closed([scope]):
        pass
    assert "lantern" in listed(ground)[0]
    with ground.engine.closed([scope]):
        pass
    with closing(an_engine(ground.engine.data_dir)) as other:
        path = other.bank(scope).chat(ground.conversation.id, host=HOST).path()
        words = [one.message.id for one in path if "lantern" in one.message.content]
        other.forgetting(scope).forget(ForgetTarget(memories=tuple(words)))

    title, topics = listed(ground)
    assert "lantern" not in title
    assert topics == ["harbour"]


def test_a_list_tells_what_is_on_its_way_into_a_closed_bank(ground: Ground) -> None:
    scope = ground.platform.conversations.look(ME, ground.conversation.id).bank.scope
    ground.platform.messages.delete(ME, ground.say("Hello.").id)
    with ground.engine.closed([scope]):
        pass
    assert listed(ground) == ("", [])
    with ground.engine.closed([scope]):
        pass

    ground.say(SECRET)

    assert listed(ground) == (SECRET, [])
