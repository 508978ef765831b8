"""Word what people say in odd orders as most would say it.

Owns: sentences whose subject comes last, is left out, or speaks for another.
Knows nothing of: facts.
"""

from __future__ import annotations

import re
from typing import Final

from ...text.patterns import late
from ..facts import Category
from .forms import NAME, REL
from .parts import NUMBER
from .predicates import is_illness, told_by
from .words import PETS

_SUBJECT_LAST: Final = late(
    rf"^(?:he|she|they) (?P<rest>(?:is|are|was|has|works|lives|loves|hates|died)\b"
    rf"[^,;]+), (?P<who>my (?:[\w-]+ )?{REL})[ .!]*$",
    re.IGNORECASE,
)
_DOCTOR_SAYS: Final = late(
    r"^(?:my|the) (?:doctor|doctors|therapist|gp|psychiatrist|dentist|allergist|"
    r"cardiologist|psychologist|neurologist|specialist) (?:says?|said|told me|thinks?|"
    r"confirmed)(?: that)? (?P<rest>i (?:have|am|need|must not|can't|cannot) .+)$",
    re.IGNORECASE,
)
_OWN_ONES: Final = late(
    r"^the (?P<who>kids|twins|wife|husband|missus|in-laws|grandkids|boys|girls) "
    r"(?=(?:turn|start|go to|have|has|love|loves|hate|hates|live|lives|works?)\b)",
    re.IGNORECASE,
)
_BEEN: Final = late(r"^(?P<never>(?:never|always|also) )?been (?=\w)", re.IGNORECASE)
_DAYS_FIRST: Final = late(
    r"^(?P<when>(?:mon|tues|wednes|thurs|fri|satur|sun)days),? (?P<rest>i .+?)[ .!]*$",
    re.IGNORECASE,
)
_NAMED_IT: Final = late(
    rf"^(?:we|i) (?:named|call|called) (?:him|her|it) (?P<name>{NAME}), (?:he|she|it) "
    rf"is"
    rf" an? (?:[\w-]+ )?(?P<pet>{PETS})\b.*$",
    re.IGNORECASE,
)
_THE_NEW: Final = late(rf"^the new (?P<who>{REL})(?=,? {NAME}\b)", re.IGNORECASE)

_GERUND: Final = late(
    r"^(?P<verb>teach|work|nurs|manag|driv|deliver|rais|train|coach)ing "
    r"(?P<rest>[^,;]+?) "
    r"(?:is|has been|was) (?:like|so|hard|tough|exhausting|fun|not|really|pretty|a"
    r"|the|my"
    r"|tiring|rough|great|killing)\b",
    re.IGNORECASE,
)
_VERBS: Final = {"nurs": "nurse", "manag": "manage", "driv": "drive", "rais": "raise"}
_BEING: Final = late(
    r"^being (?P<x>(?:an?|the) [^,;]+? (?:at|in|for|on) (?:the|an?|my) [^,;]+?) (?:is"
    r"|was|means|has|beats|makes|gets)\b",
    re.IGNORECASE,
)
_FOUND_OUT: Final = late(
    r"^(?:i|we) (?:(?:just|only|recently|finally) )*(?:found|find) out (?:today |that "
    r"|yesterday )*(?=(?:i|we|my) )",
    re.IGNORECASE,
)
_NAME_IS: Final = late(
    rf"^(?P<name>{NAME})'s (?=(?:an? (?!\w+ (?:is|was))|afraid|scared|terrified"
    rf"|allergic"
    r"|pregnant|married|engaged|divorced|getting|moving|from (?-i:[A-Z])|in (?:hospital"
    r"|college|prison)|turning|obsessed|coming|dead|sick|vegan|deaf|blind|left-handed"
    r"|retired|unemployed|dating)\b)"
)
_IT_IS: Final = late(
    r"^(?:(?:(?:my|the) )?(?:doctors?|docs?|gp|therapist|specialist|healers?|results?)"
    r" (?:says?|said|thinks?|found|confirmed)(?: that)? (?:it is|it's) |(?:the"
    r"|my) (?=\w"
    r"[\w ]{2,20} is why i\b))(?P<x>[\w -]+?)(?: is why i .*)?[ .!]*$",
    re.IGNORECASE,
)
_THAT_IS_MY: Final = late(
    rf"^(?P<name>{NAME}), (?:that is |that's )?my (?P<rel>oldest|youngest|eldest"
    rf"|{REL}),"
    r" (?P<rest>(?:is|was|has|plays?|works?|lives?|loves?|hates?|goes|speaks?|teaches"
    r"|likes?|runs?|owns?|died|moved|can|\w+s)\b.+)$",
    re.IGNORECASE,
)
_ONE_OF_IT: Final = late(
    r"^one (?P<x>[\w ]{3,20}) and i(?:'m| am)? (?:in the (?:er|hospital)|can't breathe"
    r"|stop breathing|swell\b.*)",
    re.IGNORECASE,
)
_TIME_SPENT: Final = late(
    rf"^(?P<time>half my life|my whole life|(?:{NUMBER}|\w+teen|twenty) (?:years"
    rf"|winters"
    r"|months)) i (?P<did>spent|served|worked|lived|wandered) (?P<rest>.+)$",
    re.IGNORECASE,
)
_NO_FAN: Final = late(
    r"^(?P<rest>not (?:a (?:big |huge |great )?fan of|really into|much of an?|into|too "
    r"fond of|keen on|good with|good at) .+)$",
    re.IGNORECASE,
)
_FROM_WHERE: Final = late(
    rf"^my (?P<who>(?:[\w-]+ )?{REL}) (?:from|at|in|back) [\w' ]{{3,20}}, "
    rf"(?P<name>{NAME}), ",
    re.IGNORECASE,
)


def _by_the_doctor(text: str) -> str:
    """Return what a doctor found as what somebody has: "Doc says it's arthritis"."""
    found = _IT_IS.match(text)
    if found is None or not is_illness(found["x"]):
        return text
    return f"I have {found['x']}"


def _is_trade(text: str) -> bool:
    """Say whether somebody is a thing by trade; of others it may be said of anyone."""
    told = told_by(f"am {text}")
    return told is not None and told.category is Category.WORK


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
    if (found := _BEING.match(text)) and _is_trade(found["x"]):
        return f"I am {found['x']}"
    if found := _THAT_IS_MY.match(text):
        rel = "child" if found["rel"].lower().endswith("est") else found["rel"]
        return f"my {rel} {found['name']} {found['rest']}"
    if found := _ONE_OF_IT.match(text):
        return f"{found['x']} puts me in the hospital"
    if found := _TIME_SPENT.match(text):
        return f"I {found['did']} {found['time']} {found['rest']}"
    text = _by_the_doctor(text)
    text = _NAME_IS.sub(r"\g<name> is ", _FOUND_OUT.sub("", text))
    if found := _NO_FAN.match(text):
        return f"I am n{found['rest'][1:]}"
    text = _FROM_WHERE.sub(r"my \g<who> \g<name> ", text)
    text = _THE_NEW.sub(r"my new \g<who>", text)
    text = _BEEN.sub(r"I have \g<never>been ", text)
    return _OWN_ONES.sub(r"my \g<who> ", text)
