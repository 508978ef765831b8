"""What is looked for in conversations comes in an order that a person expects."""

from __future__ import annotations

from long_term_memory.companion.records import CharacterProfile

from .grounds import ME, Ground

KEPT = "Bee keepers wear a veil."
HEARD = "Does anybody in my family keep bees?"
TOLD = "Nobody told me about the bees."


def found(ground: Ground, text: str) -> list[str]:
    search = ground.platform.search
    hits = search.find(ME, text, character_id=None, limit=9).hits
    return [one.message.content for one in hits]


def test_what_holds_the_words_comes_first_whoever_heard_it(ground: Ground) -> None:
    """As in one memory: a likelier message without them stood before it."""
    ground.say(KEPT)
    ground.say(HEARD)
    other = ground.platform.characters.create(ME, CharacterProfile(name="Calla"))
    begun = ground.platform.messages.begin(ME, other.id)
    Ground(ground.platform, ground.engine, other, begun, []).say(TOLD)

    listed = found(ground, "bees")

    assert set(listed[:2]) == {HEARD, TOLD}
    assert listed[2:] == [KEPT]


def test_conversations_with_a_deleted_character_are_found_once(ground: Ground) -> None:
    """They can be read, so they can be looked for; a new one has the same memory."""
    ground.say(TOLD)
    characters = ground.platform.characters
    characters.delete(ME, ground.character.id)
    assert found(ground, "bees") == [TOLD]
    characters.create(ME, CharacterProfile(name="miku"))
    assert found(ground, "bees") == [TOLD]
    hits = ground.platform.search.find(
        ME, "bees", character_id=ground.character.id, limit=9
    ).hits
    assert [one.message.content for one in hits] == [TOLD]
