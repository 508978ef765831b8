"""A chat that goes on with the scene of another, and what asks for the story of both.

Owns: what is recalled in place of what was found by its words.
Knows nothing of: which chats came before, prompts, hosts.
"""

from __future__ import annotations

from dataclasses import replace

from ...core.retrieval.occasions import (
    beside_scene,
    calls_for_scene,
    calls_for_story,
)
from ...core.text.recipes import MAX_CHARACTERS
from ...core.text.small_talk import tells_nothing
from ...core.types import Query, Recalled, ScoreParts
from ..records import RecallResult
from ..summarization.past import Past


def going_on(
    past: Past, chat: int | None, query: Query, found: RecallResult
) -> RecallResult:
    """Return the last scene where a new chat goes on with it, else what was found.

    Who says nothing else needs nothing else; in the midst of a chat that is what the
    host shows.

    Args:
        past: Tells the scene; the bank's lock is held.
        chat: Row of the chat; None for one that is not stored.
        query: What is asked, by one who is alone with the character.
        found: What it brought to mind.
    """
    text = query.text[:MAX_CHARACTERS]
    asked = query.gated and query.limit != 0
    if chat is None or not asked or not calls_for_scene(text):
        return found
    beside = beside_scene(text)
    kept = [] if not beside or tells_nothing(beside) else found.found
    scene = past.scene(chat, query.recalls_from)
    # The newest first, for there may not be room for all.
    told = [Recalled(one, 0.0, ScoreParts()) for one in reversed(scene)]
    most = max(found.places.values(), default=0) + 1
    return replace(
        found,
        found=[*kept, *told],
        places={one.id: most + at for at, one in enumerate(scene)} | found.places,
        scene=frozenset(one.id for one in scene),
        silent=found.silent and not told,
    )


def asks_for_story(query: Query) -> bool:
    """Say whether a message asks for the story of the two."""
    return query.limit != 0 and calls_for_story(query.text[:MAX_CHARACTERS])
