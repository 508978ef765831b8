"""Take a stretch of chat apart into passages that mean something by themselves.

Owns: in what order messages are read, answered, named and trimmed.
Knows nothing of: which passages matter, stores, prompts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .binding import People, Said, bound
from .telling import (
    Passage,
    answered,
    asked_about,
    cast_of,
    named,
    names_in,
    passages_of,
)
from .unbound import is_judged, terse, trimmed


class Utterance(NamedTuple):
    """A message as it was sent."""

    name: str
    content: str
    user: bool


def heard(messages: Sequence[Utterance]) -> list[Passage]:
    """Return the passages of messages, in order; `place` counts the messages.

    Names stand for pronouns where that is certain, and what says nothing is left out.
    """
    cast = cast_of(one.content for one in messages)
    speakers = {one.name for one in messages}
    capitals = names_in([one.content for one in messages])
    texts = [named(one.content, capitals) for one in messages]
    people = People(texts, cast.union(capitals.values()), speakers)
    judged = is_judged(texts)
    passages: list[Passage] = []
    asked, before = "", Said()
    for place, one in enumerate(messages):
        found = passages_of(
            place,
            one.name,
            one.content,
            user=one.user,
            names=cast | speakers,
            known=capitals.values(),
        )
        found = [
            passage._replace(text=named(passage.text, capitals))
            for passage in answered(found, asked)
        ]
        if judged:
            found = [_short(passage) for passage in bound(found, before, people)]
        passages += found
        asked, before = asked_about(one.content), Said(one.name, texts[place])
    return passages


def _short(one: Passage) -> Passage:
    return one._replace(text=terse(trimmed(one.text, speaker=bool(one.name))))
