"""Whether a message tells that something to come was done, or given up, before its day.

Owns: the words of both.
Knows nothing of: what is told on its day and after it, days, chats.
"""

from __future__ import annotations

import re
from typing import Final

from ..text.patterns import late
from ..text.tokenizer import tokenize
from .outcome_texts import PENDING, OutcomeText, is_related, read

_TASK: Final = late(
    r"\b(?:by|before|until|due|deadline|hand(?:ing)? (?:\w+ ){0,2}in|submit\w*|send"
    r"|renew|pay|file|call|buy|finish|book|bis|abgabe|abgeben|einreichen|anrufen"
    r"|kaufen|bezahlen)\b|\u4ea4|\u5bc4|\u4e70",
    re.IGNORECASE,
)
"""What can be done before its day."""

_DONE_EARLY: Final = late(
    r"\b(?:is|are|'s|'re) (?:already |finally |all |now |both )*(?:in|done|sent"
    r"|finished|paid|away|sorted|handed in|submitted|booked|renewed)(?=\W|$)"
    r"|(?<=\w)'s (?:already |finally )?(?:in|done|sent|paid)(?=\W|$)|\b(?:submitted"
    r"|handed (?:\w+ )?in|sent|turned in|renewed|paid|filed|called|phoned|bought|booked"
    r"|uploaded|finished|found|here(?:'s| is| it is| are| you go)|abgegeben|erledigt"
    r"|eingereicht|abgeschickt|\u00fcberwiesen|angerufen|gekauft|bezahlt)\b"
    r"|\u63d0\u524d|\u4ea4\u4e86|\u529e\u597d|\u5bc4\u4e86|\u4e70\u597d"
    r"|\u4e70\u5230|\u6253\u8fc7",
    re.IGNORECASE,
)
_HANDED_OVER: Final = late(
    r"\b(?:submitted|handed (?:\w+ )?in|turned (?:\w+ )?in|uploaded|abgegeben"
    r"|eingereicht)\b|\u63d0\u524d|\u4ea4\u4e86",
    re.IGNORECASE,
)
"""Said of what has a deadline, however it is called."""

_IN_PART: Final = late(
    r"\b(?:first|draft|chapters?|half|parts?|pages?|sections?|intro\w*|almost|nearly"
    r"|form to|wrong|erste\w*|h\u00e4lfte|kapitel|seiten?)\b|\u4e00\u534a|\u521d\u7a3f",
    re.IGNORECASE,
)
_WITHDRAWN: Final = late(
    r"\b(?:that'?s that|(?:sold|returned|gave away|gave back) (?:\w+ )?tickets?"
    r"|withdr[ae]wn?|withdrew|off the list|(?:is|are|was|were|it's|\w+'s) (?:now "
    r"|officially |totally )?off(?=\W*$|[,.;!]| because| since)"
    r"|(?:not|\w+n'?t)\b[^.!?]*\b(?:after all|any ?more|in the end)"
    r"|(?:isn't|aren't|not|won't be|can't) (?:coming|going|happening|flying|visiting)"
    r"(?=\W*$|[,.;!]| (?:to|after|any|because|this|on|over|home))"
    r"|staying home|change of plans?|wird (?:wohl |leider |doch )*nichts"
    r"|komm(?:t|en) (?:doch |leider )*nicht|nicht mehr|ist krank)\b"
    r"|\u4e0d\u7528\u4e86|\u4e0d\u80fd\u6765",
    re.IGNORECASE,
)
_NOT_TO: Final = late(
    r"\b(?:won'?t|will not|not (?:going to|gonna)|decided (?:not to|against)"
    r"|(?:don'?t|doesn'?t|no longer|needn'?t)(?: (?:have|need|want))?(?: to)?)\s+"
    r"(?:the |my |a |any )?(\w+)",
    re.IGNORECASE,
)
"""What is not done that was meant to be."""

_HANDED_STEMS: Final = frozenset(
    tokenize("submitted handed turned uploaded yesterday early abgegeben eingereicht")
)


def may_end_early(said: str) -> bool:
    """Say whether a message may tell of what is still to come; quick."""
    return any(one.search(said) for one in (_DONE_EARLY, _WITHDRAWN, _NOT_TO))


def is_withdrawn(thing: OutcomeText, text: OutcomeText) -> bool:
    """Say whether a message tells that nothing will come of a matter."""
    related = is_related(thing, text)
    return any(_is_given_up(thing, one, related) for one in text.sentences)


def is_done_early(thing: OutcomeText, text: OutcomeText) -> bool:
    """Say whether a message tells that a task is done."""
    if not _TASK.search(thing.said):
        return False
    return any(_is_done(thing, one) for one in text.sentences)


def _is_given_up(thing: OutcomeText, sentence: str, related: bool) -> bool:
    if related and _WITHDRAWN.search(sentence):
        return True
    return any(thing.stems & read(one).stems for one in _NOT_TO.findall(sentence))


def _is_done(thing: OutcomeText, sentence: str) -> bool:
    if not _DONE_EARLY.search(sentence):
        return False
    if PENDING.search(sentence) or _IN_PART.search(sentence):
        return False
    told = read(sentence)
    handed_over = _HANDED_OVER.search(sentence) and not told.stems - _HANDED_STEMS
    return bool(thing.stems & told.stems or handed_over)
