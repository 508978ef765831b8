"""Whether anything should be recalled at all.

Owns: what counts as evidence, and how much is enough.
Knows nothing of: stores, ranking, settings.

Small talk resembles other small talk, in meaning and in words: "Good night!" lies
nearer to its likes than most questions to their answers. So a message must first have
something to ask for; only then is it asked whether memory has it.
"""

from __future__ import annotations

import re
from typing import Final

from .lexical import stem, tokenize

NEAR_COSINE: Final = 0.3
"""Something lies so near in meaning, or ..."""

NEAR_SHARE: Final = 0.18
"""... holds so much of the message's words. Measured with MiniLM on long chats: with
neither, six of seven unrelated subjects are silent, and of what questions need 0.13
points are lost."""

_SMALL_TALK: Final = frozenset(
    stem(word)
    for word in """
    absolutely afternoon again agree ah aha ahh alright amazing anybody anyone
    anything anyway ask asking aw awesome awesomeness aww babe baby back bit blush
    bow brb btw bye care certainly change cheers chuckle clap come congrat
    congratulation continue cool course cute cuz damn darling day dear definitely
    doing done dude else em er even evening everything exactly excellent excuse fair
    fantastic feel fine forgive fun funny gasp get giggle glad go gonna good goodbye
    goodnight got gotcha grate great greeting grin guess ha haha hahaha hahahaha
    happen happy heh hehe hehehe hello hey heya hi hilarious hm hmm hmmm hold honey
    hug huh interesting kay keep kidding kind kiss know later laugh let listen
    little lmao lol look lot luck lucky ly make matter maybe mean mhm mind mm mmm
    moment more morning much nah need never nice night nod nope nothing ofc oh ohh
    oi ok okay okey omg one oof ooh oops ouch perfect perhaps please pleasure pls
    pout pretty problem quite ready real really rest right rofl sad say see shall
    shh shrug sigh silly sir sit sleep smile smirk somebody someone something soon
    sorry sound speak stand start stay still stop stuff subject such sup super sure
    sweet sweetheart sweetie take talk tell thank thanks thing think thx time today
    tomorrow tonight tonite topic totally true try uh um understand understood
    unless wait wanna want wave way welcome well whatever whoa wink wonder wonderful
    worry wow wtf xd xoxo ya yay yea yeah yep yes yesterday yo yup
    """.split()
)
"""Stems that ask memory for nothing by themselves."""

_ENDEARMENT: Final = re.compile(
    r"\b(?:like|love|miss|adore|need|want|kiss|hug)s? (?:you|u|ya|me|it|that)\b"
    r"|\bsweet dreams\b",
    re.IGNORECASE,
)

_SOUND: Final = re.compile(r"[ah]*h[ah]*|[he]*h[he]*|l+o+l+|h+m+|o+h+|a+w+|m+")


def near_enough(*, cosine: float, lexical: float) -> bool:
    """Say whether the nearest memory is likely to matter.

    Args:
        cosine: The highest of any message; -1 while there are no vectors.
        lexical: The highest lexical share of any message, 0 … 1.
    """
    return cosine >= NEAR_COSINE or lexical >= NEAR_SHARE


def asks_for_something(text: str) -> bool:
    """Say whether a text has any word beyond greetings, thanks and interjections."""
    words = tokenize(_ENDEARMENT.sub(" ", text))
    return any(not _is_small_talk(word) for word in words)


def _is_small_talk(word: str) -> bool:
    """Greetings, laughter of any length, single letters and bare numbers."""
    if word in _SMALL_TALK or (len(word) == 1 and word.isascii()):
        return True
    return _SOUND.fullmatch(word) is not None
