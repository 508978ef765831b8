"""Turn an English answer into a clause with a subject.

Owns: which questions ask for facts.
Knows nothing of: what the clause tells.
"""

from __future__ import annotations

import re
from typing import Final

from ...text.patterns import late
from .forms import REL
from .parts import NUMBER
from .predicates import time_in
from .words import PLANNED

_HAS_SUBJECT: Final = late(
    r"^(?:i|we|my|he|she|they|it|that|this|you|there|our)\b", re.IGNORECASE
)


_YES: Final = late(
    r"^(?:yes|yeah|yep|yup|sure|of course|absolutely|definitely|i do|i am|guilty|"
    r"always|every day|totally)\b[,.! ]*",
    re.IGNORECASE,
)


_NO: Final = late(r"^(?:no|nope|nah|not really|never|none|nothing)\b", re.IGNORECASE)


_VERB_FIRST: Final = late(
    r"^(?P<verb>(?:just |almost |about to )?(?:turned|turning|turn)|had|have|got"
    r"|used to"
    r"|grew up|born|lost|live|work|study|come|play|was|am)\b",
    re.IGNORECASE,
)
_GAVE_UP: Final = late(
    r"^(?:(?:i )?(?:gave (?:it )?up|quit|stopped))\b(?P<rest>.*)$", re.IGNORECASE
)
_DO_YOU: Final = late(r"\bdo you (?P<what>smok|drink|gambl|vap)e?\b", re.I)
_ASKED: Final = tuple(
    (late(pattern, re.IGNORECASE), lead)
    for pattern, lead in (
        (
            r"\b(siblings|brothers|sisters|kids|children|pets?|animals)\b[^?]*\?",
            "I have {}",
        ),
        (r"\b(?:doctor|diagnos|medical|condition)\w*\b[^?]*\?", "I have {}"),
        (r"\ballerg\w+[^?]*\?", "I am allergic to {}"),
        (
            r"\bwhat (?:do you do|is your (?:job|profession|trade)|are you (?:by|"
            r"for))\b|\byour (?:job|trade|profession)\b|\bdo for (?:a living|"
            r"work)\b",
            "I am {}",
        ),
        (r"\bwhere do you (?:live|stay)\b|\bwhere(?: is|'s) home\b", "I live in {}"),
        (
            r"\bwhere (?:are|do) you (?:come )?from\b|\bwhere are you from\b",
            "I am from {}",
        ),
        (r"\bwhere (?:were you born|did you grow up)\b", "I grew up in {}"),
        (r"\blanguages\b", "I speak {}"),
        (r"\byour (?:star )?sign\b", "I am a {}"),
        (
            r"\bwhat do you (drink|eat|read|listen to|watch|wear|smoke)\b",
            "I usually {0} {}",
        ),
        (rf"\bwhen (?:is|'s) (?:the|your) ({PLANNED})\b", "the {0} is {}"),
        (r"\bhow old\b", "I am {}"),
        (r"\byour birthday\b|\bwhen were you born\b", "my birthday is {}"),
        (
            r"\b(?:what are you|anything you are|you) (?:afraid|scared) of\b|"
            r"\byour (?:biggest |greatest |worst )?fear\b",
            "I am afraid of {}",
        ),
        (r"\bwhere do you work\b", "I work at {}"),
        (r"\bwhat (?:are you studying|do you study)\b", "I study {}"),
        (
            r"\bwhat (?:do you play|instrument)\b|\bplay an(?:y)? instruments?\b",
            "I play {}",
        ),
        (r"\byour favou?rite ([\w ]+?)\?", "my favorite {0} is {}"),
        (
            r"\b(?:his|her|its|the \w+'s|(?:cat|dog)(?:'s)?) name\b|\bcalled\?|"
            r"\bname (?:him|her|it)\b",
            "",
        ),
    )
)


def answered(clause: str, before: str) -> str:
    """Return an answer as a clause with a subject; empty if it is none.

    Args:
        clause: The first clause of a message.
        before: The message before it.
    """
    at_work = re.match(r"i am (?:now )?at (?P<x>(?:an?|the) .+)", clause, re.IGNORECASE)
    if at_work and re.search(r"\bwork\b[^?]*\?", before):
        return f"I work at {at_work['x']}"
    if "?" not in before or _HAS_SUBJECT.match(clause) or len(clause.split()) > 14:
        return ""
    asked = before[: before.rindex("?") + 1].rsplit(". ", 1)[-1]
    if (did := _DO_YOU.search(asked)) and (up := _GAVE_UP.match(clause)):
        return f"I gave up {did['what']}ing{up['rest']}"
    if _NO.match(clause):
        return ""
    if yes := _YES.match(clause):
        rest = clause[yes.end() :]
        if (
            rest
            and re.match(rf"(?:an?|{NUMBER}|just) ", rest)
            and re.search(
                r"\b(?:pets?|kids|children|siblings|animals|have|own)\b", asked
            )
        ):
            return f"I have {rest.removeprefix('just ')}"
        return _yes(asked, rest)
    if (
        re.search(r"\b(?:plans|weekend|doing|up to|tonight|tomorrow)\b", asked)
        and re.match(r"\w+ing\b", clause)
        and time_in(asked)
    ):
        return f"I am {clause} {time_in(asked)}"
    if (
        named := re.search(
            rf"\b(?:your|the) (?P<rel>{REL})(?:'s name| called)\b|\bcall (?:your|the) "
            rf"(?P<it>{REL})\b|name of your (?P<one>{REL})",
            asked,
        )
    ) and len(clause.split()) <= 2:
        return f"my {named['rel'] or named['it'] or named['one']}'s name is {clause}"
    for pattern, lead in _ASKED:
        if (found := pattern.search(asked)) and lead:
            what = found.group(1) if found.groups() else ""
            if lead == "I have {}" and re.match(
                rf"{NUMBER}(?:[ ,.]|$)", clause, re.IGNORECASE
            ):
                return _counted(clause, what)
            if lead.startswith("I ") and _VERB_FIRST.match(clause):
                return f"I {clause}"
            return lead.replace("{0}", what).replace("{}", _with_article(clause, lead))
    return ""


def _counted(clause: str, what: str) -> str:
    """Return a number with what was asked for: "Three" kids."""
    if re.search(rf"\b{REL}\b", clause, re.IGNORECASE):
        return f"I have {clause}"
    return f"I have {re.split('[ ,.]', clause)[0].lower()} {what}"


def _yes(asked: str, rest: str) -> str:
    """Return what a "yes" says."""
    if rest and not re.match(
        r"(?:it|love|three|all|every|since|for|very|always|a (?:bit|lot)|still|have"
        r"|happily)\b",
        rest,
        re.IGNORECASE,
    ):
        return ""
    found = re.search(
        r"\b(?P<verb>do|are|have) you (?P<rest>(?:like|love|have|play|speak|smoke|"
        r"drink|live|work|married|vegetarian|vegan|allergic|an?|from|scared|afraid|"
        r"into|got|own|believe|still) ?[^?]*)\?",
        asked,
        re.IGNORECASE,
    )
    if found is None:
        return ""
    verb = {"do": "", "are": "am ", "have": "have "}[found["verb"].lower()]
    return (
        f"I {verb}{found['rest']}".replace("have got", "have")
        .replace("still ", "")
        .replace(" any ", " ")
    )


def _with_article(clause: str, lead: str) -> str:
    """Return a trade with its article."""
    if lead != "I am {}" or re.match(
        r"(?:an?|the|in|retired|unemployed|\d)\b", clause, re.IGNORECASE
    ):
        return clause
    if not re.match(r"[a-z-]+(?:,| |$)", clause, re.IGNORECASE):
        return clause
    return (
        f"{'an' if clause[:1].lower() in 'aeiou' else 'a'} {clause[:1].lower()}"
        f"{clause[1:]}"
    )
