"""The lines of facts that a message tells, as they are found.

Owns: their wording in the third person, each once; what more is said of the last.
Knows nothing of: clauses, what a predicate tells.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from ...summaries.notes import PRESENT
from ..facts import Category, Fact
from ..told import Told
from .forms import FRAGMENT, MANY, PLURAL_VERB, SUBJECT_LATER
from .persons import One
from .second_person import addressed, agreeing
from .third_person import without_persons

_SAYS_IT: Final = frozenset(f"{verb}s" for verb in PRESENT)
"""Verbs of which what stands before is the subject: "The ledger wants birthdays"."""


class FactLines:
    """Facts of one message, in order.

    Attributes:
        found: The facts.
        spelling: How "favourite" is written in what is read: "or" or "our".
    """

    def __init__(self, speaker: One, other: str) -> None:
        """Take who speaks, and the name of whom they speak to."""
        self.found: list[Fact] = []
        self.spelling = "or"
        self._self = speaker
        self._other = other

    def goes_on(self, text: str) -> bool:
        """Add to what was told last, if a sentence only says more of it.

        "I was a legionary once. Eleven years with the Ninth."
        """
        first = text.split(",")[0]
        if not self.found or not FRAGMENT.match(first) or SUBJECT_LATER.search(text):
            return False
        if any(word in _SAYS_IT for word in first.lower().split()[2:]):
            return False
        last = self.found[-1]
        if last.subject == self._self.name and last.category is not Category.FAMILY:
            more = without_persons(text, self._self.name, self._other, begun=True)
            line = f"{last.text[:-1]}: {more.strip(' .!')}."
            line = addressed(line, self._self.name, self._other)
            self.found[-1] = replace(last, text=line)
        return True

    def place(self) -> str:
        """Return where "there" is; itself if no place was told."""
        for one in reversed(self.found):
            if one.slot in ("lives", "grew up", "born in", "from"):
                tail = re.search(r"\b(?:in|on|at|to|from) (?P<x>[^,.]+)\.$", one.text)
                return f"in {tail['x']}" if tail else "there"
        return "there"

    def line(self, one: One, predicate: str, when: str) -> str:
        """Return a predicate in the third person, with its subject."""
        own = one.name == self._self.name
        # "She works" stands in the third person already, "they work" does not.
        plural = own or (PLURAL_VERB.match(predicate) and not MANY.search(one.name))
        told = agreeing(predicate, one.name) if plural else predicate
        body = without_persons(
            f"{told} {when}".strip(), self._self.name, self._other, begun=own
        )
        return f"{one.name} {body}"

    def knows(self, name: str) -> bool:
        """Say whether a message told of somebody by name, but the two who talk."""
        return any(name.split()[-1] in one.text for one in self.found) and name not in (
            self._self.name,
            self._other,
        )

    def called(self, rel: str) -> str:
        """Return the name of somebody's one sister, if the message told it before."""
        names = {
            one.text.partition(" is ")[0]
            for one in self.found
            if one.value == rel and one.slot.startswith(("kin:", "knows:", "pet:"))
        }
        return names.pop() if len(names) == 1 else ""

    def add(
        self,
        text: str,
        told: Told,
        earnest: float,
        one: One | None = None,
        when: str = "",
    ) -> None:
        """Add what is told of somebody, of who speaks if nobody is named."""
        one = one or self._self
        line = re.sub(r"\s+", " ", text).strip(" ,;:.!") + "."
        line = line.replace("favorite", f"fav{self.spelling}ite")
        line = addressed(line, self._self.name, self._other)
        if any(known.text == line for known in self.found):
            return
        self.found.append(
            Fact(
                text=line[:1].upper() + line[1:],
                about=one.about,
                subject=one.name,
                category=told.category,
                slot=told.slot,
                value=told.value,
                confidence=round(min(1.0, told.confidence * earnest), 3),
                ended=told.ended,
                when=when,
            )
        )
