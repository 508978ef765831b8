"""Read facts out of English statements.

Owns: subjects, whom a pronoun means, how a fact is worded.
Knows nothing of: what a message states in earnest, other languages.
"""

from __future__ import annotations

import re
from typing import Final

from ..facts import Category, Fact
from ..statements import Stated, is_exaggerated
from ..told import Told
from .answers import answered
from .clauses import (
    clauses,
    cut,
    event,
    halves,
    lasting,
    singular,
    with_my,
    without_leading_time,
)
from .forms import (
    APPOSED,
    AS_A,
    BARE_STATE,
    BODY_THING,
    CALLED,
    COUPLE,
    COUPLED,
    DID_TOO,
    ELIDED,
    ELIDED_BE,
    FAREWELL,
    FOR_YOU,
    HIS_NAME,
    IDLE_WILL,
    IS_MY,
    LOWER_NAMED,
    MANY,
    MENTIONED,
    MINE,
    MY_THING,
    NAME,
    NAME_MY,
    NAMED,
    NEGATIVE,
    NO_NAMES,
    NO_PERSON,
    NOT_FACTS,
    OF_ONESELF,
    OFFERED,
    OWN,
    OWN_AID,
    PARTED,
    PLAYING,
    POINTING,
    PROMISED,
    PRONOUN,
    REL,
    ROLE,
    ROLE_FRAME,
    STATE,
    TAIL,
    THINGS,
    TIMED,
    VOWED,
    WILL,
)
from .lines import FactLines
from .parts import NUMBER
from .persons import One, can_be_they
from .predicates import is_illness, thing, time_in, told_by
from .set_forms import set_form
from .third_person import spelled_out, without_persons
from .wording import plainly
from .words import KIN, PETS

MOST_WORDS: Final = 32
"""Of a clause; nobody remembers a longer one as a line."""

WITHOUT_SUBJECT: Final = 0.9
"""What is left of the confidence where nobody is named as the subject."""


SPEAKER_WE: Final = 0.97


class EnglishReader:
    """Reads the statements of one message, in order."""

    def __init__(self, speaker: str, other: str, *, user: bool) -> None:
        """Take the names of who speaks and to whom."""
        self._speaker = speaker
        self._other = other
        self._self = One(speaker, "user" if user else "character")
        self._lines = FactLines(self._self, other)
        self._you = One(other, "character" if user else "user")
        self._last: One | None = None
        self._pet = ""
        self._vows = False

    def read(self, said: list[Stated], before: str) -> list[Fact]:
        """Return the facts of a message.

        Args:
            said: Its statements.
            before: The message before it, which it may answer.
        """
        for statement in said:
            text = plainly(spelled_out(statement.text))
            self._lines.spelling = "our" if "avourite" in statement.text else "or"
            if self._lines.goes_on(text):
                continue
            self._vows = VOWED.search(text) is not None
            if ROLE_FRAME.match(text):
                self._roles(text, statement.earnest)
                continue
            for at, clause in enumerate(clauses(text)):
                opens = statement.first and at == 0
                whole = (opens and answered(clause, before)) or clause
                sure = statement.earnest * (0.5 if is_exaggerated(clause) else 1.0)
                self._clause(whole, sure, at == 0)
        return self._lines.found

    # -- one clause ----------------------------------------------------------------

    def _clause(self, clause: str, earnest: float, opens: bool) -> None:
        bare = clause.strip(" .!")
        if day := set_form(bare, self._speaker, self._other):
            self._lines.add(*day, earnest)
            return
        text, when = without_leading_time(with_my(clause))
        text = TAIL.sub("", text).strip(" ,;:.!")
        if not text or len(text.split()) > MOST_WORDS:
            return
        read = self._special(text, earnest, new=text != bare)
        read = read or self._by_subject(text, when, earnest)
        if opens and not read:
            self._without_subject(text, when, earnest)
        if OWN.search(text):
            self._apposed(text, earnest)
            self._by_the_way(text, earnest)

    def _special(self, text: str, earnest: float, *, new: bool) -> bool:
        """Read clauses of a set form; say whether it was one.

        Args:
            text: A clause.
            earnest: How sure it is that it is meant.
            new: It was not looked at as it stood in its sentence.
        """
        if self._is_illness(text, earnest):
            return True
        if new and (fixed := set_form(text, self._speaker, self._other)):
            self._lines.add(*fixed, earnest)
        elif found := IS_MY.match(text):
            self._is_named(found["rel"].lower(), found["name"], earnest)
        elif found := AS_A.match(text):
            self._predicate(self._self, f"am {found['x']}", "", earnest)
            self._by_subject(found["rest"], "", earnest)
        elif found := COUPLE.match(text):
            self._couple(found, earnest)
        elif found := HIS_NAME.match(text):
            self._name_of_last(found, earnest)
        else:
            return False
        return True

    def _is_illness(self, text: str, earnest: float) -> bool:
        """Read why somebody does without something: "it's celiac"."""
        found = re.match(
            r"(?:it|this|that) is (?:just |probably |only )?(?P<x>.+)$", text
        )
        last = self._lines.found[-1:]
        if found is None or not last or last[0].subject != self._speaker:
            return False
        if not is_illness(found["x"].split(",")[0]):
            return False
        self._predicate(self._self, f"have {found['x'].split(',')[0]}", "", earnest)
        return True

    def _by_subject(self, text: str, when: str, earnest: float) -> bool:
        """Read a clause by its subject; say whether it has one."""
        if found := OF_ONESELF.match(text):
            told = earnest * (1 if text[:1] in "iI" else SPEAKER_WE)
            self._of_self(found["rest"], when, told)
        elif found := MINE.match(text):
            self._of_mine(found, when, earnest)
        elif found := MY_THING.match(text):
            self._of_my_thing(found, when, earnest)
        elif found := PRONOUN.match(text):
            many = found["who"].lower() == "they"
            if (
                self._last is not None
                and many
                and not can_be_they(self._last, found["rest"])
            ):
                return True
            if self._last is not None and found["who"].lower() != "it":
                self._predicate(
                    self._last, found["rest"], when, earnest * 0.97, generic=True
                )
            elif self._last is not None and self._pet:
                self._predicate(self._last, found["rest"], when, earnest * 0.85)
        elif (found := NAMED.match(text)) and self._lines.knows(found["name"]):
            self._last = One(found["name"], "other")
            self._predicate(self._last, found["rest"], when, earnest * 0.95)
        elif self._of_somebody(text, when, earnest):
            return True
        else:
            return text.lower().startswith(("you ", "it ", "that ", "this ", "there "))
        return True

    def _of_somebody(self, text: str, when: str, earnest: float) -> bool:
        """Read of whom a message tells by a name that it does not explain."""
        if (found := LOWER_NAMED.match(text)) is not None:
            name = found["name"].capitalize()
        elif (found := NAMED.match(text)) is not None:
            name = found["name"]
        else:
            return False
        if name in (self._speaker, self._other) or NO_PERSON.fullmatch(name):
            return False
        told = told_by(found["rest"])
        if told is None or told.category in (Category.PREFERENCE, Category.POSSESSION):
            return False
        self._last = One(name, "other")
        self._predicate(self._last, found["rest"], when, earnest * 0.92)
        return True

    def _without_subject(self, text: str, when: str, earnest: float) -> None:
        """Read what leaves out the "I": "moving to Porto in September"."""
        if OFFERED.match(text):
            return
        sure = earnest * WITHOUT_SUBJECT
        if BARE_STATE.match(text) or is_illness(text):
            self._of_self(f"have {text}", when, sure)
            return
        if (found := re.match(r"(?P<x>[\w -]{3,30}) here$", text)) is not None:
            for be in ("am", "am a"):
                if told_by(f"{be} {found['x']}") is not None:
                    self._of_self(f"{be} {found['x']}", when, sure)
                    return
        if ELIDED_BE.match(text):
            self._of_self(f"am {text}", when, sure)
        elif ELIDED.match(text):
            self._of_self(text, when, sure)

    # -- by subject ------------------------------------------------------------------

    def _of_self(self, rest: str, when: str, earnest: float) -> None:
        if found := PLAYING.match(rest):
            self._lines.add(
                f"{self._speaker} is playing {found['x']}",
                Told(Category.ROLE, "role", thing(found["x"]), 0.9),
                earnest,
            )
        elif found := PROMISED.match(rest):
            promised = re.sub(
                r"^(?:i will|i won't|to|not to) ",
                lambda m: "will not " if "n" in m[0] else "will ",
                found["rest"],
                flags=re.IGNORECASE,
            )
            promised = promised if promised.startswith("will") else f"will {promised}"
            self._promise(promised, when, earnest, 0.9)
        elif found := WILL.match(rest):
            self._of_will(rest, found["rest"], when, earnest)
        else:
            self._predicate(self._self, rest, when, earnest)

    def _of_will(self, whole: str, rest: str, when: str, earnest: float) -> None:
        if FAREWELL.match(rest):
            return
        timed = bool(when) or TIMED.search(rest)
        never = re.match(r"(?:never|always)\b", rest, re.IGNORECASE)
        if self._vows:
            self._promise(whole, when, earnest, 0.88)
        elif (
            FOR_YOU.search(rest)
            and (timed or never)
            and not (IDLE_WILL.match(rest) and not timed)
        ):
            self._promise(whole, when, earnest, 0.85)
        elif FOR_YOU.search(rest) and not IDLE_WILL.match(rest):
            self._promise(whole, when, earnest, 0.72)
        elif timed and not IDLE_WILL.match(rest):
            self._lines.add(
                self._lines.line(self._self, f"will {rest}", when),
                Told(Category.PLAN, f"plan:{thing(rest)}", thing(rest), 0.75),
                earnest,
            )

    def _promise(
        self, promised: str, when: str, earnest: float, confidence: float
    ) -> None:
        value = thing(re.sub(r"^will (?:not |never )?", "", promised))
        self._lines.add(
            self._lines.line(self._self, promised, when),
            Told(Category.PROMISE, f"promise:{value}", value, confidence),
            earnest,
        )

    def _of_mine(self, found: re.Match[str], when: str, earnest: float) -> None:
        rel = found["rel"].lower()
        name = (found["name"] or "").strip(" ,")
        name = (
            name if name[:1].isupper() or name.startswith(("old ", "little ")) else ""
        )
        rest = (found["rest"] or "").strip()
        if not (name or found["adj"]):
            name = self._lines.called(rel)
        owner = f"{self._speaker}'s {(found['adj'] or '').strip()} {rel}".replace(
            "  ", " "
        )
        if found["of"] and (
            named := re.match(
                rf"names? (?:is|was|'s) (?P<name>{NAME}|\w+)", rest, re.IGNORECASE
            )
        ):
            self._is_named(rel, named["name"], earnest)
            return
        if found["of"]:
            follows = rest.split(" ", 1)[0].lower()
            if not (
                told_by(f"is {rest}")
                or re.fullmatch(NAME, rest)
                or follows.endswith("ing")
                or re.fullmatch(
                    r"(?:an?|the|in|at|from|coming|called|named|\d+|so|been|got|not|on|"
                    r"allergic|visiting|dead|alive|very|really|[a-z]+ed)",
                    follows,
                )
            ):
                self._line_of_thing(f"{name or owner}'s {rest}", when, earnest)
                return
            rest = f"is {rest}"
        named = re.match(
            rf"(?:is|was|are) (?:an? \w+ )?(?:called|named) (?P<name>{NAME}|\w+)|"
            rf"is (?P<bare>{NAME})$",
            rest,
        )
        if named is not None and told_by(rest) is None:
            self._is_named(rel, named["name"] or named["bare"], earnest)
            return
        if name:
            self._is_named(rel, name, earnest)
        if re.match(r"(?:and|or) i\b", rest, re.IGNORECASE):
            return
        self._last = One(name or owner, "other")
        self._pet = rel
        before = len(self._lines.found)
        if rest:
            rest = re.sub(r"^who (?=\w+)", "", rest)
            self._predicate(self._last, rest, when, earnest, generic=True)
        if len(self._lines.found) == before and not name:
            self._mention(rel, earnest)

    def _of_my_thing(self, found: re.Match[str], when: str, earnest: float) -> None:
        rest = f"is {found['rest']}" if found["s"] else found["rest"]
        if NOT_FACTS.match(f"{found['thing']} {rest}") or NOT_FACTS.match(
            found["thing"].split()[-1]
        ):
            return
        if found["s"] and re.match(r"(?:is|are|was|has)\b", found["rest"]):
            return
        if re.match(r"(?:is|are) \w+ing (?:you|me|us)\b", rest):
            return
        self._line_of_thing(f"{self._speaker}'s {found['thing']} {rest}", when, earnest)

    def _line_of_thing(self, text: str, when: str, earnest: float) -> None:
        """Add what is so of something that somebody has."""
        match = re.match(
            r"(?P<who>.+?'s [\w' -]+?) (?P<rest>(?:is|are|was|were|has|have|had|"
            r"died|got|went|broke|won|made|in|on|sank|\w+s|\w+ed)\b.*)$",
            text,
        )
        body = match is not None and BODY_THING.search(match["who"])
        if match is None or (NEGATIVE.match(match["rest"]) and not body):
            return
        category = Category.HEALTH if body else Category.PERSONAL
        if re.search(r"\b(?:family|parents|folks)\b", match["who"]):
            category = Category.FAMILY
        line = without_persons(
            f"{text} {when}".strip(), self._speaker, self._other, begun=True
        )
        slot = thing(match["who"].split("'s ", 1)[1])
        self._lines.add(
            line, Told(category, f"thing:{slot}", thing(match["rest"]), 0.74), earnest
        )

    def _predicate(
        self, one: One, rest: str, when: str, earnest: float, *, generic: bool = False
    ) -> None:
        """Add what a predicate tells of somebody, and what its second half does."""
        first, second = halves(rest)
        told = told_by(first) or (
            told_by(f"{first.split(',')[0]} {when}") if when else None
        )
        if second and told_by(second) is None:
            first, second = rest, ""
            told = told_by(first)
        if told is None:
            happened = None if self._vows else event(first, when, kin=generic)
            holds = lasting(first) if generic else None
            told = max(filter(None, (happened, holds)), key=_sureness, default=None)
        shown = cut(first) if told is not None and told.cut else first
        shown = re.sub(r"\bthere$", self._lines.place(), shown)
        if told is not None and not POINTING.search(shown):
            self._listed(first, one, earnest)
            if one.about == "other":
                # Grammar tells more of those whom somebody knows well.
                told = told._replace(confidence=told.confidence * 0.98)
            self._lines.add(
                self._lines.line(one, shown, when),
                told,
                earnest,
                one,
                when or time_in(first),
            )
            self._named_within(first, told, earnest)
        if second:
            self._predicate(one, second, "", earnest)

    def _listed(self, text: str, one: One, earnest: float) -> None:
        """Add what a list names beside something else: "divorced, two kids"."""
        for part in text.split(", ")[1:]:
            if found := re.match(rf"(?:an?|{NUMBER}) (?:\w+ )?(?P<rel>{PETS})\b", part):
                told = Told(
                    Category.PET, f"pet:{thing(found['rel'])}", thing(part), 0.85
                )
                self._lines.add(f"{one.name} has {part}", told, earnest, one)
            elif STATE.fullmatch(part) and (state := told_by(f"am {part}")):
                self._lines.add(f"{one.name} is {part}", state, earnest, one)
            elif DID_TOO.match(part) and (did := told_by(part)):
                line = self._lines.line(one, part, "")
                self._lines.add(line, did, earnest, one)
            if found := re.match(
                rf"(?:an?|no|{NUMBER}) (?:\w+ )?(?P<rel>{KIN})\b", part
            ):
                slot = f"has:{thing(found['rel'])}"
                told = Told(Category.FAMILY, slot, thing(part), 0.85)
                self._lines.add(f"{one.name} has {part}", told, earnest, one)

    # -- names -------------------------------------------------------------------------

    def _couple(self, found: re.Match[str], earnest: float) -> None:
        """Read what two do together: "Robin and I got engaged"."""
        name = found["a"] or found["b"] or f"{self._speaker}'s {found['rel']}"
        if THINGS.match(name):
            return
        told = told_by(found["rest"])
        if COUPLED.search(found["rest"]):
            told = Told(
                Category.RELATIONSHIP,
                "partner",
                name.lower(),
                0.88,
                ended=bool(PARTED.search(found["rest"])),
            )
        if re.match(
            r"(?:are|got|have been|were) (?:\w+ly )?(?:now |back )?together\b|"
            r"are a couple|are an item",
            found["rest"],
        ):
            told = Told(Category.RELATIONSHIP, "partner", name.lower(), 0.9)
        if told is None:
            told = event(found["rest"], "")
        if told is None:
            return
        if told.slot in ("partner", "marriage"):
            told = told._replace(slot="partner", value=name.lower())
        body = without_persons(found["rest"], self._speaker, self._other, begun=True)
        self._lines.add(
            f"{self._speaker} and {name} {body.split(',')[0]}", told, earnest
        )
        self._last = One(name, "other")

    def _is_named(self, rel: str, name: str, earnest: float) -> None:
        """Add who somebody is: "Pip is Mara's cat"."""
        if name.lower() in NO_NAMES:
            return
        name = name.strip(" ,")
        bond = re.fullmatch(
            r"(?:wife|husband|girlfriend|boyfriend|partner|fianc\u00e9e?|spouse|"
            r"hubby)",
            rel,
        )
        if re.fullmatch(PETS, rel):
            category, slot = Category.PET, f"pet:{name.lower()}"
        elif re.fullmatch(KIN, rel) and not bond:
            category, slot = Category.FAMILY, f"kin:{name.lower()}"
        else:
            category, slot = (
                Category.RELATIONSHIP,
                "partner" if bond else (f"knows:{name.lower()}"),
            )
        shown = singular(rel)
        value = name.lower() if bond else shown
        told = Told(category, slot, value, 0.92)
        self._lines.add(
            f"{name} is {self._speaker}'s {shown}", told, earnest, self._self
        )
        self._last = One(name, "other")
        self._pet = rel if category is Category.PET else ""

    def _name_of_last(self, found: re.Match[str], earnest: float) -> None:
        """Add the name of what was told of last: "her name is Tofu"."""
        if not self._pet:
            return
        for name in filter(None, (found["name"], found["second"])):
            self._is_named(self._pet, name[:1].upper() + name[1:], earnest)

    def _named_within(self, text: str, told: Told, earnest: float) -> None:
        """Remember of whom a predicate tells: "have a daughter, Millie"."""
        if told.slot == "partner":
            self._pet, self._last = (
                "partner",
                One(f"{self._speaker}'s partner", "other"),
            )
        rel = re.search(rf"\b(?P<rel>{REL})\b", text, re.IGNORECASE)
        if rel is None or told.category not in (
            Category.PET,
            Category.FAMILY,
            Category.RELATIONSHIP,
        ):
            return
        self._pet = rel["rel"].lower()
        self._last = One(f"{self._speaker}'s {self._pet}", "other")
        if called := CALLED.search(text):
            for name in filter(None, (called["name"], called["second"])):
                self._is_named(self._pet, name[:1].upper() + name[1:], earnest)

    def _apposed(self, text: str, earnest: float) -> None:
        """Add who is named beside what they are: "my uncle Pete's farm"."""
        for found in NAME_MY.finditer(text):
            self._is_named(found["rel"].lower(), found["name"], earnest)
        for found in APPOSED.finditer(text):
            for name in filter(None, (found["name"], found["second"])):
                self._is_named(found["rel"].lower(), name.removesuffix("'s"), earnest)

    def _by_the_way(self, text: str, earnest: float) -> None:
        """Add whom or what somebody has that is only mentioned: "I told my wife"."""
        if (aid := OWN_AID.search(text)) and not self._lines.found:
            told = Told(
                Category.HEALTH, f"wears:{thing(aid['x'])}", thing(aid["x"]), 0.76
            )
            self._lines.add(f"{self._speaker} has {aid['x']}", told, earnest)
        for found in MENTIONED.finditer(text):
            rel = found["rel"].lower()
            if not any(rel in one.text.lower() for one in self._lines.found):
                self._mention(rel, earnest)

    def _mention(self, rel: str, earnest: float) -> None:
        if rel in ("friend", "friends"):
            return  # Everybody has some.
        told = Told(Category.FAMILY, f"has:{rel}", rel, 0.7)
        one = rel if MANY.search(rel) and not rel.endswith("ss") else f"a {rel}"
        self._lines.add(f"{self._speaker} has {one}", told, earnest)

    # -- roles -------------------------------------------------------------------------

    def _roles(self, text: str, earnest: float) -> None:
        """Add who plays whom: "Let's play: I'm the sheriff and you're the outlaw"."""
        body = ROLE_FRAME.sub("", text)
        if re.match(r"\W*(?:my (?:character|role|persona|oc))\b", text, re.IGNORECASE):
            body = f"i am {body}"
        for found in ROLE.finditer(body):
            yours = found.group().lower().startswith("you")
            one = self._you if yours else self._self
            x = found["x"].split(",")[0]
            line = without_persons(
                f"is playing {x}", self._speaker, self._other, begun=not yours
            )
            self._lines.add(
                f"{one.name} {line}",
                Told(Category.ROLE, "role", thing(x), 0.9),
                earnest,
                one,
            )


def _sureness(told: Told) -> float:
    return told.confidence
