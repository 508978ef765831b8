"""Texts in which the outcome of something to come is looked for.

Owns: sentences, telling words, kinds of matters; what two texts share; what is pending.
Knows nothing of: the words of outcomes, days, chats.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Final

from ..text.tokenizer import tokenize
from .allusions import says_nothing
from .matters import MATTER_KINDS

TEXTS_READ: Final = 4_096

_SENTENCE: Final = re.compile(r"(?<=[.!?\u3002\uff01\uff1f\u2026])\s*|\n+")
_QUESTION: Final = re.compile(r"[?\uff1f]\W*$|[\u5417\u5462]\W*$")

PENDING: Final = re.compile(
    r"\b(?:not yet|not done|still (?:no|not|on|in|at|have|need|half|waiting|working|to)"
    r"|haven'?t|hasn'?t|half[- ]done|almost|nearly|(?<!was )(?<!so )nervous|wish me "
    r"luck|fingers crossed|about to|on my way|getting ready|preparing|practi[sc]ing"
    r"|can'?t wait|what if|hope(?:fully)?|gonna|going to|will|tomorrow"
    r"|(?<!out )in an hour|no "
    r"news|waiting for|noch nicht|noch kein\w*|immer noch|noch (?:im|in|beim|dabei|am)"
    r"|gleich|aufgeregt|hoffentlich|dr\u00fcck mir|auf dem weg|bald|morgen)\b|'ll\b"
    r"|\u8fd8\u6ca1|\u8fd8\u5728|\u7d27\u5f20|\u9a6c\u4e0a|\u5e0c\u671b|\u5feb\u8981"
    r"|\u51c6\u5907|\u6ca1\u6709?\u5199\u5b8c|\u660e\u5929",
    re.IGNORECASE,
)
"""It is still to come, or under way."""

COMMON_STEMS: Final = (
    frozenset(
        stem
        for stem in tokenize(
            "go going get getting got have need finally still nothing wear help new"
            " first "
            "time times week weeks day days next tomorrow today tonight ugh lol ok"
            " okay talk "
            "tell come take ill im ive id be will we she he her him his hers"
            " everything "
            "something thing things really just again later then know think want"
            " make let "
            "see look like one two three good bad well great little bit lot all now"
            " back "
            "people man god please sorry yes no yeah hey hi month months weekend"
            " friday "
            "saturday sunday monday tuesday wednesday thursday morning evening"
            " afternoon "
            "night hour hours minutes am pm at nine sharp dont cant wont didnt thats"
            " its "
            "because about only even already always never every before after until"
            " till by "
            "start starts started begin cant wait luck wish me kill feel good "
            "feels word promise swear"
        )
    )
    | frozenset(
        "ich du er sie es wir ihr mein meine meinen dein deine ist bin hab habe"
        " haben hat muss "
        "werde wird am um im in an der die das den dem ein eine einen zu zum zur und"
        " oder aber "
        "nicht noch schon auch mit von bei auf f\u00fcr morgen heute \u00fcbermorgen"
        " montag dienstag "
        "mittwoch donnerstag freitag samstag sonntag woche wochen tag tage uhr"
        " n\u00e4chste "
        "n\u00e4chsten kommt kommen gehe gehen ganz so sehr mal ja nein was wie"
        " war".split()
    )
    | frozenset(
        "\u660e\u5929 \u540e\u5929 \u4eca\u5929 \u4eca\u665a \u4e0b\u5348"
        " \u4e0a\u5348 \u665a\u4e0a \u6211\u6709 \u6211\u8981 \u5468\u4e94"
        " \u5468\u4e00 \u5468\u4e8c \u5468\u4e09 "
        "\u5468\u56db \u5468\u516d \u5468\u65e5 \u5929\u6211 \u5929\u4e0b"
        " \u4e0b\u5468 \u6211\u4eec \u4e94\u6211 \u8981\u53bb \u597d\u7d27"
        " \u7d27\u5f20 \u4e00\u4e2a \u4f60\u559c \u559c\u6b22".split()
    )
)


class OutcomeText:
    """A text, of which each thing is looked for once it is asked for.

    Attributes:
        said: The text, with plain apostrophes.
        sentences: What is no question.
    """

    def __init__(self, text: str) -> None:
        """Take a text."""
        self.said = text.replace("\u2019", "'")
        self.sentences = tuple(
            part
            for part in (one.strip() for one in _SENTENCE.split(self.said))
            if part and not _QUESTION.search(part)
        )
        self._names: dict[int, bool] = {}
        self._tells: dict[int, bool] = {}

    @cached_property
    def stems(self) -> frozenset[str]:
        """Its words but common ones."""
        return frozenset(tokenize(self.said)) - COMMON_STEMS

    @cached_property
    def kinds(self) -> tuple[int, ...]:
        """The kinds of matter that it names."""
        return tuple(kind for kind in range(len(MATTER_KINDS)) if self.names(kind))

    def first(self) -> Iterator[str]:
        """Yield its first sentence, and those before it that say nothing."""
        for one in self.sentences:
            yield one
            if not says_nothing(one):
                return

    def bare(self, thing: OutcomeText) -> Iterator[str]:
        """Yield the sentences before which nothing but a matter is spoken of."""
        for one in self.sentences:
            yield one
            told = read(one)
            if not (says_nothing(one) or is_related(thing, told)):
                return

    def names(self, kind: int) -> bool:
        """Say whether it names a kind of matter."""
        if kind not in self._names:
            self._names[kind] = bool(MATTER_KINDS[kind].named.search(self.said))
        return self._names[kind]

    def tells(self, kind: int) -> bool:
        """Say whether it holds words in which people tell of a kind of matter."""
        if kind not in self._tells:
            said = " ".join(self.sentences)
            self._tells[kind] = bool(MATTER_KINDS[kind].told.search(said))
        return self._tells[kind]


read = lru_cache(maxsize=TEXTS_READ)(OutcomeText)


def is_related(thing: OutcomeText, text: OutcomeText) -> bool:
    """Say whether a text may speak of a matter."""
    if thing.stems & text.stems:
        return True
    return any(text.tells(kind) or text.names(kind) for kind in thing.kinds)
