"""Word what people say in odd orders as most would say it.

Owns: sentences whose subject comes last, is left out, or speaks for another.
Knows nothing of: facts.
"""

from __future__ import annotations

import re
from typing import Final

from .forms import NAME, REL
from .words import PETS

_SUBJECT_LAST: Final = re.compile(
    rf"^(?:he|she|they) (?P<rest>(?:is|are|was|has|works|lives|loves|hates|died)\b"
    rf"[^,;]+), (?P<who>my (?:[\w-]+ )?{REL})[ .!]*$",
    re.IGNORECASE,
)
_DOCTOR_SAYS: Final = re.compile(
    r"^(?:my|the) (?:doctor|doctors|therapist|gp|psychiatrist|dentist|allergist|"
    r"cardiologist|psychologist|neurologist|specialist) (?:says?|said|told me|thinks?|"
    r"confirmed)(?: that)? (?P<rest>i (?:have|am|need|must not|can't|cannot) .+)$",
    re.IGNORECASE,
)
_OWN_ONES: Final = re.compile(
    r"^the (?P<who>kids|twins|wife|husband|missus|in-laws|grandkids|boys|girls) "
    r"(?=(?:turn|start|go to|have|has|love|loves|hate|hates|live|lives|works?)\b)",
    re.IGNORECASE,
)
_BEEN: Final = re.compile(
    r"^(?P<never>(?:never|always|also) )?been (?=\w)", re.IGNORECASE
)
_DAYS_FIRST: Final = re.compile(
    r"^(?P<when>(?:mon|tues|wednes|thurs|fri|satur|sun)days),? (?P<rest>i .+?)[ .!]*$",
    re.IGNORECASE,
)
_NAMED_IT: Final = re.compile(
    rf"^(?:we|i) (?:named|call|called) (?:him|her|it) (?P<name>{NAME}), (?:he|she|it) "
    rf"is"
    rf" an? (?:[\w-]+ )?(?P<pet>{PETS})\b.*$",
    re.IGNORECASE,
)
_THE_NEW: Final = re.compile(rf"^the new (?P<who>{REL})(?=,? {NAME}\b)", re.IGNORECASE)

_GERUND: Final = re.compile(
    r"^(?P<verb>teach|work|nurs|manag|driv|deliver|rais|train|coach)ing "
    r"(?P<rest>[^,;]+?) "
    r"(?:is|has been|was) (?:like|so|hard|tough|exhausting|fun|not|really|pretty|a"
    r"|the|my"
    r"|tiring|rough|great|killing)\b",
    re.IGNORECASE,
)
_VERBS: Final = {"nurs": "nurse", "manag": "manage", "driv": "drive", "rais": "raise"}
_NO_FAN: Final = re.compile(
    r"^(?P<rest>not (?:a (?:big |huge |great )?fan of|really into|much of an?|into|too "
    r"fond of|keen on|good with|good at) .+)$",
    re.IGNORECASE,
)
_FROM_WHERE: Final = re.compile(
    rf"^my (?P<who>(?:[\w-]+ )?{REL}) (?:from|at|in|back) [\w' ]{{3,20}}, "
    rf"(?P<name>{NAME}), ",
    re.IGNORECASE,
)


def plainly(text: str) -> str:
    """Return a sentence in the order in which most would say it."""
    if found := _SUBJECT_LAST.match(text):
        return f"{found['who']} {found['rest']}"
    if found := _DOCTOR_SAYS.match(text):
        return found["rest"]
    if found := _NAMED_IT.match(text):
        return f"my {found['pet']} is called {found['name']}"
    if found := _DAYS_FIRST.match(text):
        return f"{found['rest']} on {found['when']}"
    if found := _GERUND.match(text):
        stem = found["verb"].lower()
        return f"I {_VERBS.get(stem, stem)} {found['rest']}"
    if found := _NO_FAN.match(text):
        return f"I am n{found['rest'][1:]}"
    text = _FROM_WHERE.sub(r"my \g<who> \g<name> ", text)
    text = _THE_NEW.sub(r"my new \g<who>", text)
    text = _BEEN.sub(r"I have \g<never>been ", text)
    return _OWN_ONES.sub(r"my \g<who> ", text)
