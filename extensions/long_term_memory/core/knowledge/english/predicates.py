"""Tell what a predicate says of its subject: a trade, a place, a liking, a plan.

Owns: which pattern fits, what is denied, what holds no more.
Knows nothing of: whose predicate it is, how it is worded in the third person.
"""

from __future__ import annotations

import re
from typing import Final

from ...text.patterns import late
from ..facts import Category
from ..told import FactRule, Told
from .body_rules import HEALTH_RULES
from .common_rules import COMMON_RULES
from .history_rules import HISTORY_RULES
from .life_rules import LIFE_RULES
from .parts import WHEN
from .plain_rules import PLAIN_RULES
from .plan_rules import PLAN_RULES
from .self_rules import SELF_RULES

RULES: Final = (
    *HEALTH_RULES,
    *LIFE_RULES,
    *SELF_RULES,
    *HISTORY_RULES,
    *PLAN_RULES,
    *COMMON_RULES,
    *PLAIN_RULES,
)


_ILL: Final = tuple(rule for rule in RULES if rule.category is Category.HEALTH)
DENYING: Final = tuple(
    rule
    for rule in RULES
    if rule.value in ("no", "dislikes")
    or rule.slot.startswith(("can:", "believes:", "health:"))
)
"""About what somebody does not do."""


_WHEN: Final = late(rf"\b{WHEN}", re.IGNORECASE)


_NEGATED: Final = late(
    r"(?:am|is|are|was|were|have|has|had|do|does|did|will|can|could)(?:n't|"
    r" not)\b|(?:don't"
    r"|doesn't|didn't|won't|can't|isn't|aren't|wasn't|haven't|hasn't|never)\b"
    r"|(?:have|has|had) (?:no|never|neither)\b|not\b",
    re.IGNORECASE,
)


_NO_MORE: Final = late(
    r",? ?\b(?:any ?more|any longer|no longer|these days|nowadays)\b", re.IGNORECASE
)


_DOES: Final = late(
    r"(?:eat|drink|play|smoke|work|live|go to|see|speak to|talk to|wear|use|"
    r"sing|dance|paint|write|run|train|coach|teach|practi[sc]e|bite|stutter|"
    r"sleep|visit|own|have|believe in) "
    r"(?!(?:it|that|this|you|time|the energy)\b)(?P<x>[^,;.!]+)",
    re.IGNORECASE,
)


_OPENING: Final = late(
    r"^(?:also|always|really|just|still|actually|now|both|already|even|"
    r"only|currently|honestly|sadly|finally|recently|secretly) ",
    re.IGNORECASE,
)


def told_by(predicate: str) -> Told | None:
    """Return what a predicate tells; None if it tells nothing that lasts."""
    bare = predicate
    while (shorter := _OPENING.sub("", bare)) != bare and not _any_fits(bare):
        bare = shorter
    if _NO_MORE.search(bare) and (_NEGATED.match(bare) or "no longer" in bare.lower()):
        return _no_more(bare)
    found = _fitting(bare, negated=_NEGATED.match(bare) is not None)
    return _told(*found) if found else None


def time_in(text: str) -> str:
    """Return the words that name a time; empty if there are none."""
    found = _WHEN.search(text)
    return found.group() if found else ""


def thing(text: str) -> str:
    """Return what is meant by some words, to tell whether two mean the same."""
    text = _WHEN.sub("", text)
    text = re.sub(
        r"^(?:(?:an?|the|my|our|his|her|their|all|some|any|such) )+",
        "",
        text.strip().lower(),
    )
    text = re.split(
        r" (?:because|since|so|when|with|from|and it|but|for|like|at|anymore|"
        r"now|too|as|in)\b",
        text,
    )[0]
    words = re.findall(r"[^\W_]+(?:['-][^\W_]+)*", text)[:4]
    return " ".join(
        word[:-1]
        if len(word) > 3 and word.endswith("s") and not word.endswith("ss")
        else word
        for word in words
    )


def is_illness(text: str) -> bool:
    """Say whether a few words are no more than the name of an illness."""
    if len(text.split()) > 3:
        return False
    has = f"have {text}"
    return any(rule.pattern.match(has) for rule in _ILL if rule.value != "no")


def _any_fits(text: str) -> bool:
    return _fitting(text) is not None


def _fitting(
    text: str, *, negated: bool = False
) -> tuple[FactRule, re.Match[str]] | None:
    """Return the first rule that fits, of what is denied one about that."""
    for rule in DENYING if negated else RULES:
        if found := rule.pattern.match(text):
            return rule, found
    return None


def _no_more(text: str) -> Told | None:
    """Return what holds no more: "am not vegan anymore"."""
    rest = _NO_MORE.sub("", text)
    held = re.sub(
        r"^(am|is|are|was|were|have|has|can)(?:n't| not| no longer) ",
        r"\1 ",
        rest,
        flags=re.IGNORECASE,
    )
    held = re.sub(
        r"^(?:(?:don't|doesn't|didn't|no longer|can't|never) )+",
        "",
        held,
        flags=re.IGNORECASE,
    )
    held = re.sub(r"^(am|is|are) no longer ", r"\1 ", held, flags=re.IGNORECASE)
    found = _fitting(held.strip())
    if found is None:
        does = _DOES.match(held.strip())
        if does is None:
            return None
        return Told(
            Category.PERSONAL, f"does:{thing(held)}", thing(does["x"]), 0.85, ended=True
        )
    told = _told(*found)
    return told._replace(ended=True, confidence=max(told.confidence, 0.85))


def _told(rule: FactRule, found: re.Match[str]) -> Told:
    groups = found.groupdict()
    x = thing(groups.get("x") or "")
    # "I love coffee" and "I'm off coffee" fill one slot with other values.
    value = rule.value or x
    return Told(
        rule.category,
        rule.slot.format(x=x),
        value,
        rule.confidence,
        rule.ended,
        rule.cut,
    )
