"""The signals of recall: each says one thing about every message in view.

Owns: the table of signals, what each says of messages and of notes, its words for
people; the weights that settings give them.
Knows nothing of: stores, models, how signals are put together.

A signal is one entry of `SIGNALS`, its function, and one option `<name>_weight` in
`config.memory.RecallSettings`. What ranks, explains, shows and tells scores goes
through the table.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...config import RecallSettings
from ..knowledge.bearing import is_limit, is_occasion
from ..text.dates import date_score
from ..types import Role, ScoreParts, Signal
from .corpus import K1, USER, CorpusView
from .felt import feeling_weights
from .inverted_index import Found, InvertedIndex, lexical_share
from .occasions import first_score, last_score, today_score
from .query import ParsedQuery
from .query_expansion import Neighbours, near_share
from .relevance import is_foreign
from .similarity import UNMEASURED, Scores, Slots, Spreads, standing_out

NOWHERE: Final = np.empty(0, np.int32)
_NOTHING: Final = np.empty(0, np.float32)


class Stage(Enum):
    """For which messages a signal is computed."""

    ALL = auto()
    """For all in view; these choose the candidates."""
    CANDIDATES = auto()
    """For the best few alone, since it is dear."""


Shares = Callable[[Slots], NDArray[np.uint8]]
Bearings = Callable[[Slots], NDArray[np.uint32]]
STATES: Final = 0.5
"""What a fact counts for that bears on nothing that is named."""
LIMITS: Final = 1.5
"""What a limit counts for that matters at an occasion that is named."""


class Candidates(NamedTuple):
    """The best by the signals of all slots, and how near they lie.

    Attributes:
        whole: The exact cosine of each message; NaN without a vector.
        passage: Of its best passage, which is the whole of a short one.
        window: Of it together with its neighbours.
    """

    slots: Slots = NOWHERE
    whole: Scores = _NOTHING
    passage: Scores = _NOTHING
    window: Scores = _NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class RankInput:
    """What a signal may look at.

    Attributes:
        view: What may be recalled.
        asked: The query.
        found: Who holds the words of the query.
        postings: The index of words.
        near: The near words of the query's own.
        characters: Author numbers that are the character's.
        here: Slots of what the host shows: where they stand is now.
        spreads: How cosines spread.
        shares: Returns what messages show of feelings, by their rows: (rows, labels),
            in 255ths; None where nobody knows.
        bearings: Returns what messages tell that still holds, by their rows, as bits;
            see `bearing_of`. None where nobody knows.
        candidates: Set for signals of candidates.
    """

    view: CorpusView
    asked: ParsedQuery
    found: Found
    postings: InvertedIndex
    near: Mapping[int, Neighbours]
    characters: Collection[int]
    here: Slots
    spreads: Spreads = UNMEASURED
    shares: Shares | None = None
    bearings: Bearings | None = None
    candidates: Candidates = field(default_factory=Candidates)


class NoteInput(NamedTuple):
    """What is known of a text by hand.

    Attributes:
        out: By how many deviations its cosine stands out; 0 without a vector.
        held: The share of the query's words that it holds, by rarity; 0 … 1.
        near: The same with near words.
    """

    out: float
    held: float
    near: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalSpec:
    """One signal.

    Attributes:
        name: In scores, in JSON, and in the setting `<name>_weight`.
        label: For people, beside a memory.
        help: What it says, for people.
        weight_label: For people, beside its weight.
        stage: For which messages it is computed.
        score: What it says of all slots, or of the candidates, by its stage, before
            its weight; None where the query gives no cause for it.
        of_note: The same of a text by hand; None if it says nothing of one.
        is_cause: Whether it may recall a message that has no vector.
        of_query: Whether it hangs on the query.
        estimate: How much of its weight the likeness of the whole message counts for,
            where candidates are chosen and this one is too dear.
    """

    name: str
    label: str
    help: str
    weight_label: str
    stage: Stage
    score: Callable[[RankInput], NDArray[Any] | None]
    of_note: Callable[[NoteInput], float] | None = None
    is_cause: bool = False
    of_query: bool = True
    estimate: float = 0.0


class WeightedSignal(NamedTuple):
    """A signal and what it counts for."""

    spec: SignalSpec
    weight: float


def said_by(
    author: NDArray[np.int16], about: Role | None, characters: Collection[int]
) -> Scores:
    """Return +1 where the one spoken of speaks, -1 where the other does, else 0.

    Args:
        author: Who said each message; see `Columns.author`.
        about: Whom the query is about, if that is clear.
        characters: Author numbers that are the character's.
    """
    if about not in ("user", "assistant"):
        return np.zeros(len(author), np.float32)
    sign = np.float32(1 if about == "user" else -1)
    scores: Scores = (author == USER).astype(np.float32)
    scores *= sign
    for number in characters:
        scores -= (author == number) * sign
    return scores


def _passage(given: RankInput) -> Scores:
    return standing_out(given.candidates.passage, given.spreads.passage)


def _dense(given: RankInput) -> Scores:
    return standing_out(given.candidates.whole, given.spreads.whole)


def _window(given: RankInput) -> Scores:
    return standing_out(given.candidates.window, given.spreads.window)


def _lexical(given: RankInput) -> Scores | None:
    return lexical_share(given.found, given.view)


def _near_words(given: RankInput) -> Scores | None:
    return near_share(given.near, given.postings, given.view)


def _speaker(given: RankInput) -> Scores | None:
    about = given.asked.about
    return said_by(given.view.author, about, given.characters) if about else None


def _date(given: RankInput) -> Scores | None:
    """Say what lies near a date of the query, or at the part of the past it names."""
    asked, view = given.asked, given.view
    if not asked.calls:
        return None
    score = date_score(view.said_at, asked.dates)
    if asked.today:
        score = np.maximum(score, today_score(view.said_at, asked.today))
    if asked.beginning:
        score = np.maximum(score, first_score(view.said_at, view.rows))
    if asked.last:
        score = np.maximum(score, last_score(view, given.here))
    return score


def _emotion(given: RankInput) -> Scores | None:
    """Say how much of the feeling asked for shows, where the one asked about speaks."""
    asked, view = given.asked, given.view
    if not asked.feeling or given.shares is None:
        return None
    shown = given.shares(view.rows) @ feeling_weights(asked.feeling)
    shown *= np.float32(1 / 255)
    if asked.about is not None:
        shown[said_by(view.author, asked.about, given.characters) <= 0] = 0
    scores: Scores = np.minimum(shown, 1)
    return scores


def _fact(given: RankInput) -> Scores | None:
    """Say which tell a fact that still holds, and which one that bears on the query.

    In other languages too few facts are read: there they told of small talk, and
    limits alone count.
    """
    if given.bearings is None:
        return None
    told = given.bearings(given.view.rows[given.candidates.slots])
    common = told & np.uint32(given.asked.bearing)
    scores: Scores = np.zeros(len(told), np.float32)
    if not is_foreign(given.asked):
        scores[told != 0] = STATES
        scores[common != 0] = 1
    scores[is_limit(told) & is_occasion(common)] = LIMITS
    return scores


def _question(given: RankInput) -> NDArray[np.bool_]:
    return given.view.question


def _note_out(note: NoteInput) -> float:
    """A note is its own passage and window, for it has no neighbours."""
    return note.out


SIGNALS: Final = (
    SignalSpec(
        name="passage",
        label="meaning",
        help="How near the best passage's meaning is to the message",
        weight_label="Meaning",
        stage=Stage.CANDIDATES,
        score=_passage,
        of_note=_note_out,
        estimate=1.0,
    ),
    SignalSpec(
        name="dense",
        label="meaning as a whole",
        help="The same, of the whole memory",
        weight_label="Meaning as a whole",
        stage=Stage.CANDIDATES,
        score=_dense,
        of_note=_note_out,
        estimate=1.0,
    ),
    SignalSpec(
        name="window",
        label="meaning of the moment",
        help="The same, with what was said around it",
        weight_label="Meaning of the moment",
        stage=Stage.CANDIDATES,
        score=_window,
        of_note=_note_out,
        estimate=0.5,  # A window resembles its message, but less than a passage does.
    ),
    SignalSpec(
        name="lexical",
        label="shared words",
        help="Words that the message and the memory share",
        weight_label="Shared words",
        stage=Stage.ALL,
        score=_lexical,
        of_note=lambda note: note.held / (1 + K1),
        is_cause=True,
    ),
    SignalSpec(
        name="near_words",
        label="near words",
        help="Words in the memory that mean nearly the same",
        weight_label="Near words",
        stage=Stage.ALL,
        score=_near_words,
        of_note=lambda note: note.near,
    ),
    SignalSpec(
        name="speaker",
        label="who",
        help="Whether the one who is asked about said it",
        weight_label="Who said it",
        stage=Stage.ALL,
        score=_speaker,
    ),
    SignalSpec(
        name="date",
        label="date",
        help="Whether it lies near a date in the message",
        weight_label="The date",
        stage=Stage.ALL,
        score=_date,
        is_cause=True,
    ),
    SignalSpec(
        name="question",
        label="is a question",
        help="Questions tell less than answers do",
        weight_label="That it is a question",
        stage=Stage.ALL,
        score=_question,
        of_query=False,
    ),
    SignalSpec(
        name="emotion",
        label="feeling",
        help="Whether it shows the feeling that is asked for",
        weight_label="The feeling asked for",
        stage=Stage.ALL,
        score=_emotion,
    ),
    SignalSpec(
        name="fact",
        label="fact",
        help="Whether it tells a fact that still holds, the more if one was asked for",
        weight_label="That it tells a fact",
        stage=Stage.CANDIDATES,
        score=_fact,
    ),
)
"""All signals; scores are told in this order, and clients read it."""


def weigh(
    settings: RecallSettings, signals: Sequence[SignalSpec] = SIGNALS
) -> tuple[WeightedSignal, ...]:
    """Return signals with what the settings have them count for.

    Args:
        settings: With an option `<name>_weight` for each signal.
        signals: In the order of scores.
    """
    return tuple(
        WeightedSignal(one, float(getattr(settings, f"{one.name}_weight")))
        for one in signals
    )


def explained(
    parts: ScoreParts, signals: Sequence[WeightedSignal]
) -> tuple[Signal, ...]:
    """Return what each signal that counts says of a memory."""
    whole = sum(abs(parts.of(one.name)) for one, _ in signals) or 1.0
    return tuple(
        Signal(
            name=one.name,
            value=part / weight or 0.0,  # no minus before nothing
            weight=weight,
            part=part,
            share=abs(part) / whole,
        )
        for one, weight in signals
        for part in (parts.of(one.name),)
        if weight
    )
