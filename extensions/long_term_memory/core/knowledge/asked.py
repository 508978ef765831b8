"""Say whether an answer tells of whoever gives it.

Owns: the questions that ask for something else, and the answers that say nothing.
Knows nothing of: what an answer tells.

"What am I allergic to?" asks what the other one knows, who may be wrong or guess; the
answer is no fact, least of all about the one who gives it. Nor is "Hm, let me think."
"""

from __future__ import annotations

import re
from typing import Final

from ..text.patterns import late, small

LOOKED_AT: Final = 400
"""Characters of a question, from its end, or of an answer, from its beginning."""

_LAST: Final = late(r"[^.!?\u3002\uff01\uff1f\n]*[?\uff1f]\W*$")
_OF_ASKER: Final = late(
    r"\b(?:am|do|did|was|have) i\b"
    r"|\b(?:what|where|which|who|how old|when)(?: \w+)? i(?:'m| am| was| live| like"
    r"| work| play| do| have| love| hate| fear)\b"
    r"|\b(?:what|who|when|where|which|how|name of|know|remember)(?:'s| is| are| was"
    r"| old is)? my\b"
    r"|\b(?:bin|wohne|lebe|habe|hab|mag|arbeite|spiele|heisse|hei\u00dfe|komme"
    r"|studiere) ich\b|\b(?:ist|sind|hei\u00dft|heissen|hei\u00dfen) mein\w*\b"
    r"|\u6211(?!.*\u4f60)",
)
_OF_OTHERS: Final = late(
    r"\b(?:is|are|was|were|does|do|did|has|have|'s) (?:he|she|they"
    r"|(?:your|the|his|her|their) (?:\w+ )?(?:son|daughter|child|children|kids?|baby"
    r"|brother|sister|mother|mum|mom|father|dad|parents|wife|husband|partner"
    r"|boyfriend|girlfriend|friend|boss|cat|dog))\b(?!'s? (?:name|called))"
    r"(?!.*\b(?:call(?:ed)?|names?)\b)"
    r"|\b(?:ist|wohnt|lebt|hat|arbeitet|spielt) (?:er|sie|dein\w* \w+)\b",
)
_OR_YOU: Final = late(r"\b(?:and|or|about) you\b")
_SAYS_NOTHING: Final = late(
    r"^\W*(?:(?:well|so|oh|ah|okay|ok|and|now|na ja|naja|also|tja|ach)\W+)*"
    r"(?:h+m+|u+h+m*|u+m+|e+r+m*|\u00e4+h*m*|mm+|let me (?:think|see|guess)|let's see"
    r"|good question|you know|who knows|no idea|dunno|guess\b|hard to say|lass mich"
    r"|mal (?:sehen|\u00fcberlegen)|gute frage|keine ahnung|wei\u00dft du"
    r"|(?:oh|ah|well|tja|ach)\W*(?:$|[,.!\u2026]))"
    r"|^\W*(?:\u55ef|\u5514|\u5443|\u8ba9\u6211\u60f3|\u8b93\u6211\u60f3"
    r"|\u4e0d\u77e5\u9053)",
    re.IGNORECASE,
)


def asks_for_other(before: str) -> bool:
    """Say whether a message asks for what is not about whoever answers it."""
    end = before.strip()[-LOOKED_AT:]
    if "?" not in end and "\uff1f" not in end:
        return False
    found = _LAST.search(small(end.replace("\u2019", "'")))
    if found is None or _OR_YOU.search(found.group()):
        return False
    asked = found.group()
    return bool(_OF_ASKER.search(asked) or _OF_OTHERS.search(asked))


def says_nothing_yet(text: str) -> bool:
    """Say whether a message begins with words that stand for no answer."""
    return _SAYS_NOTHING.search(text[:LOOKED_AT]) is not None
