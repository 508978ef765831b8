"""Take messages apart into the passages that a story may be told with.

Owns: what of a message is told at all, where a passage begins and ends, whose words
it is.
Knows nothing of: which passages matter, prompts, stores.

Remarks beside the play, panels and code are told by nobody. Speech inside narration
belongs to whom the narration names, otherwise to the scene: a reply that tells what
three people say is not one person's speech. Quotes and actions stay whole.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

from ..text.clauses import clauses, finished
from ..text.panels import speech_of
from ..text.sanitise import one_line
from ..text.small_talk import tells_nothing
from .cast import AFTER, BEFORE, BY_OTHER, CAPITALS, OPENS, PERSONS, PRONOUNS, QUOTE
from .extractive import sentences

MAX_CHARACTERS: Final = 32_000
"""Of any message; the longest replies of models are some 8,000 tokens."""

LEAST_WORDS: Final = 4
"""A shorter sentence of a talk stands with the one before it ..."""

MOST_WORDS: Final = 45
"""A longer sentence is told by nobody who tells in short."""

MERGED_WORDS: Final = 24
"""... up to this length together."""

LEAST_IN_SCENE: Final = 3
MERGED_IN_SCENE: Final = 12
"""In scenes, which are told by clauses, less stands together."""

LEAST_TOLD: Final = 8
"""Words between stars that make a scene; fewer are a gesture."""

LEAST_QUOTED: Final = 20
"""Characters."""

_ASIDE: Final = re.compile(
    r"\(\([^()]{0,2000}(?:\([^()]{0,200}\)[^()]{0,2000}){0,8}\)\)"
    r"|[(\[]\s?(?:ooc|OOC)\b[^)\]]{0,2000}[)\]]"
    r"|\{\{?\s?(?:ooc|OOC)\b[^}]{0,2000}\}\}?"
    r"|^\s*(?:OOC|ooc|//)\s?:?[^\n]*$",
    re.MULTILINE,
)
_PANEL: Final = re.compile(
    r"<(details|table|style|script|pre|code)\b[^>]{0,400}>.{0,8000}?</\1>",
    re.DOTALL | re.IGNORECASE,
)
_TICKED: Final = re.compile(r"^\s*`[^`\n]*`\s*$", re.MULTILINE)
_LINK: Final = re.compile(r"https?://\S+|!\[[^\]\n]*\]\([^)\n]*\)")
_MARKS: Final = re.compile(r"^[#>\-\u2022\s]+")
# Not in "f**k" and "p***", nor in "my_file".
_EMPHASIS: Final = re.compile(
    r"(?<![\w*])[*_]{1,3}(?=[\w\"'])|(?<=[\w.,!?\"'])(?!(?<=\s\w)\*{3})[*_]{1,3}(?![\w*])"
)
_STARRED: Final = re.compile(r"(?<![\w,*])(?<![\w,] )\*(?!\*)[^*\n]{1,4000}\*(?![\w*])")
_WORD: Final = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_SHE: Final = re.compile(r"\b(?:[Ss]he|[Hh]e)\b")
_SPOKEN_TO: Final = re.compile(r"\b(?:to|at|towards?|for|with|zu|an|mit)\s+[A-Z]\w+")
_FILLER_BEFORE: Final = re.compile(
    r"^(?:(?:o+h+|a+h+|aha|yeah|yeh|yep|yup|yes|nah|ok(?:ay)?"
    r"|so(?! (?:long|much|many|far|that)\b)|and|but|also|well|btw"
    r"|right|anyway|lol|haha|hm+|um+|uh|one more thing|quick one|tbh|ja|tja|na ja|naja"
    r"|ach|und|aber)\b[,.!:]*\s+)+|^(?:no|nein),\s+",
    re.IGNORECASE,
)
_ONLY_FILLER: Final = re.compile(
    r"(?:(?:o+h+|a+h+|yeah|yeh|yep|yup|nah|ok(?:ay)?|so|well|right|anyways?|lol|haha+"
    r"|hm+|um+|uh|tja|naja)[\s.,!]*)+",
    re.IGNORECASE,
)
_FILLER_AFTER: Final = re.compile(
    r"[,.]?\s+(?:lol|lmao|haha+|hehe|tbh|x+|atm|innit|though|tho|right now)(?=[.!?]*$)",
    re.IGNORECASE,
)
_WHO_IS: Final = re.compile(
    r"\b(?:[Ww]ho(?:'s| is| was)|[Tt]ell me about|[Ww]er (?:ist|war)"
    r"|[Ee]rz\u00e4hl mir von) ([A-Z][\w-]+(?: [A-Z][\w-]+)?)\b"
)
# What opens so tells of somebody else, or that nothing is told.
_SUBJECTS: Final = frozenset(
    "i im i'm i've ive id i'd my me we our it its it's that thats this there what who "
    "why how when where you your no not nah nobody noone dunno dont don't idk well ask "
    "long sorry later ich wir mein meine mir das es ihr du dein nein nicht nichts "
    "keine wei\u00df was wer wie".split()
)
_ENDED: Final = re.compile(r"[.!?:;,)\"*\u2026\u201d\u2019\u3002]$")
_BETWEEN_QUOTES: Final = re.compile(
    r"(?:(?<=\s)|^)(\"[^\"]+\"(?: [a-z][^\".]+\.)?)(?=\s|$)"
)


class Passage(NamedTuple):
    """A piece of a chat that can be told by itself.

    Attributes:
        place: Of its message; a number that rises along the chat.
        name: Whose words it is; empty for narration, and where nobody is named.
        text: On one line, quotes and actions whole.
        own: It is what a participant says of itself, not a scene.
        user: The user wrote the message.
    """

    place: int
    name: str
    text: str
    own: bool = True
    user: bool = False


def word_count(text: str) -> int:
    """Count the words of a text."""
    return len(_WORD.findall(text))


def said_in(content: str) -> str:
    """Return what a message says: without panels, remarks beside the play and links."""
    said = speech_of(_PANEL.sub(" ", content[:MAX_CHARACTERS]))
    return _LINK.sub("", _TICKED.sub("", _ASIDE.sub("", said))).strip()


def passages_of(
    place: int,
    name: str,
    content: str,
    *,
    user: bool,
    names: Collection[str] = (),
    known: Collection[str] = (),
    participants: Collection[str] = (),
    voices: Collection[str] = (),
) -> list[Passage]:
    """Return the passages of a message, in order.

    Args:
        place: Of the message in its chat.
        name: Who sent it.
        content: As it was sent.
        user: Whether the user sent it.
        names: Who else may speak in a scene: `cast_of` a chat, and its participants.
        known: Names of all kinds in the chat, see `names_in`.
        participants: Who talk with each other.
        voices: Those of them whose speech scenes attribute somewhere.
    """
    said, name = said_in(content), one_line(name)
    if is_narrated(said):
        scene = _Scene(
            place,
            name,
            frozenset({*names, name}),
            user,
            frozenset(known),
            frozenset({*participants, name}),
            name in voices,
        )
        return list(scene.passages(said))
    others = frozenset({*names} - {name})
    return [
        _of_chat(Passage(place, name, text, own=True, user=user))
        for line in _STARRED.sub(_deed, said).splitlines()
        for text in _joined(list(_talk(line, others)), TALK)
    ]


def _talk(line: str, others: Collection[str]) -> Iterator[str]:
    """Yield the sentences of a line without what tells nothing."""
    for sentence in sentences(line):
        text = one_line(_plain(sentence))
        if not _ONLY_FILLER.fullmatch(text):
            yield bare(text, others)


def _deed(starred: re.Match[str]) -> str:
    """Leave out a gesture, such as a smile; keep a deed."""
    return " " if tells_nothing(starred.group()) else starred.group()


def _of_chat(one: Passage) -> Passage:
    """Return a passage, as narration if it tells of its speaker by name."""
    told = bool(one.name) and one.text.startswith(f"{one.name} ")
    return one._replace(name="", own=False) if told else one


def asked_about(content: str) -> str:
    """Return about whom a message asks: "Who's Big Sue?"; empty for nobody."""
    found = _WHO_IS.findall(content.replace("\u2019", "'"))
    return found[-1] if found else ""


def answered(found: Sequence[Passage], asked: str) -> list[Passage]:
    """Write before an answer that names nobody whom it tells of.

    Args:
        found: The passages of a message.
        asked: About whom the message before it asked.
    """
    for one in found[:1] if asked else ():
        words = [word.casefold() for word in _WORD.findall(one.text)]
        names_one = words[0] in _SUBJECTS or asked.split()[-1].casefold() in words
        if one.own and not names_one and not tells_nothing(one.text):
            named = one._replace(text=f"{asked} \u2013 {one.text}")
            return [named, *found[1:]]
    return list(found)


def bare(text: str, others: Collection[str] = ()) -> str:
    """Return a sentence without what is said to nobody: "oh", "ok so", "lol", a name.

    Args:
        text: A sentence.
        others: Who may be spoken to.
    """
    if others:
        named = "|".join(re.escape(one) for one in sorted(others) if one)
        text = re.sub(rf"^(?i:{named})[,.!]+\s*|,\s*(?i:{named})(?=[.!]*$)", "", text)
    short = _FILLER_AFTER.sub("", _FILLER_BEFORE.sub("", text))
    return short if _WORD.search(short) else text


def joined(texts: Sequence[str]) -> str:
    """Write passages that follow each other in one line, each with an end."""
    ended = (one if _ENDED.search(one) else f"{one}." for one in texts[:-1])
    return " ".join([*ended, *texts[-1:]]).replace('" "', " ")


def shortened(texts: Sequence[str]) -> str:
    """Write clauses that follow each other, as a sentence that ends with the last."""
    return finished(joined(texts))


def split(text: str, *, talk: bool = False) -> list[str]:
    """Take a line of passages apart again; quotes stay quotes.

    Args:
        text: A line of a summary.
        talk: Somebody says it of themselves; it is no scene, which is told by clauses.
    """
    if talk:
        return list(_joined(sentences(text), TALK)) or [text]
    found: list[str] = []
    led = ""  # "Sue said" leads up to the quote that follows, and stays with it.
    for at, part in enumerate(_BETWEEN_QUOTES.split(text)):
        if at % 2:
            found += _quoted_clauses(f"{led} {part}".strip())
            led = ""
        else:
            told = list(_joined([one.strip() for one in sentences(part)]))
            led = told.pop() if told and not _ENDED.search(told[-1]) else ""
            found += [clause for one in told for clause in clauses(one)]
    return [*found, *clauses(led)] if led else found or [text]


def _quoted_clauses(text: str) -> list[str]:
    """Return the clauses of a quote, each in its quotation marks."""
    if not (text.startswith('"') and text.endswith('"')):
        return [text]
    whole = _joined([one.strip() for one in sentences(text[1:-1])])
    return [f'"{clause}"' for one in whole for clause in clauses(one)] or [text]


def is_narrated(said: str) -> bool:
    """Say whether a message tells a scene, in which speech stands in quotes.

    Stars around a gesture make no scene of a message: more must be told than said, or
    what is said must stand in quotes.
    """
    told = sum(word_count(found.group()) for found in _STARRED.finditer(said))
    quoted = sum(len(found.group()) for found in QUOTE.finditer(said))
    if told >= LEAST_TOLD and (quoted or 2 * told >= word_count(said)):
        return True
    rest = QUOTE.sub(" ", _STARRED.sub(" ", said))
    return quoted >= LEAST_QUOTED and (
        told > 0 or word_count(rest) <= 2 or _attributes(said)
    )


def _attributes(text: str) -> bool:
    return any(
        pattern.match(text, found.end())
        for found in QUOTE.finditer(text)
        for pattern in AFTER
    )


def _plain(text: str) -> str:
    return _EMPHASIS.sub("", _MARKS.sub("", text)).strip()


class _Lengths(NamedTuple):
    """Words: shorter sentences are joined, and so long a line becomes."""

    least: int
    most: int


TALK: Final = _Lengths(LEAST_WORDS, MERGED_WORDS)
SCENE: Final = _Lengths(LEAST_IN_SCENE, MERGED_IN_SCENE)


def _joined(found: Sequence[str], lengths: _Lengths = SCENE) -> Iterator[str]:
    """Yield sentences, very short ones with their neighbour of the same line."""
    waiting = ""
    for text in found:
        if not _WORD.search(text):
            continue
        words = word_count(text)
        if waiting and (
            min(words, word_count(waiting)) >= lengths.least
            or words + word_count(waiting) > lengths.most
        ):
            yield waiting
            waiting = text
        else:
            waiting = f"{waiting} {text}".strip()
    if waiting:
        yield waiting


# -- scenes ----------------------------------------------------------------------------


class _Part(NamedTuple):
    """A run of a scene: told, or said by somebody."""

    text: str
    quoted: bool


class _Scene(NamedTuple):
    """A message that tells a scene."""

    place: int
    name: str
    names: frozenset[str]
    user: bool
    known: frozenset[str] = frozenset()
    participants: frozenset[str] = frozenset()
    speaks: bool = False

    def passages(self, said: str) -> Iterator[Passage]:
        """Yield what is told and what is said, with who says it."""
        usual = self.name if self.user else self._usual(said)
        told, speaker = "", usual
        for line in said.splitlines():
            parts = _mended(list(_parts(line.replace("*", ""))))
            for at, part in enumerate(parts):
                after = parts[at + 1].text if at + 1 < len(parts) else ""
                if not part.quoted:
                    told = f"{told} {part.text}".strip()
                    yield from self._narration(part.text, at > 0)
                    continue
                before = parts[at - 1].text if at else ""
                # After a long piece of narration somebody else may speak.
                if not self.user and word_count(before) > MERGED_WORDS:
                    speaker = usual
                if self._is_about_another(before) or BY_OTHER.match(after):
                    speaker = ""
                found = self._speaker(before, after, told)
                speaker = self._in_full(found) if found else speaker
                yield from self._speech(part.text, speaker, after)

    def _in_full(self, who: str) -> str:
        """Return what a participant is called of whom a part of the name is told."""
        full = [one for one in self.participants if who in one.split()]
        return full[0] if len(full) == 1 else who

    def _usual(self, said: str) -> str:
        """Return who speaks where nobody is named: the character, if alone in a scene.

        Nobody else who ever speaks may be named there but whom the character speaks
        to, and nobody else may open a sentence, or be there without a name: "a knight".
        """
        told = QUOTE.sub("\n", said.replace("*", ""))
        mine = {self.name, *self.name.split()}
        cast = self.names - self.participants - mine
        if not self.speaks or not cast.isdisjoint(CAPITALS.findall(told)):
            return ""
        persons = PERSONS - {one.lower() for one in mine}
        if not persons.isdisjoint(_WORD.findall(told.lower())):
            return ""
        others = self.known - self.participants - mine
        opening = (OPENS.match(one) for one in sentences(told))
        opens = {found["who"] for found in opening if found}
        return self.name if others.isdisjoint(opens) else ""

    def _narration(self, text: str, follows: bool) -> Iterator[Passage]:
        found = [one_line(one) for one in sentences(text)]
        # What goes on with a small letter belongs to the speech before it.
        if follows and found and found[0][:1].islower():
            found = found[1:]
        for whole in _joined(list(self._with_subjects(found))):
            for one in clauses(whole):
                yield Passage(self.place, "", one, own=False, user=self.user)

    def _with_subjects(self, found: Sequence[str]) -> Iterator[str]:
        """Write a name for the pronoun that follows a sentence which it opens."""
        subject = ""
        for one in found:
            opens = OPENS.match(one)
            who = opens["who"] if opens else ""
            if who in self.names:
                subject = who
            elif who.lower() not in PRONOUNS:
                subject = ""
            elif subject and opens:
                one = f"{subject}{one[opens.end() :]}"
            yield one

    def _speech(self, text: str, speaker: str, after: str) -> Iterator[Passage]:
        others = self.names - {speaker}
        whole = _joined([bare(one_line(one), others) for one in sentences(text)])
        found = [clause for one in whole for clause in clauses(one)]
        for at, one in enumerate(found):
            last = at == len(found) - 1
            said = f'"{one[:-1]}."' if last and one.endswith(",") else f'"{one}"'
            if last and _introduces(after):
                said = f"{said} {one_line(sentences(after)[0])}"
            yield Passage(self.place, speaker, said, own=False, user=self.user)

    def _speaker(self, before: str, after: str, told: str) -> str:
        """Return who says a quote, by what the narration says around it."""
        for pattern in AFTER:
            if (found := pattern.match(after)) is not None:
                return self._named(found["who"], told)
        if (found := BEFORE.search(before)) is not None:
            return self._named(found["who"], told)
        if before.endswith(":"):
            spoken_to = _SPOKEN_TO.sub(" ", before[-80:])
            present = [one for one in CAPITALS.findall(spoken_to) if one in self.names]
            return present[-1] if present else ""
        for sentence in reversed(sentences(told)):
            found = OPENS.match(sentence)
            if found and found["who"] in self.names:
                return found["who"]
            if found and found["who"].lower() in PRONOUNS:
                return self._named(found["who"], told)
            break
        return "" if self._is_about_another(before) else self._alone(told)

    def _is_about_another(self, before: str) -> bool:
        """Say whether the narration before a quote ends with one who never spoke."""
        for sentence in sentences(before)[-1:]:
            found = OPENS.match(sentence)
            return found is not None and found["who"] in self.known - self.names
        return False

    def _alone(self, told: str) -> str:
        """Return the participant if nobody else of the cast is in the scene."""
        named = set(CAPITALS.findall(told))
        present = self.names & named
        if present == {self.name}:
            return self.name
        # "She laughs": whoever writes a scene of nobody else tells of themselves.
        alone = not present and not named & self.known and _SHE.search(told)
        return self.name if alone and self.name in self.known else ""

    def _named(self, who: str, told: str) -> str:
        """Return a name; for a pronoun that of whom the narration named last."""
        if who.lower() not in PRONOUNS:
            return who if who in self.names else ""
        for sentence in reversed(sentences(told)):
            found = OPENS.match(sentence)
            if found and found["who"] in self.names:
                return found["who"]
            if BY_OTHER.search(sentence):
                return ""
        return ""


def _mended(parts: Sequence[_Part]) -> list[_Part]:
    """Put together speech that is interrupted by who speaks.

    "The plan," she says, "is mine." becomes "The plan is mine." and what she did.
    """
    found: list[_Part] = []
    for part in parts:
        if (
            part.quoted
            and part.text[:1].islower()
            and len(found) > 1
            and found[-2].quoted
            and found[-2].text.endswith(",")
            and not found[-1].quoted
            and found[-1].text.endswith(",")
        ):
            begun = found[-2].text.removesuffix(",")
            found[-2] = _Part(f"{begun} {part.text}", True)
        else:
            found.append(part)
    return found


def _introduces(after: str) -> bool:
    """Say whether what follows a speech tells who it is that speaks: "says X of Y"."""
    if not after[:1].islower():
        return False
    first = sentences(after)[0]
    return len(CAPITALS.findall(first)) >= 2 and word_count(first) <= MERGED_WORDS


def _parts(line: str) -> Iterator[_Part]:
    start = 0
    for found in QUOTE.finditer(line):
        if line[start : found.start()].strip():
            yield _Part(line[start : found.start()].strip(), False)
        inner = next(group for group in found.groups() if group is not None)
        yield _Part(inner.strip(), True)
        start = found.end()
    if line[start:].strip():
        yield _Part(line[start:].strip(), False)
