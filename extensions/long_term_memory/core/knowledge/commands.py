"""What the user tells memory in the midst of a chat: "Remember that I'm vegan".

Owns: where in a message such a command may stand, and what it names.
Knows nothing of: the words of any language, notes, stores, which messages are live.

A clause counts only where it opens with the command and goes on with, or points back
at, something that is told: "Do you remember …?", "I'll never forget …" and "forget it"
are talk. What stands in quotes, between stars or in a scene is said by a
figure; so is what is said to one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from ..summaries.telling import is_narrated, said_in
from ..text.patterns import late, small
from ..text.sanitise import one_line
from ..types import Role
from .chinese_commands import CHINESE
from .command_frames import Frames
from .english.commands import ENGLISH
from .german.commands import GERMAN


class Wish(StrEnum):
    """What is to be done."""

    REMEMBER = "remember"
    FORGET = "forget"


class Command(NamedTuple):
    """Something that memory is told to do.

    Attributes:
        text: What is to be remembered, as it was said; or whom or what everything that
            was said of is to be forgotten.
    """

    wish: Wish
    text: str


MOST_CHARS: Final = 8_000
NOTE_CHARS: Final = 1_000
MOST_CLAUSES: Final = 12
"""Of a sentence; more are a list."""

LANGUAGES: Final = (ENGLISH, GERMAN, CHINESE)

_HINT: Final = late(
    r"re?m+e?m?b|remind|rmbr|forg[eo]t|memo|merk|verg[ie]s|denk|behalt"
    r"|\b(?:keep|know for|mind\b|not(?:es?|ing)\b|sav|store|act (?:as|like)|pin)"
    r"|strike|scrub|wip|remov|notier|reference|log|scratch|ignor|record"
    r"|disregard|drop|pretend|clear|speicher|streich|jot"
    r"|l\u00f6sch|schreib|delet|eras"
    r"|unlearn|purge|discard|next time|later|future|down|entfern|tilg|radier|tu so|info"
    r"|erinner|halt|n\u00e4chste|sp\u00e4ter|zukunft"
    r"|[\u8bb0\u5fd8\u5220\u8a18\u522a\u6e05\u62b9\u5f53\u5907\u5b58]"
    r"|\u5ffd\u7565|bookmark|regist|retain|hold on|hang on|burn|etch|get"
    r"|want|\u7b14\u8bb0|\u79fb\u9664",
)
_QUOTED: Final = late(
    r"[\"\u201c\u201e\u300c\u300e\u00ab][^\"\u201c\u201d\u300d\u300f\u00bb]*"
    r"[\"\u201c\u201d\u300d\u300f\u00bb]|(?<!\w)'[^'\n]{8,}'(?!\w)"
    r"|(?<!\w)\u2018[^\u2019\n]{8,}\u2019(?!\w)"
    r"|\*[^*\n]+\*|_[^_\n]+_|`[^`]+`|(?P<aside>[(\uff08][^()\n\uff08\uff09]*[)\uff09])"
    r"|^\s*[>#].*$|^\s*(?:[\w.-]{1,20}|[A-Z][\w.-]*(?: (?:[A-Z][\w.-]*|of"
    r"|the)){1,3}): .*$"
    r"|^\s*[\u4e00-\u9fff]{1,4}\uff1a.*$",
    re.MULTILINE,
)
_ASIDE: Final = late(
    r"[(\[\uff08]+\s*(?:ooc|out of character)\b[:,\s\uff1a-]*"
    r"(?P<said>[^()\[\]\uff08\uff09]+)[)\]\uff09]+"
    r"|^\s*(?:ooc|//)[:,\s\uff1a\u2013\u2014-]+(?P<line>[^\n]+)$",
    re.IGNORECASE | re.MULTILINE,
)
_SPOKEN_LINE: Final = late(
    r"^[^:]*(?:remember|note|mind|forg[eo]t|memo|reference|later|next time|down"
    r"|important"
    r"|merk|denk|verg|notier|schreib|f\u00fcrs|sp\u00e4ter|wichtig|speicher|thing|info"
    r"|wei\u00dft|erinner|record|\bthis|behalt|store|save|\u8bb0|\u5907\u6ce8"
    r"|\u5fd8)[^:\uff1a]*[:\uff1a]",
    re.IGNORECASE,
)
_TO_FIGURE: Final = late(
    r"[*_][^*_\n]*\b(?:to|at|towards?|zu|zum|zur|an)"
    r" (?:the|her|his|a|an|my|dem|der|den|de[mnr]|sein\w*|ihr\w*|[A-Z])\s?\w+[^*_\n]*"
    r"[*_]|\*[^*\n]*[\u5bf9\u770b\u671d]\u7740[^*\n]*\*",
)
_BEFORE_IT: Final = late(
    r"^\W*(?:(?:(?:just )?so you know|fyi|heads up|by the way|btw|ok(?:ay)?|oh|and|well"
    r"|also|so|hey|you should know|anyway|for the record|zur info|\u00fcbrigens"
    r"|ach(?: ja)?"
    r"|also|nur damit du es wei\u00dft)(?: for (?:next time|later|the future))?"
    r"(?: that| dass)?[\s,:;.!\u2013\u2014-]+)+",
    re.IGNORECASE,
)
_SENTENCE: Final = late(
    r"(?<=[!?\u3002\uff01\uff1f])\s*|(?<=[^\W\d]\.)\s+|\n+|(?<=\d\.)\s+(?=[A-Z])"
)
_QUESTION: Final = late(r"[?\uff1f]\W*$|[\u5417\u5462]\W*$")
_TAG: Final = late(
    r"[,\s]+(?:ok(?:ay)?|alright|yeah|please|pls|ja|right|will you|would you|thanks?)"
    r"\s*\?+$",
    re.IGNORECASE,
)
_MARKS: Final = " ,;:.!\u2013\u2014-"
_CLAUSES: Final = late(
    r"[,;:\u2013\u2014\uff0c\uff1b\uff1a\u2026]+\s*|\s-\s|\.{2,}\s*|\b(?:and|so|but"
    r"|then"
    r"|und|aber|also|because) (?=(?:please|pls|also|just|do|bitte|mal)?\s?(?:pls|please"
    r"|remember|keep|don't|do not|forg[eo]t|note|make|bear|bitte|merk|vergiss|denk"
    r"|delete"
    r"|erase|can you|could you|maybe))",
    re.IGNORECASE,
)
_TAIL: Final = late(
    r"[,\s]*\b(?:please|pls|plz|ok(?:ay)?|thanks|thank you|thx|bitte|danke|alright"
    r"|will you|would you|yeah|right|ja|for (?:me|later|next time))\b[.!\s]*$"
    r"|[\s.!,;:\u2026\u3002\uff01\uff0c\u2013\u2014-]+$",
    re.IGNORECASE,
)


def commands_in(text: str, role: Role) -> tuple[Command, ...]:
    """Return what a message tells memory to do, in order.

    Args:
        text: As it was sent.
        role: Who speaks; only the user tells memory anything.
    """
    if role != "user" or _HINT.search(small(text)) is None:
        return ()
    text = text[:MOST_CHARS].replace("\u2019", "'")
    said = said_in(text)
    scene = is_narrated(said) or _TO_FIGURE.search(said)
    found = [] if scene else [*_commands(_QUOTED.sub(_unless_command, said))]
    for one in _ASIDE.finditer(text):  # Out of character it is the user who speaks.
        found += _commands(one["said"] or one["line"], aside=True)
    return tuple(dict.fromkeys(found))


def _unless_command(quoted: re.Match[str]) -> str:
    """Leave out what is quoted; "Remember: …" only looks like a speaker's line."""
    bare = quoted.group().lstrip()
    if quoted["aside"]:  # "I'm vegan (please remember that)"
        return f", {bare[1:-1]}" if _HINT.search(small(bare)) else " "
    kept = bare[:1].isalnum() and _SPOKEN_LINE.match(bare)
    return quoted.group() if kept else " "


def _commands(text: str, *, aside: bool = False) -> Iterator[Command]:
    before = ""
    ahead: Frames | None = None
    for sentence in (one.strip() for one in _SENTENCE.split(text) if one.strip()):
        command = _command(sentence, aside=aside)
        if command is None and ahead and ahead.own.match(sentence):
            command = _kept(ahead, sentence, firm=True)
        pointing = None if command else _pointing(sentence)
        ahead = None
        if pointing:
            command = _pointed(pointing, before, aside=aside)
            ahead = None if command else pointing[0]
        if command is not None:
            yield command
        before = "" if command else sentence


def _pointing(clause: str) -> tuple[Frames, bool] | None:
    """Return in what language a clause points back, and whether in earnest."""
    for frames in LANGUAGES:
        if found := frames.back.match(clause):
            return frames, bool(frames.earnest.search(found["lead"]))
    return None


def _pointed(
    pointing: tuple[Frames, bool], before: str, *, aside: bool
) -> Command | None:
    frames, earnest = pointing
    if _QUESTION.search(before) or frames.reports.search(before):
        return None
    before = _BEFORE_IT.sub("", before)
    told = (before.strip(_MARKS).rpartition(": ")[2], before)
    found = (_kept(frames, one, firm=earnest or aside) for one in told)
    return next((one for one in found if one), None)


def _command(sentence: str, *, aside: bool) -> Command | None:
    """Return what a sentence tells memory, by the first of its clauses that does."""
    sentence = _TAG.sub("", sentence)
    asks = _QUESTION.search(sentence) is not None
    starts = [0, *(one.end() for one in _CLAUSES.finditer(sentence))][:MOST_CLAUSES]
    for start in starts:
        before, clause = sentence[:start], sentence[start:]
        # "He told me, remember that ...": somebody else says it.
        if start and any(one.reports.search(before) for one in LANGUAGES):
            return None
        if pointing := _pointing(clause):
            return _pointed(pointing, before, aside=aside) if start else None
        for frames in LANGUAGES:
            lead = frames.opening.match(clause)[0]  # type: ignore[index]
            if frames.to_figure.search(lead) and not aside:
                return None
            if asks and not frames.asking.search(lead):
                continue
            command = _of_clause(frames, clause, len(lead), aside=aside)
            if command is not None:
                return command
    return None


def _of_clause(
    frames: Frames, clause: str, start: int, *, aside: bool
) -> Command | None:
    earnest = aside or frames.earnest.search(clause, 0, start) is not None
    beside = (frames.forget_beside,) if aside else ()
    asked = (frames.forget_earnest,) if earnest else ()
    for pattern in (*frames.forget, *asked, *beside):
        if found := pattern.match(clause, start):
            matter = _bare(found["of"])
            if matter and not frames.no_matter.search(matter):
                return Command(Wish.FORGET, matter)
    for pattern, firm in ((frames.firm, True), (frames.loose, earnest)):
        if found := pattern.match(clause, start):
            told = found.groupdict().get("told") or clause[found.end() :]
            return _kept(frames, told, firm=firm)
    return None


def _kept(frames: Frames, told: str, *, firm: bool) -> Command | None:
    told = _bare(frames.rest.sub("", one_line(told)))
    return Command(Wish.REMEMBER, told) if frames.holds(told, firm=firm) else None


def _bare(text: str) -> str:
    text = one_line(text)[:NOTE_CHARS].strip()
    while (short := _TAIL.sub("", text).rstrip("?\uff1f ")) != text:
        text = short
    return text
