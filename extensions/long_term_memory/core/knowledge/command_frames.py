"""The shape in which a language tells memory something.

Owns: what the frames of a language are made of, and when what is told holds.
Knows nothing of: any language, quotes, who speaks.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

LEAST_CHARS: Final = 3


class Frames(NamedTuple):
    """How a language asks memory to remember and to forget.

    A clause is read from its start: an opening (courtesies, who is spoken to, "could
    you"), then a verb or a heading, then what is told.

    Attributes:
        opening: What may stand before the verb.
        asking: In an opening: what makes a question a request.
        earnest: In an opening: it is asked for, so anybody may be told of.
        to_figure: In an opening: a figure of the story is spoken to.
        firm: Frames that only memory is meant by.
        loose: Frames of talk, too.
        back: A whole clause that points at what was just said.
        forget: Frames with whom or what it is `of`.
        forget_earnest: One more, where it is asked for.
        forget_beside: One more, out of character only.
        own: What is told of the speaker or somebody with a name.
        concrete: What is told of a day, a name, a trait, the speaker.
        other: What nothing that is told begins with.
        talk: What is told to the listener, not to memory.
        to_you: The listener is spoken of ...
        taste: ... which may still be told, if it is about what the speaker likes.
        rest: What follows on what is told and is no part of it.
        reports: Ends what stands before a clause that somebody else says.
        no_matter: Nothing that could be looked for.
    """

    opening: re.Pattern[str]
    asking: re.Pattern[str]
    earnest: re.Pattern[str]
    to_figure: re.Pattern[str]
    firm: re.Pattern[str]
    loose: re.Pattern[str]
    back: re.Pattern[str]
    forget: tuple[re.Pattern[str], ...]
    forget_earnest: re.Pattern[str]
    forget_beside: re.Pattern[str]
    own: re.Pattern[str]
    concrete: re.Pattern[str]
    other: re.Pattern[str]
    talk: re.Pattern[str]
    to_you: re.Pattern[str]
    taste: re.Pattern[str]
    rest: re.Pattern[str]
    reports: re.Pattern[str]
    no_matter: re.Pattern[str]

    def holds(self, told: str, *, firm: bool) -> bool:
        """Say whether something is a thing to remember."""
        if len(told) < LEAST_CHARS or self.talk.search(told):
            return False
        if self.to_you.search(told) and not (firm and self.taste.search(told)):
            return False
        if self.own.match(told):
            return True
        if self.other.match(told):
            return False
        return firm or self.concrete.search(told) is not None
