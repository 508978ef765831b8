"""Read a query: what it asks for, and about whom.

Owns: frames of asking, whom a message is about, the text that stands for a query.
Knows nothing of: memories, vectors, weights, stores.

People do not ask a memory, they ask each other: "Hey Bo, do you remember what I told
you about my sister?" The frame is the same around every question and says nothing of
what is sought, yet it draws other reminiscing; so it goes before anything is compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Final

from ..knowledge.bearing import asked_bearing
from ..text.dates import DateRange, read_dates
from ..text.recipes import (
    MAX_CHARACTERS,
    PATTERNS_KEPT,
    as_pronouns,
    name_pattern,
    named_in,
    without_names,
)
from ..text.tokenizer import QueryTerms, TermIds, term_ids, wanted
from ..types import Role
from .breadth import Subject, asks_for_all, meant_by
from .felt import asked_feeling
from .occasions import (
    PROMISE_WORDS,
    Stretch,
    called_today,
    calls_for_first,
    calls_for_last,
    calls_for_promise,
)

_FRAME: Final = re.compile(
    r"""^\W*(?:(?:hey|hi|so|ok(?:ay)?|btw|by\ the\ way|well|um+|oh)\b[\s,.!]*)*
    (?:
        i\ was\ (?:just\ )?(?:thinking|wondering)\b[\s.,\u2026]*(?:about\s+)?
      | i\ (?:was\ )?wonder(?:ing)?\b[\s,]*
      | (?:(?:do|did|can|could|would|will)\s+(?:you|u)\s+)?
        (?:(?:still|even|please)\s+)*
        (?:remember|recall|remind\s+me|tell\s+me|know)\b[\s,:]*
        (?:
            (?:again\s+)?(?:(?:of|about)\s+)?(?:what|anything|that|when)\s+
            (?:i|you|we)\s+(?:\w+\s+)?
            (?:told|said|mentioned|talked|say|tell|were\s+talking|talk)
            (?:\s+(?:me|you|to\s+me|to\s+you))?(?:\s+(?:about|of|on))?\s+
        )?
        (?:(?:about|if|that|whether)\s+)?
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_FRAME_ELSEWHERE: Final = re.compile(
    r"""^\W*(?:(?:hey|na|du|und|also|ach|sag\ mal)\b[\s,]*)*
    (?: erinnerst\ du\ dich(?:\ noch)?(?:\ daran|\ an)?
      | kannst\ du\ dich\ (?:noch\ )?(?:daran\ |an\ )?erinnern
      | wei(?:\u00df|ss)t\ du\ noch
      | erz\u00e4hle?\ (?:mir|uns)(?:\ (?:noch\ ?mal|nochmals|wieder))?
        (?:\ von|\ \u00fcber)?
    )\b[\s,:]*(?:(?:dass|ob)\ )?
    | ^\W*[\u4f60\u60a8]?[\u8fd8\u9084]?(?:\u8bb0\u4e0d)?(?:\u8bb0|\u8a18)\u5f97
      [\u5417\u55ce]?[\s\uff0c,]*
    """,
    re.IGNORECASE | re.VERBOSE,
)
_TAIL: Final = re.compile(
    r"""\b(?:do|can|could|would)\ (?:you|u)\ (?:still\ )?
    (?:remember|recall|remind\ me|tell\ me)(?:\ (?:that|it|please))?+
    \s*+[?.!]*+\s*+$""",
    re.IGNORECASE | re.VERBOSE,
)
_CALL: Final = (
    r"^(?:\W*(?i:hey|hi|hello|oh|so|ok|okay|well|and|but|dear|my dear)\b)?\W*"
    r"(?:{names})\s*[,!:\u2026]+\s*"
    r"|,\s+(?:{names})\s*(?=[.!?\u2026]*\s*$)"
)
"""A name that only calls its bearer: "Bo, …" and "…, Bo?"."""

# "US" is a country, and "we" is both of them.
_FIRST: Final = re.compile(r"\b(?:I|i|[Mm]e|[Mm]y|[Mm]ine|[Mm]yself)\b")
_SECOND: Final = re.compile(r"\b(?:you|your|yours|yourself|u|ur)\b", re.IGNORECASE)
_BESIDE: Final = (
    "to|with|for|from|about|by|of|at|gave|give|gives|given|told|tell|tells|remind|"
    "reminded|show|shows|showed|ask|asked|help|helps|helped|promise|promised"
)
_ASIDE: Final = re.compile(
    rf"""\b(?:
        (?:{_BESIDE})\ (?:me|you|my|your)
      | (?:do|did|can|could|would|will|don't)\ (?:you|u)\ (?:still\ |even\ )?
        (?:remember|recall|know|tell|remind|think|guess|believe)(?:\ (?:me|us))?
      | i\ (?:wonder|guess|think|forgot|forget|can't\ remember|don't\ remember)
      | let\ me | thank\ you
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""Where "I" and "you" stand beside what the message is about."""

_ENGLISH: Final = re.compile(
    r"\b(?:the|what|where|when|who|which|why|how|did|does|is|has|have|and|with|about)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedQuery:
    """A query as ranking reads it.

    Attributes:
        text: What is embedded: without the frame, "I" and "you" for the names.
        terms: Its words, without the names.
        words: The same by term id, as they are written.
        forms: By term id, the other forms of a word in the query's language.
        about: Whom it is about, if that is clear.
        dates: The past dates that it names.
        today: The part of today for whose words it asks.
        beginning: It speaks of when the two met.
        last: It speaks of the last time, or of where the two left off.
        feeling: Labels of the feeling that it asks for, the named one first.
        all_of: Of whom it asks to be told all that is known, if it does.
        bearing: The kinds of facts and the occasions that it names, as bits; see
            `asked_bearing`.
    """

    text: str
    terms: TermIds
    words: dict[int, str]
    forms: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    about: Role | None = None
    dates: tuple[DateRange, ...] = ()
    today: Stretch | None = None
    beginning: bool = False
    last: bool = False
    feeling: tuple[str, ...] = ()
    all_of: Subject | None = None
    bearing: int = 0

    @property
    def broad(self) -> bool:
        """Whether it asks for all of the two, and so by no word of its own."""
        return self.all_of not in (None, Subject.NAMED)

    @property
    def calls(self) -> bool:
        """Whether it names a place in the past, by which answers can be found."""
        return bool(self.dates or self.today or self.beginning or self.last)


def parse_query(
    text: str,
    *,
    speaker: Role,
    user_names: Iterable[str],
    character_names: Iterable[str],
    now: datetime,
) -> ParsedQuery:
    """Read a query.

    Args:
        text: The message that is about to be answered.
        speaker: Role of its author.
        user_names: Display names of the user.
        character_names: Display names of the character.
        now: The chat's clock, in the zone of who reads it.
    """
    text = text[:MAX_CHARACTERS]
    users, characters = tuple(user_names), tuple(character_names)
    own, others = (characters, users) if speaker == "assistant" else (users, characters)
    called = _uncalled(text, (*users, *characters))
    bare = unasked(called)
    asked = wanted(without_names(bare, (*users, *characters)))
    if calls_for_promise(text):
        asked = _promised(asked)
    read = ParsedQuery(
        text=_spoken(bare, own, others),
        terms=asked.terms,
        words=asked.words,
        forms=asked.forms,
        about=_about(bare, speaker, users, characters),
        dates=tuple(read_dates(text, now)),
        today=called_today(text, now),
        beginning=calls_for_first(text),
        last=calls_for_last(text),
        feeling=asked_feeling(text),
        bearing=asked_bearing(text),
    )
    return read if read.calls else _broadly(read, called, speaker, own, others)


def _broadly(
    read: ParsedQuery,
    text: str,
    speaker: Role,
    own: tuple[str, ...],
    others: tuple[str, ...],
) -> ParsedQuery:
    """Read a message that asks for all of one: of the two, by what each tells."""
    text = _in_pronouns(text, own, others, "me")
    whom = asks_for_all(text)
    if whom is None or whom is Subject.NAMED:
        return replace(read, all_of=whom)
    other: Role = "user" if speaker == "assistant" else "assistant"
    about: Mapping[Subject, Role] = {Subject.SPEAKER: speaker, Subject.OTHER: other}
    return replace(
        read,
        text=meant_by(text),
        terms=term_ids(""),
        words={},
        forms={},
        about=about.get(whom),
        all_of=whom,
    )


def _promised(asked: QueryTerms) -> QueryTerms:
    """Look for a promise by all the words for one."""
    words = term_ids(PROMISE_WORDS).tolist()
    forms = {
        term: tuple({*asked.forms.get(term, ()), *words} - {term})
        for term in asked.terms.tolist()
        if term in words
    }
    return asked._replace(forms={**asked.forms, **forms})


def unasked(text: str) -> str:
    """Take the frame of asking off a message: "do you remember …", "…, remember?".

    Returns:
        The rest; the text itself if that is less than a word.
    """
    rest = _FRAME.sub("", _TAIL.sub("", text), count=1)
    rest = _FRAME_ELSEWHERE.sub("", rest, count=1).strip()
    return rest if re.search(r"\w{3}", rest) else text


def _about(
    bare: str, speaker: Role, users: tuple[str, ...], characters: tuple[str, ...]
) -> Role | None:
    """Say which of the two a message is about: "user", "assistant" or neither.

    A name decides; without one, "I" is the speaker and "you" the other. Of two, the
    one decides that is not beside the matter, as in "told me" and "with Ann".

    Args:
        bare: The message without its frame and without names that only call.
        speaker: Role of its author.
        users: Display names of the user.
        characters: Display names of the character.
    """
    bare = bare.replace("\u2019", "'")
    named = False, False
    if named_in(bare, (*users, *characters)):
        named = named_in(bare, users), named_in(bare, characters)
    if all(named):
        rest = _without_beside(bare, users, characters)
        named = named_in(rest, users), named_in(rest, characters)
    elif not any(named):
        said = _first_and_second(bare)
        if all(said):
            said = _first_and_second(_ASIDE.sub(" ", bare))
        named = said[::-1] if speaker == "assistant" else said
    if all(named) or not any(named):
        return None
    return "user" if named[0] else "assistant"


def _first_and_second(text: str) -> tuple[bool, bool]:
    return bool(_FIRST.search(text)), bool(_SECOND.search(text))


def _without_beside(text: str, *sides: tuple[str, ...]) -> str:
    """Take names out where they stand beside the matter."""
    return _beside_pattern(sides).sub(" ", text)


@lru_cache(maxsize=PATTERNS_KEPT)
def _beside_pattern(sides: tuple[tuple[str, ...], ...]) -> re.Pattern[str]:
    patterns = [name_pattern(names) for names in sides]
    forms = "|".join(pattern.pattern for pattern in patterns if pattern)
    return re.compile(rf"\b(?:{_BESIDE}) (?:{forms})")


def _uncalled(text: str, names: tuple[str, ...]) -> str:
    """Take out names that only call: they say nothing of whom a message is about."""
    pattern = name_pattern(names)
    if pattern is None or not pattern.search(text):
        return text
    rest = _call_pattern(pattern.pattern).sub("", text)
    return rest if re.search(r"\w", rest) else text


@lru_cache(maxsize=PATTERNS_KEPT)
def _call_pattern(names: str) -> re.Pattern[str]:
    return re.compile(_CALL.format(names=names))


def _spoken(text: str, own: tuple[str, ...], others: tuple[str, ...]) -> str:
    """Write names as the two themselves would say them, where the text is English."""
    if not _ENGLISH.search(text):
        return without_names(text, (*own, *others))
    return _in_pronouns(text, own, others, "I")


def _in_pronouns(
    text: str, own: tuple[str, ...], others: tuple[str, ...], one: str
) -> str:
    """Write "I" or "me", and "you", for names; most messages hold none of them."""
    if not named_in(text, (*own, *others)):
        return text
    return as_pronouns(as_pronouns(text, own, one, "my"), others, "you", "your")
