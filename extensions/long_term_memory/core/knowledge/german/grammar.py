"""The third person in German.

Owns: forms of verbs and pronouns that change with it.
Knows nothing of: what is worth a line.
"""

from __future__ import annotations

import re
from typing import Final

THIRD: Final = {
    "bin": "ist",
    "habe": "hat",
    "hab": "hat",
    "mag": "mag",
    "kann": "kann",
    "will": "will",
    "muss": "muss",
    "werde": "wird",
    "fahre": "fährt",
    "fahr": "fährt",
    "esse": "isst",
    "ess": "isst",
    "lese": "liest",
    "spreche": "spricht",
    "trage": "trägt",
    "nehme": "nimmt",
    "nehm": "nimmt",
    "gebe": "gibt",
    "helfe": "hilft",
    "treffe": "trifft",
    "laufe": "läuft",
    "fange": "fängt",
    "halte": "hält",
    "sammle": "sammelt",
    "angle": "angelt",
    "war": "war",
    "hatte": "hatte",
    "wurde": "wurde",
    "musste": "musste",
    "weiß": "weiß",
    "backe": "backt",
    "sind": "ist",
    "haben": "hat",
    "arbeite": "arbeitet",
    "unterrichte": "unterrichtet",
    "heirate": "heiratet",
    "reite": "reitet",
    "leite": "leitet",
    "hüte": "hütet",
    "bete": "betet",
    "klettere": "klettert",
    "wandere": "wandert",
    "erwarte": "erwartet",
    "bekomme": "bekommt",
    "heiße": "heißt",
    "hasse": "hasst",
    "schlafe": "schläft",
    "lasse": "lässt",
    "rede": "redet",
    "züchte": "züchtet",
    "fürchte": "fürchtet",
}


FIRST: Final = {third: first for first, third in reversed(THIRD.items())}


def conjugated(verb: str) -> str:
    """Return a verb of the first person in the third."""
    small = verb.lower()
    if small in THIRD:
        return THIRD[small]
    if small.endswith("e"):
        root = small[:-1]
        return f"{root}et" if root.endswith(("t", "d")) else f"{root}t"
    return (
        f"{small}t" if small.endswith(("el", "er", "n", "b", "l", "g", "h")) else small
    )


def of_one(verb: str) -> str:
    """Return a verb as it follows "ich" in place of "wir"."""
    small = verb.lower()
    if small in ("sind", "haben", "werden"):
        return {"sind": "bin", "haben": "habe", "werden": "werde"}[small]
    return small[:-1] if small.endswith("en") else small


def first_person(predicate: str) -> str:
    """Return "ist 13" as "bin 13", so that one set of patterns does."""
    verb, _, rest = predicate.partition(" ")
    small = verb.lower()
    first = FIRST.get(small) or (f"{small[:-1]}e" if small.endswith("t") else small)
    return f"{first} {rest}"


def third(text: str, speaker: str, other: str) -> str:
    """Return a text in which nobody is I or you."""
    for pattern, whole in (
        (r"\b(?:mein|unser)(e[mnrs]?)?\b", f"{whose(speaker)}"),
        (r"\bmich\b|\bmir\b|\buns\b", "sich"),
        (r"\bich\b", speaker),
        (r"\b(?:dir|dich|du)\b", other),
        (r"\bdein(?:e[mnrs]?)?\b", whose(other)),
    ):
        text = re.sub(pattern, whole.replace("\\", r"\\"), text, flags=re.IGNORECASE)
    return text


def whose(name: str) -> str:
    """Return a name as it stands before what somebody has."""
    return f"{name}'" if name.endswith(("s", "x", "z", "ß")) else f"{name}s"
