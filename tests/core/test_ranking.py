"""Ranking by all signals together, on small views and large ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from long_term_memory.config import RecallSettings
from long_term_memory.core.retrieval.corpus import Corpus, build_view
from long_term_memory.core.retrieval.inverted_index import InvertedIndex
from long_term_memory.core.retrieval.query import parse_query
from long_term_memory.core.retrieval.query_expansion import Neighbours
from long_term_memory.core.retrieval.ranking import (
    CANDIDATES,
    RankedMessage,
    rank,
)
from long_term_memory.core.retrieval.signals import WeightedSignal, weigh
from long_term_memory.core.retrieval.similarity import Moments, Scores, moments
from long_term_memory.core.text.recipes import ends_as_question
from long_term_memory.core.text.tokenizer import term_bytes, term_ids

NOW = datetime(2023, 11, 15, tzinfo=UTC)


def weighed(**weights: float) -> tuple[WeightedSignal, ...]:
    """Return all signals, some with other weights than the settings give them."""
    told = {f"{name}_weight": weight for name, weight in weights.items()}
    return weigh(replace(RecallSettings(), **told))  # type: ignore[arg-type]


class Chat:
    """A chat of Ann (the user) and Bo, and what ranking needs of it."""

    def __init__(self, *said: str, at: list[float] | None = None) -> None:
        rows = list(range(1, len(said) + 1))
        pairs = [line.split(": ", 1) for line in said]
        terms = [term_bytes(text) for _, text in pairs]
        self.columns = Corpus()
        self.columns.extend(
            rows,
            authors=[
                ("user" if name == "Ann" else "assistant", name) for name, _ in pairs
            ],
            said_at=at or [float("nan")] * len(rows),
            questions=[ends_as_question(text) for _, text in pairs],
            lengths=[len(term) // 4 for term in terms],
        )
        self.postings = InvertedIndex()
        self.postings.extend(rows, terms)
        self.view = build_view([np.array(rows, np.int32)], self.columns)

    def rank(
        self, text: str, likeness: Cosines | None = None, **options: Any
    ) -> list[RankedMessage]:
        asked = parse_query(
            text, speaker="user", user_names=["Ann"], character_names=["Bo"], now=NOW
        )
        limit = options.pop("limit", 10)
        options = {"signals": weighed(), "near": {}, **options}
        characters = list(self.columns.speakers().values())
        ranked = rank(
            self.view,
            asked,
            self.postings,
            likeness,
            characters=characters,
            count=max(CANDIDATES, limit),
            **options,
        )
        return ranked.hits(range(min(limit, len(ranked.rows))))

    def rows(
        self, text: str, likeness: Cosines | None = None, **options: Any
    ) -> list[int]:
        return [hit.row for hit in self.rank(text, likeness, **options)]


class Cosines:
    """Likeness as plain arrays: of turns, of windows and of best passages."""

    precise = True

    def __init__(
        self,
        turns: ArrayLike,
        windows: ArrayLike | None = None,
        passages: ArrayLike | None = None,
    ) -> None:
        self._turns = np.array(turns, np.float32)
        none = np.full(len(self._turns), np.nan, np.float32)
        self._passages = none if passages is None else np.array(passages, np.float32)
        self._windows = (
            self._turns if windows is None else np.array(windows, np.float32)
        )

    def turns(self) -> Scores:
        return self._turns.copy()

    def exact_turns(self, slots: NDArray[np.int32]) -> Scores:
        return self._turns[slots]

    def windows(self, slots: NDArray[np.int32]) -> Scores:
        return self._windows[slots]

    def passages(self, slots: NDArray[np.int32]) -> Scores:
        return self._passages[slots]

    def passage_moments(self) -> Moments:
        alone = np.isnan(self._passages)
        return moments(np.where(alone, self._turns, self._passages))

    def window_moments(self) -> Moments:
        return moments(self._windows)


class Estimates(Cosines):
    """The same, of which a scan tells only roughly what the turns are."""

    precise = False

    def turns(self) -> Scores:
        return self._turns[::-1].copy()


class Counting(InvertedIndex):
    """An index that counts how often it is asked."""

    asked = 0

    def find_all(self, terms: Sequence[int]) -> Any:
        self.asked += 1
        return super().find_all(terms)


def test_the_words_of_a_query_are_looked_up_once() -> None:
    """Ranking and judging need the same of them, and a bank holds them by the million.

    Judging looked for each of them again.
    """
    chat = Chat("Ann: My cat is called Miso.", *["Bo: The sea is calm."] * 9)
    chat.postings = Counting()
    chat.postings.extend([1], [term_bytes("My cat is called Miso.")])
    assert chat.rows("What is my cat called?")[0] == 1
    assert chat.postings.asked == 1


def test_words_alone_find_a_fact() -> None:
    chat = Chat(
        "Ann: My cat is called Miso.", *["Bo: The sea is calm."] * 9, "Ann: Bye."
    )
    assert chat.rows("What is my cat called?")[0] == 1


def test_without_vectors_only_what_shares_words_is_recalled() -> None:
    chat = Chat("Ann: My cat is called Miso.", *["Bo: The sea is calm."] * 9)
    assert set(chat.rows("What is my cat called?")) == {1, 2, 3}


def test_meaning_finds_what_words_do_not() -> None:
    chat = Chat("Bo: Hello.", "Ann: Miso purrs.", "Bo: Fine.", "Ann: Rain.")
    assert chat.rows("Any pets?", Cosines([0.1, 0.6, 0.2, 0.1]))[0] == 2


def test_estimates_only_say_which_are_looked_at_exactly() -> None:
    chat = Chat("Bo: Hello.", "Ann: Miso purrs.", "Bo: Fine.", "Ann: Rain.")
    hits = chat.rank("Any pets?", Estimates([0.1, 0.6, 0.2, 0.1]))
    assert hits[0].row == 2
    assert hits[0].parts.distance == pytest.approx(0.4)


def test_the_one_asked_about_comes_first() -> None:
    chat = Chat("Ann: I paint horses.", "Bo: I paint horses.")
    same = Cosines([0.5, 0.5])
    assert chat.rows("What do I paint?", same) == [1, 2]
    assert chat.rows("What do you paint?", same) == [2, 1]
    assert chat.rows("What does Bo paint?", same) == [2, 1]


def test_a_date_in_the_message_draws_what_was_said_around_it() -> None:
    at = [datetime(2023, month, 9, tzinfo=UTC).timestamp() for month in (3, 5, 7)]
    chat = Chat("Ann: I ran.", "Ann: I ran.", "Ann: I ran.", at=at)
    assert chat.rows("Where did I run on 8 May?", Cosines([0.5] * 3))[0] == 2


def test_what_the_two_met_by_is_looked_for_at_the_beginning() -> None:
    at = [datetime(2023, month, 9, tzinfo=UTC).timestamp() for month in (7, 3, 5)]
    chat = Chat("Ann: A tavern.", "Ann: A tavern.", "Ann: A tavern.", at=at)
    hits = chat.rank("When did we first meet, in a tavern?", Cosines([0.5] * 3))
    assert {hit.row: hit.parts.of("date") for hit in hits} == {1: 0, 2: 4, 3: 0}


def test_an_answer_comes_before_the_question() -> None:
    chat = Chat("Ann: Do I paint horses?", "Ann: I paint horses.")
    assert chat.rows("Which horses do I paint?", Cosines([0.5, 0.5]))[0] == 2


def test_of_equals_the_newest_comes_first() -> None:
    chat = Chat(*["Ann: I paint horses."] * 4)
    silent = weighed(lexical=0)
    assert chat.rows("horses", Cosines([0.5] * 4), signals=silent) == [4, 3, 2, 1]


def test_excluded_messages_are_never_recalled_but_lend_their_words() -> None:
    chat = Chat("Ann: My cat.", "Bo: Called Miso?", "Ann: Yes.", *["Bo: Rain."] * 9)
    hits = chat.rank("What about the cat?", excluded=np.array([0], np.int32))
    assert [hit.row for hit in hits] == [3, 2]
    assert hits[0].parts.of("lexical") > 0


def test_a_message_without_a_vector_is_ranked_by_the_rest() -> None:
    chat = Chat("Ann: I paint horses.", "Bo: Rain.", "Ann: Snow.")
    hits = chat.rank("Which horses do I paint?", Cosines([np.nan, 0.4, 0.2]))
    assert hits[0].row == 1
    assert hits[0].parts.distance is None
    assert hits[1].parts.distance == pytest.approx(0.6 if hits[1].row == 2 else 0.8)


def test_a_long_message_is_as_near_as_its_best_passage() -> None:
    chat = Chat("Ann: Sun.", "Bo: Rain.", "Ann: Snow.", "Bo: Hail.")
    passages = [np.nan, 0.9, np.nan, 0.2]
    likeness = Cosines([0.3, 0.2, 0.4, 0.1], [0.3] * 4, passages)
    hits = chat.rank("weather", likeness)
    assert hits[0].row == 2
    assert hits[0].parts.distance == pytest.approx(0.1)
    assert hits[0].parts.of("passage") > hits[1].parts.of("passage")
    assert hits[0].parts.of("dense") < hits[1].parts.of("dense")


def test_a_passage_that_is_near_opens_the_gate() -> None:
    chat = Chat(*["Bo: The sea is calm."] * 10)
    passages = [np.nan] * 9 + [0.6]
    likeness = Cosines([0.1] * 10, passages=passages)
    assert chat.rows("Explain diesel engines", likeness)[0] == 10


def test_a_short_message_is_its_own_passage() -> None:
    chat = Chat("Ann: Sun.", "Bo: Rain.", "Ann: Snow.")
    signals = weighed(passage=0.5, dense=0.5)
    for hit in chat.rank("weather", Cosines([0.3, 0.1, 0.4]), signals=signals):
        assert hit.parts.of("passage") == pytest.approx(hit.parts.of("dense"))


def test_what_is_too_far_is_left_out() -> None:
    chat = Chat("Ann: I paint horses.", "Ann: I paint cows.")
    likeness = Cosines([0.7, 0.2])
    assert chat.rows("What do I paint?", likeness, max_distance=0.5) == [1]


def test_an_empty_memory_recalls_nothing() -> None:
    assert Chat().rows("What do I paint?") == []


def test_near_words_find_what_the_same_words_do_not() -> None:
    chat = Chat("Ann: Tea destresses me.", *["Bo: The sea is calm."] * 9)
    [relaxes], [destresses] = term_ids("relaxes"), term_ids("destresses")
    near = {int(relaxes): Neighbours((int(destresses), int(relaxes)), (0.5, 1.0))}
    cosines = Cosines([0.2, *[0.35] * 9])
    assert chat.rows("What relaxes me?", cosines)[0] != 1
    hit = chat.rank(
        "What relaxes me?", cosines, near=near, signals=weighed(near_words=5)
    )[0]
    assert hit.row == 1
    assert hit.parts.of("near_words") == pytest.approx(2.5)


def test_a_score_is_the_sum_of_its_parts() -> None:
    chat = Chat("Ann: I paint horses.", "Bo: Do you?", "Ann: Yes.")
    [horses] = term_ids("horses")
    near = {int(horses): Neighbours((int(horses),), (1.0,))}
    for hit in chat.rank(
        "Which horses do I paint?", Cosines([0.7, 0.3, 0.1]), near=near
    ):
        total = sum(hit.parts.values.values())
        assert hit.score == pytest.approx(total, abs=1e-4)


def test_many_messages_are_ranked_as_few_are() -> None:
    """Two steps, and selection by blocks, must not lose what all signals favour."""
    random = np.random.default_rng(5)
    lines = [
        f"Ann: word{random.integers(400)} tea{random.integers(50)}" for _ in range(9000)
    ]
    chat = Chat(*lines)
    cosines = random.normal(0.1, 0.1, 9000).astype(np.float32)
    likeness = Cosines(cosines)
    found = chat.rank("word7 tea3 and tea9", likeness, limit=50)
    everything = chat.rank("word7 tea3 and tea9", likeness, limit=9000)
    assert found == everything[:50]
    scores = [hit.score for hit in everything]
    assert scores == sorted(scores, reverse=True)
    assert len(everything) == 9000


def test_many_equal_messages_yield_the_newest() -> None:
    chat = Chat(*["Ann: tea"] * 5000)
    found = chat.rows("tea", Cosines([0.5] * 5000), limit=3, signals=weighed(lexical=0))
    assert found == [5000, 4999, 4998]
