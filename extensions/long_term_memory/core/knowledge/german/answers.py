"""Turn a German answer into a clause with a subject.

Owns: which questions ask for facts.
Knows nothing of: what the clause tells.
"""

from __future__ import annotations

import re
from typing import Final

ASKED: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), lead)
    for pattern, lead in (
        (r"\b(?:beruflich|beruf|arbeitest du|von beruf)\b", "ich bin {}"),
        (r"\bwo (?:wohnst|lebst) du\b", "ich wohne in {}"),
        (r"\bwoher (?:kommst|stammst) du\b|\bkommst du her\b", "ich komme aus {}"),
        (r"\bwie alt\b", "ich bin {}"),
        (r"\bwie heißt (?:dein|deine) (?P<rel>\w+)", "mein {rel} heißt {}"),
        (r"\bgeschwister|\bkinder\b|\bhaustiere?\b|\btiere?\b", "ich habe {}"),
        (r"\ballerg\w+", "ich bin allergisch gegen {}"),
        (r"\bangst\b", "ich habe angst vor {}"),
        (r"\bgeburtstag\b", "mein geburtstag ist {}"),
        (r"\binstrument\b", "ich spiele {}"),
        (r"\bstudierst\b", "ich studiere {}"),
        (r"\bsprachen\b", "ich spreche {}"),
        (r"\barzt|\bdiagnose\b", "ich habe {}"),
        (r"\blieblings(?P<rel>\w+)", "mein lieblings{rel} ist {}"),
    )
)


def answered(clause: str, before: str) -> str:
    """Return an answer as a clause with a subject; empty if it is none."""
    if "?" not in before or re.match(
        r"(?:ich|wir|mein|unser|er|sie|das|es|du|nein|nö|nicht|kein)",
        clause,
        re.IGNORECASE,
    ):
        return ""
    for pattern, lead in ASKED:
        if found := pattern.search(before):
            rel = (found.groupdict().get("rel") or "") if "{rel}" in lead else ""
            answer = (
                re.sub(r"^[iI]n (?=\w)", "", clause)
                if lead.endswith("in {}")
                else clause
            )
            return lead.replace("{rel}", rel).replace(
                "{}", answer.split(",")[0] if lead == "ich bin {}" else answer
            )
    return ""
