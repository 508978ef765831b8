"""Cut English sentences into clauses, and clauses into halves.

Owns: where a clause begins, what of it is told, what is an event.
Knows nothing of: who is meant, categories other than events.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..facts import Category
from ..told import Told
from .forms import (
    BARE_KIN,
    BOUND,
    EVERYDAY,
    IDLE_PAST,
    JOINS_TWO,
    LEADING_TIME,
    NEGATIVE,
    PAST,
    REL,
    TITLED_KIN,
)
from .parts import NUMBER
from .predicates import thing, time_in, told_by
from .words import PETS

_OF_THAT: Final = re.compile(
    r"(?:[a-z]+ly )?[a-z]+ (?:it|them|him|her|that)\b", re.IGNORECASE
)
"""What points back: "I moved to Bergen and brought it along"."""


def with_my(clause: str) -> str:
    """Write "Mom" and "Uncle Ned" as kin of who speaks."""
    if found := TITLED_KIN.match(clause):
        return f"my {found.group().lower()}{clause[found.end() :]}"
    if found := re.match(
        rf"the (?=(?:{PETS}|baby)(?:'s| is)? (?:called|named|name)\b)",
        clause,
        re.IGNORECASE,
    ):
        return f"my {clause[found.end() :]}"
    return BARE_KIN.sub(r"my \1\2 ", clause)


def clauses(text: str) -> Iterator[str]:
    """Yield the clauses of a sentence, each with a subject of its own."""
    start = 0
    for found in BOUND.finditer(text):
        if JOINS_TWO.fullmatch(text[start : found.end()].strip()):
            continue
        if piece := text[start : found.start()].strip():
            yield piece
        start = found.end()
    if piece := text[start:].strip():
        yield piece


def without_leading_time(text: str) -> tuple[str, str]:
    """Take "Tomorrow" or "Every summer" off the front of a clause."""
    found = LEADING_TIME.match(text)
    if found is None:
        return text, ""
    return text[found.end() :], found["when"].lower() if not found["when"][
        :1
    ].isdigit() else found["when"]


def halves(predicate: str) -> tuple[str, str]:
    """Cut "is seven and obsessed with sharks" in two predicates."""
    found = re.search(
        r"(?<!hundred)(?<!between),? and (?:also |now |then )?(?=[a-z])", predicate
    )
    if found is None:
        return predicate, ""
    first, second = predicate[: found.start()], predicate[found.end() :]
    if re.match(rf"{NUMBER} ", second):  # so many more of the same, and no verb
        return predicate, ""
    be = re.match(r"(?:am|is|are|was|were)\b", first)
    if be and told_by(f"{be.group()} {second}") is not None:
        return first, f"{be.group()} {second}"
    if _OF_THAT.match(second) and told_by(first) is not None:
        return first, "" if told_by(second) is None else second
    return first, second


def cut(text: str) -> str:
    """Cut at a comma, unless more of the same or where and since when follows."""
    if is_list(text):
        return text
    first, *rest = text.split(", ")
    for part in rest:
        if not re.match(
            r"(?:in|at|near|with|from|since|for|on|as|by|about|almost|nearly|over|"
            rf"{NUMBER})\b",
            part,
        ):
            break
        first = f"{first}, {part}"
    return first


def is_list(text: str) -> bool:
    """Say whether what follows a comma lists more of the same."""
    return (
        re.search(
            r", (?:[\w'-]+ ?){1,4}(?:, (?:[\w'-]+ ?){1,4})*,? (?:and|or) "
            r"(?:[\w'-]+ ?){1,4}$",
            text,
        )
        is not None
    )


def event(predicate: str, when: str, *, kin: bool = False) -> Told | None:
    """Return what happened; an event that says nothing more than its verb is none."""
    found = PAST.match(predicate)
    if found is None or IDLE_PAST.match(predicate) or NEGATIVE.match(predicate):
        return None
    words = len(predicate.split())
    dated = bool(when or time_in(predicate) or predicate.endswith(" once"))
    named = re.search(r"(?<=\w )[A-Z][a-z]+|\d", predicate) is not None
    kin = kin or re.search(rf"\bmy {REL}\b", predicate) is not None
    # What is done every day is no event.
    sure = (
        (0.68 if re.match(r"(?:have|has) ", predicate) else 0.63)
        + 0.1 * dated
        + 0.08 * named
        + 0.02 * min(5, words - 3)
        + 0.14 * kin
    )
    sure -= 0.12 if EVERYDAY.match(predicate) else 0.0
    return Told(
        Category.EVENT,
        f"did:{thing(predicate)}",
        thing(found["rest"]),
        min(0.8, sure),
        cut=False,
    )


def lasting(predicate: str) -> Told | None:
    """Return what somebody's kin or friend does, whatever it is."""
    if NEGATIVE.match(predicate) or len(predicate.split()) < 2:
        return None
    if re.match(
        r"(?:is|are|was|were) (?:so |very |really |being |just |here|there|not|ok|"
        r"fine|asleep|home|late|sick of|mad|angry|upset|driving me|killing|calling|"
        r"going)",
        predicate,
    ):
        return None
    if re.match(r"\w+ (?:that|this|it|you)\b|(?:is|are|was|were) [\w-]+$", predicate):
        return None
    if re.match(
        r"(?:would|could|might|will|should|can|says?|said|thinks?|told|asked|wants?"
        r"|just|looks?|seems?|keeps?|needs?|called|texted|used to say)\b",
        predicate,
    ):
        return None
    return Told(Category.PERSONAL, f"is:{thing(predicate)}", thing(predicate), 0.74)


def singular(rel: str) -> str:
    """Return one of several kin or animals."""
    if rel.endswith("ies"):
        return f"{rel[:-3]}y"
    return rel.removesuffix("s") if not rel.endswith("ss") else rel
