"""Which message tells what became of something that was to come.

Owns: whose word counts, and where in a talk.
Knows nothing of: the words of outcomes, stores, prompts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from typing import Final

from .due import MOST_CHARS, SaidBefore, Thread, begins_talk, is_reached
from .outcome_answers import answers_how, asks_how, delivered, witnessed
from .outcomes import outcome_of

OPENING_MESSAGES: Final = 3
"""So many messages open a talk; a greeting and its answer may come first."""

LOOKED_FOR: Final = 60
"""So many messages after its day may tell how something went."""


def closed_by(
    thread: Thread, later: Iterable[SaidBefore], zone: tzinfo | None
) -> SaidBefore | None:
    """Return the first message that says what became of something.

    Args:
        thread: What was to come.
        later: The messages after the one that named it, in order.
        zone: Whose days it means.
    """
    looked, previous, since = 0, thread.said, OPENING_MESSAGES
    again = asked = False
    for one in later:
        begins = begins_talk(previous, one)
        again, since = again or begins, 0 if begins else since + 1
        reached = is_reached(thread, one.at, zone) or (thread.first is None and again)
        # In a story only the story tells when its day has come.
        reached = reached or thread.story
        looked += reached
        if looked > LOOKED_FOR:
            return None
        opens = since < OPENING_MESSAGES
        if _closes(thread, one, reached=reached, opens=opens, asked=asked):
            return one
        asked = reached and _asks(thread, one)
        previous = one
    return None


def _closes(
    thread: Thread, one: SaidBefore, *, reached: bool, opens: bool, asked: bool
) -> bool:
    said = one.text[:MOST_CHARS]
    if one.role == thread.said.role or thread.said.role == "assistant":
        next_talk = thread.first is None
        outcome = outcome_of(
            thread.text, said, reached=reached, opens=opens and not next_talk
        )
        if outcome.over or outcome.off or (asked and answers_how(said)):
            return True
        begins = next_talk and reached and opens and one.role == "user"
        return begins and delivered(thread.text, said)
    return reached and witnessed(thread.text, said)


def _asks(thread: Thread, one: SaidBefore) -> bool:
    """Say whether the other one asks how it went."""
    if one.role == thread.said.role or thread.said.role != "user":
        return False
    return asks_how(thread.text, one.text[:MOST_CHARS])
