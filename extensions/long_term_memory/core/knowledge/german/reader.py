"""Read facts out of German statements.

Owns: German clauses and subjects, how a fact is worded.
Knows nothing of: what a message states in earnest, other languages.
"""

from __future__ import annotations

import re

from ..facts import About, Category, Fact
from ..statements import Stated
from ..told import Told
from .answers import answered
from .forms import (
    APPOSED,
    BIRTHDAY,
    CALL_ME,
    CALLED,
    COUPLE,
    CUT,
    FAVORITE,
    INVERTED,
    JOB_TAKEN,
    MAKES_AFRAID,
    MINE,
    NO,
    NO_ICH,
    NO_NAMES,
    ONE_NAME,
    PETS_ONLY,
    PLAYING,
    PREDICATE,
    PROMISE,
    ROLE,
    ROLE_FRAME,
    SWORN,
    TAIL,
    TIME_AT_FRONT,
    WE_MOVE,
    WE_PARTED,
    WITHOUT_I,
)
from .grammar import conjugated, first_person, of_one, third, whose
from .predicates import thing, told_by
from .rules import KIN, NAME, REL, TIME


class GermanReader:
    """Reads the statements of one message, in order."""

    def __init__(self, speaker: str, other: str, *, user: bool) -> None:
        """Take the names of who speaks and to whom."""
        self._speaker = speaker
        self._other = other
        self._about: About = "user" if user else "character"
        self._other_about: About = "character" if user else "user"
        self._last = ""
        self._rel = ""
        self._found: list[Fact] = []

    def read(self, said: list[Stated], before: str) -> list[Fact]:
        """Return the facts of a message; see `EnglishReader.read`."""
        for statement in said:
            if ROLE_FRAME.match(statement.text):
                self._roles(ROLE_FRAME.sub("", statement.text), statement.earnest)
                continue
            whole_text = SWORN.sub(r"\g<sworn>\g<to> dass ", statement.text)
            for at, clause in enumerate(clauses(whole_text)):
                opens = statement.first and at == 0
                whole = (opens and answered(clause, before)) or clause
                self._clause(TAIL.sub("", whole).strip(), statement.earnest)
                if whole is not clause:
                    self._apposed(clause, statement.earnest)
        return self._found

    def _clause(self, clause: str, earnest: float) -> None:
        text = plainly(clause)
        if not text or len(text.split()) > 30:
            return
        if not self._special(text, earnest):
            self._by_subject(text, earnest)
        self._apposed(text, earnest)

    def _apposed(self, text: str, earnest: float) -> None:
        """Add who is named beside what they are: "mein Onkel Heinz"."""
        for found in APPOSED.finditer(text):
            for name in filter(None, (found["name"], found["second"])):
                self._is_named(found["rel"], name, earnest)

    def _special(self, text: str, earnest: float) -> bool:
        me = whose(self._speaker)
        if found := FAVORITE.match(text):
            self._add(
                f"{me} {found['what']} ist {found['x']}",
                Told(
                    Category.PREFERENCE, found["what"].lower(), thing(found["x"]), 0.92
                ),
                earnest,
            )
        elif found := BIRTHDAY.match(text):
            self._add(
                f"{me} {found['what']} ist {found['x']}",
                Told(Category.DATE, found["what"].lower(), found["x"].lower(), 0.93),
                earnest,
            )
        elif found := COUPLE.match(text):
            self._couple(found, earnest)
        elif found := MAKES_AFRAID.match(text):
            told = Told(Category.PERSONAL, f"fear:{thing(found['x'])}", "yes", 0.86)
            self._add(f"{self._speaker} hat Angst vor {found['x']}", told, earnest)
        elif found := CALL_ME.match(text):
            told = Told(Category.PERSONAL, "name", found["x"].lower(), 0.82)
            self._add(f"{self._speaker} heißt {found['x']}", told, earnest)
        else:
            return False
        return True

    def _by_subject(self, text: str, earnest: float) -> None:
        if found := WITHOUT_I.match(text):
            rest = f"{text[:1].lower()}{text[1:]}"
            self._of_self(f"bin {rest}", rest, "bin", earnest)
        elif found := PREDICATE.match(text):
            verb = of_one(found["verb"]) if found["we"] else found["verb"]
            self._of_self(
                f"{verb.lower()} {found['rest']}", found["rest"], verb, earnest
            )
        elif found := MINE.match(text):
            self._of_mine(found, earnest)
        elif found := INVERTED.match(text):
            rest = (
                f"{found['front'][:1].lower()}{found['front'][1:]} "
                f"{found['rest'] or ''}"
            ).strip()
            if not TIME_AT_FRONT.match(found["front"]):
                rest = f"{found['front']} {found['rest'] or ''}".strip()
            verb = of_one(found["verb"]) if found["we"] else found["verb"]
            self._of_self(f"{verb.lower()} {rest}", rest, verb, earnest)
        elif (
            found := re.match(
                r"(?:er|sie|es) (?P<verb>\w+) (?P<rest>.+)", text, re.IGNORECASE
            )
        ) and self._last:
            self._of_other(self._last, f"{found['verb']} {found['rest']}", earnest)

    def _of_self(self, predicate: str, rest: str, verb: str, earnest: float) -> None:
        if found := PROMISE.match(predicate):
            text = found["x"] or found["y"]
            if len(text.split()) < 2:
                return
            self._add(
                f"{self._speaker} verspricht {self._other}: "
                f"{third(text, self._speaker, self._other)}",
                Told(Category.PROMISE, f"promise:{thing(text)}", thing(text), 0.85),
                earnest,
            )
            return
        played = PLAYING.match(predicate)
        if played and re.search(rf"namens|{NAME} {NAME}", played["x"]):
            self._add(
                f"{self._speaker} spielt {played['x']}",
                Told(Category.ROLE, "role", thing(played["x"]), 0.88),
                earnest,
            )
            return
        told = told_by(predicate)
        if told is None:
            return
        said = third(rest, self._speaker, self._other)
        self._add(f"{self._speaker} {conjugated(verb)} {said}", told, earnest)
        if told.category in (Category.PET, Category.FAMILY, Category.RELATIONSHIP):
            self._rel = next(iter(re.findall(REL, rest, re.IGNORECASE)), "")
            if called := CALLED.search(rest):
                for name in filter(None, (called["name"], called["second"])):
                    self._is_named(self._rel, name, earnest)

    def _of_mine(self, found: re.Match[str], earnest: float) -> None:
        rel, rest = found["rel"], found["rest"] or ""
        name = (found["name"] or "").strip(" ,")
        name = "" if name in NO_NAMES else name
        if called := re.match(rf"(?:heißt|heißen|hieß|hießen) (?P<name>{NAME})$", rest):
            name, rest = called["name"], ""
        if name:
            self._is_named(rel, name, earnest)
        self._last = name or f"{whose(self._speaker)} {rel[:1].upper()}{rel[1:]}"
        if rest and not NO.search(rest):
            self._of_other(self._last, rest, earnest)

    def _of_other(self, who: str, rest: str, earnest: float) -> None:
        """Add what somebody else does or is, each half of it by itself."""
        if re.match(
            r"(?:sagt|meint|denkt|glaubt|fragt|findet|will|würde|könnte|sollte|"
            r"behauptet|und ich|nervt|war wohl|sagte)\b",
            rest,
            re.IGNORECASE,
        ):
            return
        for part in re.split(r" und (?=[a-zäöüß])", rest):
            if len(part.split()) < 2 or re.match(r"\w+ (?:es|das|ihn|sie)\b", part):
                continue
            told = told_by(first_person(part)) or Told(
                Category.PERSONAL, f"is:{thing(part)}", thing(part), 0.74
            )
            line = f"{who} {third(part.split(',')[0], self._speaker, self._other)}"
            self._add(line, told, earnest, who)

    def _couple(self, found: re.Match[str], earnest: float) -> None:
        name = found["a"] or found["b"]
        if not re.search(
            r"\b(?:zusammen|getrennt|verlobt|verheiratet|geheiratet|heiraten|"
            r"schluss|geschieden|scheiden|kind|ziehen)\b",
            found["rest"],
            re.IGNORECASE,
        ):
            return
        ended = (
            re.search(
                r"\b(?:getrennt|schluss|geschieden|scheiden)\b",
                found["rest"],
                re.IGNORECASE,
            )
            is not None
        )
        rest = re.sub(r"\buns\b", "sich", found["rest"].split(",")[0])
        self._add(
            f"{self._speaker} und {name} {rest}",
            Told(Category.RELATIONSHIP, "partner", name.lower(), 0.9, ended),
            earnest,
        )

    def _is_named(self, rel: str, name: str, earnest: float) -> None:
        if name in NO_NAMES or not rel:
            return
        shown = rel[:1].upper() + rel[1:]
        if PETS_ONLY.fullmatch(rel):
            told = Told(Category.PET, f"pet:{name.lower()}", rel.lower(), 0.92)
        elif re.fullmatch(KIN, rel, re.IGNORECASE):
            told = Told(Category.FAMILY, f"kin:{name.lower()}", rel.lower(), 0.92)
        elif re.fullmatch(
            r"(?:freundin|freund|frau|mann|verlobte[rn]?|partner(?:in)?|ehefrau|"
            r"ehemann)",
            rel,
            re.IGNORECASE,
        ):
            told = Told(Category.RELATIONSHIP, "partner", name.lower(), 0.92)
        else:
            told = Told(
                Category.RELATIONSHIP, f"knows:{name.lower()}", rel.lower(), 0.92
            )
        self._add(f"{name} ist {whose(self._speaker)} {shown}", told, earnest)
        self._last = name

    def _roles(self, text: str, earnest: float) -> None:
        for found in ROLE.finditer(text):
            yours = bool(found["you"])
            who, about = (
                (self._other, self._other_about)
                if yours
                else (self._speaker, self._about)
            )
            self._add(
                f"{who} spielt {found['x']}",
                Told(Category.ROLE, "role", thing(found["x"]), 0.9),
                earnest,
                who,
                about,
            )

    def _add(
        self,
        text: str,
        told: Told,
        earnest: float,
        subject: str = "",
        about: About | None = None,
    ) -> None:
        line = re.sub(r"\s+", " ", text).strip(" ,;:.!") + "."
        if any(known.text == line for known in self._found):
            return
        who = subject or self._speaker
        self._found.append(
            Fact(
                text=line,
                about=about or (self._about if who == self._speaker else "other"),
                subject=who,
                category=told.category,
                slot=told.slot,
                value=told.value,
                confidence=round(min(1.0, told.confidence * earnest), 3),
                ended=told.ended,
                when=next(iter(re.findall(rf"\b{TIME}\b", text, re.IGNORECASE)), ""),
            )
        )


def plainly(text: str) -> str:
    """Return a clause with the "ich" that it leaves out or that it is about."""
    if found := WE_PARTED.match(text):
        return f"{found['name'] or found['other']} und ich haben uns {found['parted']}"
    if found := JOB_TAKEN.match(text):
        return f"ich wurde {found['how'] or found['notice']}"
    text = WE_MOVE.sub("ich ziehe ", text)
    return f"ich {text}" if NO_ICH.match(text) else text


def clauses(text: str) -> list[str]:
    """Cut a sentence where a new subject begins; "Tom und ich" stay together."""
    found, start = [], 0
    for cut in CUT.finditer(text):
        if not ONE_NAME.fullmatch(text[start : cut.start()]):
            found.append(text[start : cut.start()])
            start = cut.end()
    return [*found, text[start:]]
