"""Take a stretch of chat apart into passages that mean something by themselves.

Owns: in what order messages are read, answered, named and trimmed.
Knows nothing of: which passages matter, stores, prompts.
"""

from __future__ import annotations

from collections.abc import Sequence

from .binding import People, Spoken, bound
from .cast import cast_of, leads, named, names_in
from .telling import Passage, answered, asked_about, passages_of
from .unbound import is_judged, terse, trimmed, without_asides


def heard(messages: Sequence[Spoken]) -> list[Passage]:
    """Return the passages of messages, in order; `place` counts the messages.

    Names stand for pronouns where that is certain, and what says nothing is left out.
    """
    cast = cast_of(one.text for one in messages)
    speakers = {one.name for one in messages}
    voices = {
        name
        for name in speakers
        if leads(name, (one.text for one in messages if one.name == name))
    }
    capitals = names_in([one.text for one in messages])
    texts = [named(one.text, capitals) for one in messages]
    people = People(texts, cast.union(capitals.values()), speakers)
    judged = is_judged(texts)
    passages: list[Passage] = []
    asked, before = "", Spoken()
    for place, one in enumerate(messages):
        found = passages_of(
            place,
            one.name,
            one.text,
            user=one.user,
            names=cast | speakers,
            known=capitals.values(),
            participants=speakers,
            voices=voices,
        )
        found = [
            passage._replace(text=named(passage.text, capitals))
            for passage in answered(found, asked)
        ]
        if judged:
            found = [_short(passage) for passage in bound(found, before, people)]
        passages += found
        asked, before = asked_about(one.text), Spoken(one.name, texts[place])
    return passages


def _short(one: Passage) -> Passage:
    text = without_asides(one.text) if one.own else one.text
    return one._replace(text=terse(trimmed(text, speaker=bool(one.name))))
