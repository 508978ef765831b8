"""What is to come: appointments, plans and promises with a time, and when to ask.

Owns: which sentences name something to come, on which day it is due, what puts it off
or closes it, and the two turns in which it is spoken of.
Knows nothing of: stores, prompts, which messages are live.

"Exam on Friday" is spoken of in the first turn on Friday, and in the first one after it
if nothing was told of it by then. Which turn that is follows from the times of the
messages alone, so a swipe sees what the reply before it saw. What is said in a scene
names days of the story, which no calendar knows: it is spoken of when the story says
that the day has come.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..retrieval.arrays import Growing
from ..summaries.telling import is_narrated, said_in
from ..text.coming import ComingDays, coming_days
from ..text.past import tells_past
from ..text.patterns import late, small
from ..text.sanitise import one_line
from ..text.tokenizer import tokenize
from ..types import Role
from .outcomes import is_moved, is_put_off, same_matter

TALK_GAP: Final = timedelta(hours=3)
"""After so long a silence another talk begins."""

ASKED_FOR: Final = timedelta(days=30)
"""So long after its day something is still spoken of, when the two talk again."""

FARTHEST: Final = timedelta(days=800)
"""What is further off than this is no appointment."""

TAKEN_BACK: Final = 512
"""So many messages can be taken back."""

NEAR: Final = 32
"""So many things to come are looked at for one that is named again."""

MOST_CHARS: Final = 4_000
_YEAR: Final = late(r"\b20\d\d\b")
_ANY_DAY: Final = date(2024, 1, 3)
"""Whether a sentence names a day to come does not hang on the day."""

SENTENCE_CHARS: Final = 240

_SENTENCE: Final = late(r"(?<=[!?\u3002\uff01\uff1f\u2026])\s*|(?<=[^\d\W]\.)\s+|\n+")
_CLAUSE: Final = late(
    r"[,;:\uff0c\uff1b\u2013\u2014]|\b(?:but|because|and (?=i\b|we\b|he\b|she\b)|so"
    r" (?=i\b)"
    r"|aber|weil|und (?=ich\b|wir\b))|\u4f46|\u56e0\u4e3a",
    re.IGNORECASE,
)
_QUOTED: Final = late(
    r"[\"\u201c\u201e\u300c\u300e\u00ab][^\"\u201c\u201d\u300d\u300f\u00bb]*"
    r"[\"\u201c\u201d\u300d\u300f\u00bb]|^\s*>.*$",
    re.MULTILINE,
)
_QUESTION: Final = late(r"[?\uff1f]\W*$|[\u5417\u5462\u5427][\u3002\u2026\uff01]*$")
_UNSURE: Final = late(
    r"\b(?:if|unless|whether|wish(?! me)|imagine|suppose|would|could|might|may(?!"
    r" \d)|maybe|perhaps"
    r"|(?:'d|would|could|should|might) have|probably not"
    r"|what about|how about|falls|vielleicht|k\u00f6nnte[nst]*"
    r"|w\u00fcrde[nst]*"
    r"|w\u00e4re|h\u00e4tte)\b|\u5982\u679c|\u8981\u662f|\u5047\u5982|\u4e5f\u8bb8"
    r"|\u53ef\u80fd|\u8bf4\u4e0d\u5b9a|\u6216\u8bb8",
    re.IGNORECASE,
)
_HABIT: Final = late(
    r"\b(?:every|each|always|usually|normally|most|\w+days(?! in)|since"
    r"|last(?! (?:day|exam|shift|class|lesson|session|match|game|show)\b)|ago"
    r"|yesterday"
    r"|born|(?:my |your |the )?(?:favou?rite|worst|best) day|another day"
    r"|jede[nrs]?|immer|meistens|seit|letzte[nrs]?|gestern)\b|\u6bcf|\u603b\u662f"
    r"|\u4e0a\u5468|\u4e0a\u4e2a|\u6628\u5929",
    re.IGNORECASE,
)
_ITSELF: Final = late(r"^\W*(?:it'?s|(?:to)?day is|es ist|heute ist)\W*$", re.I)
"""Around a day: it is that day now."""

_NOT: Final = late(
    r"\b(?:no|not|never|none|nothing|without|can'?t|cannot|don'?t|doesn'?t|won'?t"
    r"|isn'?t"
    r"|aren'?t|didn'?t|nicht|kein\w*|nie|nichts)\b|\u4e0d(?!\u89c1\u4e0d\u6563)|\u6ca1",
    re.IGNORECASE,
)
_NOT_BUT: Final = late(
    r"\b(?:don'?t|not|never) (?:let me )?forget\b|\bcan'?t (?:wait|believe)\b"
    r"|\bnicht (?:vergessen|erwarten)\b|\u522b\u5fd8",
    re.IGNORECASE,
)
_DONE_FOR: Final = late(
    r"\b(?:for|till|until|to|bis|f\u00fcr|zum)(?: the| den| dem)?\W*$", re.IGNORECASE
)
_FOR_DAY: Final = late(r"\W*(?:for|till|until|bis|zum)\b", re.IGNORECASE)
"""Before a day, or with it: what was done is done for it ("got tickets for Friday")."""

_WEEKDAYS: Final = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
    r"|(?:mon|diens|donners|frei|sams|sonn)tags?|mittwochs?|sonnabends?"
)
_HOURS: Final = late(
    rf"\b(?:mon|tues|wednes)day (?:to|till|through|until|-|\u2013) (?:{_WEEKDAYS})\b"
    rf"|\b(?:mon|diens)tag bis (?:{_WEEKDAYS})\b"
    rf"|\b(?:{_WEEKDAYS}), (?:{_WEEKDAYS}),? (?:and|und) (?:{_WEEKDAYS})\b",
)
"""Days of which each week has some: "Tuesday to Saturday, nine till five"."""

_AWAY: Final = late(
    r"\b(?:i'?m|i am|we'?re|we are|will|going|gonna|away|off|next|this|bin|sind|weg)\b"
    r"|'ll\b",
    re.IGNORECASE,
)
"""It tells that days are those of one week: "I'm away Monday to Friday"."""

_WISH: Final = late(
    r"\b(?:merry|happy|blessed|frohe[sn]?|sch\u00f6ne[sn]?|guten) (?:\w+ ){0,2}"
    r"(?:christmas|xmas|easter|halloween|new year|birthday|weihnacht\w*|ostern"
    r"|neue[sn]? jahr|valentin\w*)\b|\u5723\u8bde\u5feb\u4e50|\u65b0\u5e74\u5feb\u4e50",
)
_AHEAD: Final = late(
    r"\b(?:will|shall|should|gets? \w+ed|be \w+ed|gonna|going to|have to|has to"
    r"|need to|must|got to|gotta|coming|is"
    r"|are|i'm|we're|muss|m\u00fcssen|werde[nt]?|wird|will|soll)\b|'ll\b|'ve got"
    r"|\u8981|\u4f1a|\u5f97",
    re.IGNORECASE,
)
_FAREWELL: Final = late(
    r"^\W*(?:(?:ok(?:ay)?|alright|good ?night|night|bye|well|then|so|anyway)\W+)*"
    r"(?:see (?:you|ya|u)|cya|till|until|(?:talk|speak|chat)(?: to (?:you|u))?|bis"
    r"|catch (?:you|ya)|same time|good ?night|gute nacht|wir sehen uns|wir"
    r" h\u00f6ren uns"
    r"|\u665a\u5b89|\u56de\u89c1|\u660e\u5929\u89c1|\u56de\u5934\u89c1)\b.{0,24}$"
    r"|^\W*(?:\u660e\u5929\u89c1|\u4e0b\u6b21\u89c1|\u665a\u5b89)\W*$",
    re.IGNORECASE,
)
_WEATHER: Final = late(
    r"\b(?:rain\w*|snow(?:s|ing|y)?|sunny|cloudy|forecast|weather|regnen|regnet|schneit"
    r"|schneien|wetter)\b|\u4e0b\u96e8|\u4e0b\u96ea|\u5929\u6c14",
)
_NEXT_TALK: Final = late(
    r"\b(?:next time\b(?! i (?:go|do|try|cook|play))|when (?:you(?:'re| are)? (?:come"
    r" |get |are "
    r")?(?:back|home|here again|return)|you (?:return|next)|we (?:next |)?(?:meet|speak"
    r"|talk|see each other)(?: again| next)?|i (?:next )?see you(?: again| next)?"
    r"|i(?:'m|"
    r" am| come| get) back|you visit(?: me)?(?: again| next)?)\b|on your next visit\b"
    r"|when (?:we|you) (?:are|'re) (?:together )?(?:back|again)\b|by the time"
    r" you(?:'re"
    r"| are| come| get) back\b|(?:upon your return|before you (?:return|come back"
    r"|get back))\b"
    r"|n\u00e4chstes mal\b|(?:beim|das) n\u00e4chsten? mal\b|wenn (?:du|wir"
    r"|ich) (?:wieder"
    r"\w*|zur\u00fcck\w*|uns (?:wieder|das n\u00e4chste)\w*))"
    r"|\u4e0b\u6b21|\u4e0b\u56de|\u7b49\u4f60(?:\u518d)?\u56de\u6765"
    r"|\u4f60\u56de\u6765(?:\u7684\u65f6\u5019|\u65f6|\u540e|\u4ee5\u540e)"
    r"|\u4e0b\u4e00\u6b21|\u518d\u89c1\u9762",
    re.IGNORECASE,
)
_GIVES: Final = late(
    r"\b(?:i|we)(?:'ll| will| shall|'m (?:going to|gonna|bringing)| am going to|"
    r" promise"
    r"|'ve got| swear)\b|\blet me\b|\bi'?ll\b|\bremind me\b|\btell me\b|\bshow me\b"
    r"|\bask me\b|\byou (?:must|have to|will|shall|can) \w+|\byou'll\b|\bwe (?:must"
    r"|have to)"
    r"|\b(?:bring|zeig|erz\u00e4hl|mach|koch|geb|nehm|werd|sag|les"
    r"|spiel)e?\b.*\b(?:ich|dir|euch)\b"
    r"|\bich (?:bring|zeig|erz\u00e4hl|mach|koch|geb|nehm|werd|sag|les|spiel)\w*"
    r"|\berinner(?:e)? mich\b"
    r"|\u6211(?:\u4eec)?(?:\u4e00\u5b9a|\u4f1a|\u5c31|\u518d|\u7ed9|\u5e26|\u8981"
    r"|\u628a|\u6559|\u8bf7|\u966a|\u505a|\u8bb2)|\u63d0\u9192\u6211|\u7ed9\u4f60"
    r"|\u5e26\u4f60",
    re.IGNORECASE,
)
_STORY_DAY: Final = late(
    r"\b(?:the )?(?:next|following) (?:morning|day|evening|night)\b|\bdays? later\b"
    r"|\b(?:dawn|morning|the day|tomorrow) (?:comes?|came|breaks?|broke|arrives?"
    r"|arrived"
    r"|has come)\b|\bam n\u00e4chsten (?:tag|morgen|abend)\b|\btage sp\u00e4ter\b"
    r"|\bder (?:morgen|tag) (?:bricht|brach|kommt|kam)\b"
    r"|\u7b2c\u4e8c\u5929|\u6b21\u65e5|\u7fcc\u65e5|\u5929\u4eae\u4e86"
    r"|\u51e0\u5929\u540e",
    re.IGNORECASE,
)


class SaidBefore(NamedTuple):
    """A message, as far as this needs it.

    Attributes:
        id: Of the message.
        at: When it was said, aware; None if nobody knows.
        talk: Of which chat it is; the silence between two chats begins a talk.
    """

    id: str
    role: Role
    name: str
    text: str
    at: datetime | None
    talk: str = ""


class NamedMatter(NamedTuple):
    """What a message names that is to come.

    Attributes:
        sentences: Its `openings`.
        story: They stand in a scene.
        mark: What the caller finds the message by.
    """

    said: SaidBefore
    sentences: Sequence[str]
    story: bool = False
    mark: int = 0


class ThreadColumn(IntEnum):
    """What stands where in the table of a `ThreadFold`."""

    FIRST = 0
    """The first of its days, as an ordinal; 0 for none."""
    LAST = 1
    STORY = 2
    MARK = 3
    """Of the message that named it last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """Something to come that nobody has told the end of.

    Attributes:
        text: The sentence that named it.
        first, last: Its days, where it was said; None where it is due at the next talk,
            or in the story's own time.
        story: It was said in a scene, whose days no calendar knows.
        said: The message; its text is not kept.
        sources: Ids of the messages that named it or put it off.
        number: Its place among what its first message names, from 0.
    """

    text: str
    first: date | None
    last: date | None
    story: bool
    said: SaidBefore
    sources: tuple[str, ...]
    number: int = 0

    @property
    def id(self) -> str:
        """What it is called: by the message that named it, and its place there."""
        return f"{self.sources[0]}.{self.number}"


class Moment(StrEnum):
    """Why something is spoken of in a turn."""

    TODAY = "today"
    AFTER = "after"
    TALK = "talk"
    STORY = "story"


# -- what names something to come ------------------------------------------------------


def openings(text: str, role: Role) -> tuple[str, ...]:
    """Return the sentences of a message that name something to come, in order.

    Which days they mean hangs on the day on which they were said: see `days_of`.
    """
    said = said_in(text[:MOST_CHARS])
    story = is_narrated(said)
    if not story:
        said = _QUOTED.sub(" ", said)
    return tuple(
        dict.fromkeys(
            one_line(part)[:SENTENCE_CHARS]
            for part in _SENTENCE.split(said)
            if part and _opens(part.strip().replace("\u2019", "'"), role)
        )
    )


def in_scene(text: str) -> bool:
    """Say whether a message tells a scene, in whose days no calendar counts."""
    return is_narrated(said_in(text[:MOST_CHARS]))


def _opens(sentence: str, role: Role) -> bool:
    if _QUESTION.search(sentence) or _FAREWELL.search(sentence):
        return False
    day = _firm_day(sentence, _ANY_DAY)
    if day is None:
        return _at_next_talk(sentence)
    # "There is a draught tonight" is the scene of a character.
    is_scene = role != "user" and day.first == _ANY_DAY
    return not is_scene or _GIVES.search(sentence) is not None


def _at_next_talk(sentence: str) -> bool:
    found = _NEXT_TALK.search(sentence)
    if found is None or _GIVES.search(sentence) is None:
        return False
    without = sentence.replace(found.group(), " ")
    denied = _NOT.search(without) and not _NOT_BUT.search(without)
    return not (denied or _UNSURE.search(without) or _HABIT.search(without))


@lru_cache(maxsize=1_024)
def _firm_day(sentence: str, today: date) -> ComingDays | None:
    """Return the day that a sentence names firmly, if it names any."""
    lower = small(sentence)
    if _WEATHER.search(lower) or _WISH.search(lower):
        return None
    if _HOURS.search(lower) and not _AWAY.search(sentence):
        return None
    found = [one for one in coming_days(sentence, today) if _is_firm(sentence, one)]
    if not found:
        return None
    rest = sentence
    for one in reversed(found):
        rest = rest[: one.start] + " " + rest[one.end :]
    if not any(len(word) > 1 for word in tokenize(rest)):
        return None
    return found[0]


def _is_firm(sentence: str, day: ComingDays) -> bool:
    """Say whether the clause around a day speaks of what is going to be."""
    ends = [0, *(end for one in _CLAUSE.finditer(sentence) for end in one.span())]
    start = max((one for one in ends if one <= day.start), default=0)
    end = min((one for one in ends if one >= day.end), default=len(sentence))
    clause = f"{sentence[start : day.start]} {sentence[day.end : end]}"
    if _UNSURE.search(clause) or _HABIT.search(clause) or _ITSELF.search(clause):
        return False
    if day.plain and _is_over(sentence, day, clause):
        return False
    if _NOT.search(clause) and not _NOT_BUT.search(clause):
        # "Can't talk tomorrow, it's grandma's funeral": the other clause tells why.
        other = f"{sentence[:start]} {sentence[end:]}"
        return len(tokenize(other)) >= 1 and not _NOT.search(other)
    return True


def _is_over(sentence: str, day: ComingDays, clause: str) -> bool:
    """Say whether a bare day is one that was: "I saw her Friday"."""
    before, named = sentence[: day.start], sentence[day.start : day.end]
    if _DONE_FOR.search(before) or _FOR_DAY.match(named):
        return False
    # "Saw him myself, Thursday, at the track": the clause has nothing but the day.
    bare = len(tokenize(clause)) <= 1 and not tells_past(clause)
    told = sentence if bare else clause
    return tells_past(told) and not (_AHEAD.search(told) or is_put_off(told))


class Days(NamedTuple):
    """When a sentence says that something is due; both None for the next talk."""

    first: date | None
    last: date | None


def days_of(sentence: str, today: date | None) -> Days | None:
    """Return when what a sentence names is due; None if it is never.

    Args:
        sentence: One of `openings`.
        today: The day on which it was said; None if nobody knows.
    """
    text = sentence.replace("\u2019", "'")
    day = _firm_day(text, today or _ANY_DAY)
    if today is None:
        # Only a year tells which day is meant.
        named = day is not None and _YEAR.search(text[day.start : day.end])
        if day is not None and named:
            return Days(day.first, day.last)
    elif day is not None and day.first - today <= FARTHEST:
        return Days(day.first, day.last)
    return Days(None, None) if _at_next_talk(text) else None


# -- what becomes of it ----------------------------------------------------------------


class ThreadFold:
    """What is to come at a place of a chat, each once, as it was put off last.

    Attributes:
        threads: In the order in which they were named first.
    """

    def __init__(self, zone: tzinfo | None) -> None:
        """Know of nothing; `zone` is whose days are meant."""
        self.threads: list[Thread] = []
        self._zone = zone
        self._table: Growing[np.int64] = Growing(np.int64, width=len(ThreadColumn))
        self._steps: deque[list[tuple[int, Thread | None, int]]] = deque(
            maxlen=TAKEN_BACK
        )

    @property
    def steps(self) -> int:
        """How many messages can be taken back."""
        return len(self._steps)

    @property
    def table(self) -> NDArray[np.int64]:
        """By thread and `ThreadColumn`, what tells when it may be due."""
        return self._table.values[: len(self.threads)]

    def tell(self, named: NamedMatter) -> None:
        """Take what the next message names."""
        self._steps.append([])
        message, sentences, story, mark = named
        zoned = None if message.at is None else message.at.astimezone(self._zone)
        today = None if zoned is None else zoned.date()
        for number, text in enumerate(sentences):
            days = days_of(text, today)
            if days is not None:
                kept = message._replace(text="")
                new = Thread(
                    text=text,
                    first=None if story else days.first,
                    last=None if story else days.last,
                    story=story and days.first is not None,
                    said=kept,
                    sources=(message.id,),
                    number=number,
                )
                self._add(new, mark)

    def take_back(self) -> None:
        """Take back what the last message named."""
        for at, before, mark in reversed(self._steps.pop()):
            if before is None:
                self.threads.pop()
            else:
                self._put(at, before, mark)

    def _add(self, new: Thread, mark: int) -> None:
        """Add something to come, or put off what it is about."""
        end = len(self.threads)
        for at in reversed(range(max(0, end - NEAR), end)):
            old = self.threads[at]
            if old.said.role != new.said.role or not _comes_after(old, new):
                continue
            sources = tuple(dict.fromkeys((*old.sources, *new.sources)))
            if (old.first, old.story) == (new.first, new.story):
                if same_matter(old.text, new.text):
                    mark_before = int(self.table[at, ThreadColumn.MARK])
                    self._steps[-1].append((at, old, mark_before))
                    self._put(at, replace(old, sources=sources), mark_before)
                    return
            elif None not in (old.first, new.first) and is_moved(old.text, new.text):
                mark_before = int(self.table[at, ThreadColumn.MARK])
                self._steps[-1].append((at, old, mark_before))
                put_off = replace(
                    old, first=new.first, last=new.last, said=new.said, sources=sources
                )
                self._put(at, put_off, mark)
                return
        self._steps[-1].append((end, None, 0))
        self._put(end, new, mark)

    def _put(self, at: int, thread: Thread, mark: int) -> None:
        self.threads[at : at + 1] = [thread]
        self._table.reach(at + 1, 0)
        first, last = thread.first, thread.last
        self._table.values[at] = (
            0 if first is None else first.toordinal(),
            0 if last is None else last.toordinal(),
            thread.story,
            mark,
        )


def threads_of(named: Iterable[NamedMatter], zone: tzinfo | None) -> list[Thread]:
    """Return what is to come, each once, as it was put off last.

    Args:
        named: What messages named, in the order in which they were said.
        zone: Whose days they mean.
    """
    fold = ThreadFold(zone)
    for one in named:
        fold.tell(one)
    return fold.threads


def _comes_after(old: Thread, new: Thread) -> bool:
    """Say whether something is named while something before it may still be open."""
    if old.last is None or old.said.at is None or new.said.at is None:
        return old.first == new.first
    return new.said.at.date() <= old.last + timedelta(days=14)


def is_reached(thread: Thread, at: datetime | None, zone: tzinfo | None) -> bool:
    """Say whether the day of something has come."""
    if thread.first is None or at is None:
        return False
    return at.astimezone(zone).date() >= thread.first


def begins_talk(before: SaidBefore, one: SaidBefore) -> bool:
    """Say whether a message begins another talk than the one before it."""
    if before.talk != one.talk:
        return True
    if before.at is None or one.at is None:
        return False
    return one.at - before.at >= TALK_GAP


# -- when it is spoken of --------------------------------------------------------------


def moment_of(
    thread: Thread, between: Sequence[SaidBefore], turn: SaidBefore, zone: tzinfo | None
) -> Moment | None:
    """Return why something is spoken of in the turn that a message begins, if it is.

    Args:
        thread: What was to come.
        between: The messages after the one that named it and before the turn's.
        turn: The user's message that is to be answered.
        zone: Whose days it means.
    """
    if thread.story:
        earlier = (one for one in between if one.role == "user")
        if not tells_day(turn) or any(map(tells_day, earlier)):
            return None
        return Moment.STORY
    if thread.first is None or thread.last is None:
        return Moment.TALK if _is_next_talk(thread, between, turn) else None
    if turn.at is None or (thread.said.at is not None and turn.at < thread.said.at):
        return None  # The clock was set back.
    today = turn.at.astimezone(zone).date()
    days = [
        one.at.astimezone(zone).date()
        for one in between
        if one.role == "user" and one.at is not None
    ]
    if thread.first <= today <= thread.last:
        said_today = thread.said.at is not None and (
            thread.said.at.astimezone(zone).date() >= thread.first
        )
        spoken = any(thread.first <= day <= thread.last for day in days)
        return None if spoken or said_today else Moment.TODAY
    if thread.last < today <= thread.last + ASKED_FOR:
        return None if any(day > thread.last for day in days) else Moment.AFTER
    return None


def tells_day(one: SaidBefore) -> bool:
    """Say whether a message tells that another day of the story has come."""
    return _STORY_DAY.search(one.text) is not None


def _is_next_talk(
    thread: Thread, between: Sequence[SaidBefore], turn: SaidBefore
) -> bool:
    """Say whether a turn is the first one of the next talk."""
    before, begun = thread.said, False
    for one in between:
        begun = begun or begins_talk(before, one)
        if begun and one.role == "user":
            return False
        before = one
    return begun or begins_talk(before, turn)
