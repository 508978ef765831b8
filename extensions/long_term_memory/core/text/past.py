"""Whether a clause tells what is over: "I sold it", "hat geklappt", "刚下班".

Owns: the forms of verbs that tell so, in English, German and Chinese.
Knows nothing of: days, speakers, what follows from it.
"""

from __future__ import annotations

import re
from typing import Final

PAST_VERBS: Final = frozenset(
    "ate beat became began bent bet bit bled blew bought bound bred broke brought "
    "built burnt came caught chose clung cost crept cut dealt did drank dreamt drew "
    "drove dug fed fell felt fled flew forgave forgot fought found froze gave got "
    "grew had heard held hid hit hung hurt kept knelt knew laid lay learnt led left "
    "lent let lit lost made meant met paid put quit ran rang read rode rose said sang "
    "sank sat saw sent set shook shot shut slept sold spent spoke stole stood struck "
    "stuck swam swore swung taught thought threw told took understood was went were "
    "woke won wore wound wrote".split()
)
"""English verbs of which the past is not made by -ed, in the past."""

_SAME_NOW: Final = frozenset(
    "beat bet cost cut hit hurt let lay put quit read set shut wound".split()
)
"""Of them, those that may as well tell what is now."""

_GOT: Final = r"got(?! (?:a|an|the|my|to|his|her|our)\b)"
_ENGLISH: Final = re.compile(
    rf"\b(?:{'|'.join(sorted(PAST_VERBS - _SAME_NOW - {'got'}))}|{_GOT}"
    r"|\w{2,}ed(?<!need)(?<!scheduled)(?<!booked)(?<!invited)(?<!planned)(?<!supposed)"
    r"(?<!excited)(?<!worried)(?<!scared)(?<!married)(?<!moved)(?<!agreed)"
    r"(?<!promised)(?<!signed)(?<!speed)(?<!tired))\b",
    re.IGNORECASE,
)
_GERMAN: Final = re.compile(
    r"\b(?:war|waren|hatte[nt]?|ging|kam|gab|sah|stand|fand|lag|blieb|fiel|nahm)\b"
    # The perfect: "hat mir die Tür vor die Nase geknallt".
    r"|\b(?:hab|habe|hast|hat|haben|habt|bin|bist|ist|sind|seid)\b.{0,120}?"
    r"\b(?!geplant|gebucht|gemeint|gespannt|geladen|gewicht|gesicht|gedicht|gericht"
    r"|gehalt|gesch\u00e4ft|gebet|geburt)"
    r"(?:(?:an|auf|aus|ab|ein|mit|nach|vor|weg|zu|um|her|hin|los)?ge\w{2,}(?:t|en)"
    r"|\w{2,}iert(?<!passiert)|verloren|vergessen|bekommen|erz\u00e4hlt|verkauft"
    r"|verpasst|passiert)\b",
    re.IGNORECASE | re.DOTALL,
)
_CHINESE: Final = re.compile(
    r"\u4e86(?!\u5417)|\u521a(?:\u521a|\u624d)?|\u8fc7(?:\u4e86|\u4e00)|\u66fe\u7ecf"
)


def tells_past(clause: str) -> bool:
    """Say whether a clause has a verb that tells what is over.

    Participles that tell of something to come ("booked", "invited", "geplant") do not
    count.
    """
    return any(one.search(clause) for one in (_ENGLISH, _GERMAN, _CHINESE))
