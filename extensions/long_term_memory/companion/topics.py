"""What a conversation is about: now, and again and again.

Owns: which words count as nouns, the current topic, the topics that recur.
Knows nothing of: where messages come from, moods, who is told.

There is no grammar here, so a word counts as a noun where its neighbours say so: behind
an article, a possessive or a preposition, as the last word of what these introduce; or
with a capital in mid-sentence, which in English names somebody and in German any noun.
A word that was one once is one wherever it stands. Languages without spaces have no
words that could be told apart, and no topics.

The current topic is the most characteristic noun of the last `RECENT` messages: of
those that at least two of them mention, the one with the highest TF-IDF, the messages
before them being the corpus. A topic recurs that at least three messages mention,
further apart than `RECENT` messages.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import log
from typing import Final, NamedTuple

from ..core.text.tokenizer import stem, tokenize

RECENT: Final = 10
"""Messages that the current topic is of."""

LEAST_MENTIONS: Final = 2
"""Of the last messages so many mention a topic; a word of one message is none."""

LEAST_RECURRING: Final = 3
MOST_RECURRING: Final = 5
MOST_MESSAGES: Final = 400
"""So far back a conversation is read."""

_MOST_CHARACTERS: Final = 4_000
_SHORTEST: Final = 3
_MOST_BETWEEN: Final = 2
"""Words, adjectives mostly, between an article and its noun."""

_WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*|[.!?,;:\n*\"()]")
_STOP: Final = frozenset(".!?\n")
_LEADS: Final = frozenset(
    """a an the my your his her its our their this these those some any every each no
    another about of with from at in on for into near over under between
    der die das den dem des ein eine einen einem einer mein meine meinen dein deine
    im am vom zum zur mit von bei
    le la les un une des mon ma mes ton ta tes du el los las una mi tu su""".split()
)
_NEVER: Final = frozenset(
    """one ones thing things something anything nothing everything someone anyone lot
    bit kind sort way ways time times day days today tomorrow yesterday tonight moment
    while other others same first last next few many much more most little good great
    new old nice well really very just even still now then here there what who when
    yes yeah okay hello hey thanks please sorry mind fact course least that it them us
    you me him myself yourself both all such own maybe right sure people guy
    guys""".split()
)
_ASKS: Final = frozenset("do does did will would can could should".split())
_ENDS: Final = ("ly", "ing", "n't")
# "What is my cat called?"; seeds, sheds and the German "Abschied" are nouns.
_PAST: Final = re.compile(r"\w{2,}[^aeiou\W]ed")


class _Read(NamedTuple):
    """One message: every word by its stem, and those that count as nouns here."""

    words: dict[str, str]
    nouns: frozenset[str]


class Topics(NamedTuple):
    """What a conversation is about.

    Attributes:
        current: The topic of the last messages; None where none stands out.
        recurring: Topics that come again, the most frequent first.
    """

    current: str | None
    recurring: tuple[str, ...]


def topics_of(texts: Sequence[str], names: Sequence[str] = ()) -> Topics:
    """Return what a conversation is about.

    Args:
        texts: Its messages, the newest last.
        names: What those who speak are called; they are no topic.
    """
    read = [_read(text) for text in texts[-MOST_MESSAGES:]]
    spoken = {one for name in names for one in tokenize(name)}
    nouns = frozenset().union(*(one.nouns for one in read)) - spoken
    return Topics(_current(read, nouns), _recurring(read, nouns))


def _current(read: Sequence[_Read], nouns: frozenset[str]) -> str | None:
    recent, before = read[-RECENT:], read[:-RECENT]
    mentions = Counter(word for one in recent for word in one.words if word in nouns)
    known = Counter(word for one in before for word in one.words if word in nouns)
    scores = {
        word: count * log((len(before) + 2) / (known[word] + 1))
        for word, count in mentions.items()
        if count >= LEAST_MENTIONS
    }
    if not scores:
        return None
    best = max(scores, key=lambda word: (scores[word], word))
    return _written(recent, best)


def _recurring(read: Sequence[_Read], nouns: frozenset[str]) -> tuple[str, ...]:
    places: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(read):
        for word in one.words:
            if word in nouns:
                places[word].append(at)
    found = [
        word
        for word, at in places.items()
        if len(at) >= LEAST_RECURRING and at[-1] - at[0] > RECENT
    ]
    found.sort(key=lambda word: (-len(places[word]), places[word][0], word))
    return tuple(_written(read, word) for word in found[:MOST_RECURRING])


def _written(read: Sequence[_Read], word: str) -> str:
    """Return a word as it was written last."""
    return next(one.words[word] for one in reversed(read) if word in one.words)


def _read(text: str) -> _Read:
    words: dict[str, str] = {}
    nouns = set()
    for word, is_noun in _words(text[:_MOST_CHARACTERS]):
        key = stem(word.casefold())
        words[key] = word
        if is_noun:
            nouns.add(key)
    return _Read(words, frozenset(nouns))


def _words(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the words of a text that may be topics, and whether each is a noun here."""
    tokens = [*_WORD.findall(text), "."]
    led = 0
    begins = True
    asked = False
    for word, after in pairwise(tokens):
        low = word.casefold()
        if not word[0].isalpha():
            led, begins = 0, begins or word in _STOP or word in '*"'
            continue
        if low in _LEADS:
            # Of "does my brother play" no more than the next word may be the noun.
            led, begins = 1 if asked else _MOST_BETWEEN + 1, False
            continue
        asked = low in _ASKS
        may = len(low) >= _SHORTEST and low not in _NEVER
        may = may and not (low.endswith(_ENDS) or _PAST.fullmatch(low))
        named = word[0].isupper() and not word.isupper() and not begins
        # What an article introduces ends at a sign or at a word that is no part of it.
        ends = not after[0].isalpha() or not tokenize(after)
        if may and tokenize(word):
            yield word, named or bool(led and ends)
        led = max(0, led - 1) if may and not ends else 0
        begins = False
