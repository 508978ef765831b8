"""Write names for pronouns, where it is certain who is meant.

Owns: who is named in messages, whether they are he or she, whom a pronoun means.
Knows nothing of: which passages matter, prompts, stores.

"She held my hand" tells a stranger nothing; after "Have you played for Priya?" it is
"Priya held my hand". A pronoun that nothing in its passage explains means whoever was
named before it in the same message, else in the message before, if that is one alone.
Whether a name is he or she is learnt from the messages themselves. English alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from .telling import Passage
from .unbound import MEN, WOMEN, loose_person

_KIN: Final = re.compile(
    r"\b(?:(?P<whose>my|our|your|ur|his|her) )?(?:(?:older|younger|big|little|twin|late"
    r"|ex|best|old|new) )*(?P<kin>[a-z]+)(?: (?P<named>[A-Z][\w-]+))?\b"
)
_NAME: Final = re.compile(r"(?<![\w'\u2019])[A-Z][a-z][\w-]+(?: [A-Z][a-z][\w-]+)?")
_PRONOUN: Final = re.compile(r"\b(?:he|she|him|her|his|hes|shes)\b", re.IGNORECASE)
_HE: Final = frozenset("he him his hes".split())
_PLACE: Final = re.compile(r"\b(?:at|in|to|from|near|of|the) ([A-Z][\w-]+)")
_SENTENCE: Final = re.compile(r"[^.!?\n]+[.!?\n]*")
_TITLES: Final = re.compile(r"^(?:Mrs|Ms|Miss|Lady|Dame|Queen|Princess|Madam|Sister)\b")
_SIRS: Final = re.compile(r"^(?:Mr|Sir|Lord|King|Prince|Father|Brother)\b")


LEAST_SIGNS: Final = 3
"""So often a name must be he, or she, before it is believed."""

_HAS: Final = re.compile(r" (?:got|been|gone|had|done|\w+ed)\b")
_SAID: Final = re.compile(r"\b(?:say|says|said|saying|if|when)\b", re.IGNORECASE)


class Mention(NamedTuple):
    """Somebody who is named.

    Attributes:
        text: The name, or "dad".
        male: None if nobody knows.
        owner: Whose dad.
    """

    text: str
    male: bool | None = None
    owner: str = ""

    def written(self, speaker: str) -> str:
        """Return what a speaker calls them."""
        if not self.owner:
            return self.text
        whose = "my" if self.owner == speaker else f"{self.owner}'s"
        return f"{whose} {self.text}"


class Spoken(NamedTuple):
    """What somebody said, as it was sent."""

    name: str = ""
    text: str = ""
    user: bool = False


class People:
    """Who is named in messages, and whether they are he or she."""

    def __init__(
        self,
        texts: Sequence[str],
        names: Collection[str],
        participants: Collection[str],
    ) -> None:
        """Read messages.

        Args:
            texts: All that was said.
            names: Written with capitals.
            participants: Who talk with each other.
        """
        self._names = frozenset(names) | frozenset(participants)
        self._participants = frozenset(participants)
        self._male = self._learnt(texts)
        self._places = {name for text in texts for name in _PLACE.findall(text)}

    def mentions(self, text: str, speaker: str) -> list[Mention]:
        """Return who is named in what somebody says, in order, each once."""
        found: dict[int, Mention] = {}
        for one in _NAME.finditer(text):
            words = one.group().split()
            if words[0] in self._names or words[-1] in self._names:
                name = one.group() if words[0] in self._names else words[-1]
                male = self._male.get(words[0], self._male.get(words[-1]))
                if male is not None or not self._places.intersection(words):
                    found[one.start()] = Mention(name, male)
        for one in _KIN.finditer(text):
            if one["named"] or one["kin"] not in _RELATED:
                continue
            owner = self._owner(one["whose"], speaker)
            if owner or (one["whose"] is None and one["kin"] in _ALONE):
                found[one.start("kin")] = Mention(one["kin"], one["kin"] in MEN, owner)
        return list(dict.fromkeys(found[at] for at in sorted(found)))

    def _owner(self, whose: str | None, speaker: str) -> str:
        """Return whose relative it is; empty where that is not said."""
        if whose in ("my", "our"):
            return speaker
        others = self._participants - {speaker}
        return min(others) if whose in ("your", "ur") and len(others) == 1 else ""

    def is_participant(self, one: Mention) -> bool:
        """Say whether somebody is one of those who talk."""
        return one.text in self._participants

    def _learnt(self, texts: Sequence[str]) -> dict[str, bool]:
        """Return who is he (True) or she, as far as the messages tell."""
        counts: dict[str, Counter[bool]] = {}
        for text in texts:
            last = ""
            for sentence in _SENTENCE.findall(text):
                here = [
                    one.group().split()[0]
                    for one in _NAME.finditer(sentence)
                    if one.group().split()[0] in self._names
                ]
                if len(set(here)) == 1:
                    last = here[0]
                elif here:
                    last = ""
                for said in _PRONOUN.findall(sentence) if last else ():
                    counts.setdefault(last, Counter())[said.lower() in _HE] += 1
            for one in _KIN.finditer(text):
                if one["named"] in self._names and one["kin"] in _RELATED:
                    counts.setdefault(one["named"], Counter())[one["kin"] in MEN] += 5
        for name in self._names:
            if _TITLES.match(name) or _SIRS.match(name):
                counts[name] = Counter({_SIRS.match(name) is not None: 9})
        return {
            name: count[True] > count[False]
            for name, count in counts.items()
            if max(count.values()) >= LEAST_SIGNS * min(count[True], count[False])
            and max(count.values()) >= LEAST_SIGNS
        }


_RELATED: Final = MEN | WOMEN
_ALONE: Final = frozenset(
    "dad mum mom mother father nan nana gran grandma grandad grandpa papa mama".split()
)


def bound(found: Sequence[Passage], before: Spoken, people: People) -> list[Passage]:
    """Return the passages of a message, with names for pronouns.

    Args:
        found: In order.
        before: The message before it.
        people: Of all messages.
    """
    earlier = people.mentions(before.text, before.name)
    here: list[Mention] = []
    told: list[Passage] = []
    for one in found:
        # Further on, somebody may have been named in a way that nobody sees.
        told.append(_named(one, here, [] if told else earlier, people))
        for mention in people.mentions(told[-1].text, one.name):
            if mention in here:
                here.remove(mention)
            here.append(mention)
    return told


def _named(
    one: Passage,
    here: Sequence[Mention],
    earlier: Sequence[Mention],
    people: People,
) -> Passage:
    loose = loose_person(one.text)
    if loose is None or loose.group().isupper():
        return one
    if not one.own or '"' in one.text or _SAID.search(one.text[: loose.start()]):
        return one
    male = loose.group().lower() in _HE
    for some in (here, earlier):
        others = [
            mention
            for mention in some
            if mention.text != one.name and not people.is_participant(mention)
        ]
        sure = [mention for mention in others if mention.male is male]
        if len(sure) == 1:
            name = sure[0].written(one.name)
            return one._replace(text=_written(one.text, loose, name))
        if others:
            return one
    return one


def _written(text: str, loose: re.Match[str], name: str) -> str:
    """Return a text with a name for a pronoun."""
    word, rest = loose.group().lower(), text[loose.end() :]
    owning = word == "his" or (word == "her" and _OWNS.match(rest))
    if word in ("hes", "shes"):
        name = f"{name} {'has' if _HAS.match(rest) else 'is'}"
    return f"{text[: loose.start()]}{name}{chr(39) + 's' if owning else ''}{rest}"


_OWNS: Final = re.compile(
    r" (?!(?:a|an|the|about|to|in|by|on|for|from|and|but|so|up|out|down|with|at|of|into"
    r"|off|over|when|before|after|away|back|i|if|like|that|id|more)\b)\w"
)
