"""Words that mean nearly the same, and what they find."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from long_term_memory.core.retrieval import query_expansion as module
from long_term_memory.core.retrieval.corpus import Corpus, CorpusView, build_view
from long_term_memory.core.retrieval.inverted_index import InvertedIndex, idf
from long_term_memory.core.retrieval.query_expansion import (
    Neighbours,
    Vocabulary,
    near_share,
)
from long_term_memory.core.text.tokenizer import term_bytes

CAT, KITTEN, BOAT, SHIP = 1, 2, 3, 4
WORDS = {CAT: (1.0, 0.0), KITTEN: (0.8, 0.6), BOAT: (0.0, 1.0)}


def vectors(*terms: int) -> NDArray[np.float32]:
    return np.array([WORDS[term] for term in terms], np.float32)


def known(*terms: int) -> Vocabulary:
    vocabulary = Vocabulary(2)
    vocabulary.extend(terms, vectors(*terms))
    return vocabulary


def test_a_word_is_nearest_to_itself() -> None:
    near = known(CAT, KITTEN, BOAT).near([CAT], {})[CAT]
    assert near.terms == (KITTEN, CAT)
    assert near.nearness == pytest.approx(((0.8 - 0.45) / 0.55, 1.0))


def test_a_new_word_is_compared_by_its_own_vector() -> None:
    near = known(KITTEN, BOAT).near([CAT], {CAT: vectors(CAT)[0]})
    assert near[CAT].terms == (KITTEN, CAT)


def test_a_word_without_a_vector_is_near_to_itself_alone() -> None:
    assert known(CAT).near([SHIP], {}) == {SHIP: Neighbours((SHIP,), (1.0,))}
    empty = Vocabulary(2).near([CAT], {CAT: vectors(CAT)[0]})
    assert empty == {CAT: Neighbours((CAT,), (1.0,))}


def test_what_comes_later_is_near_too() -> None:
    vocabulary = known(CAT)
    assert vocabulary.near([CAT], {})[CAT].terms == (CAT,)
    vocabulary.extend([KITTEN], vectors(KITTEN))
    assert vocabulary.near([CAT], {})[CAT].terms == (KITTEN, CAT)
    assert vocabulary.near([CAT], {}) == vocabulary.near([CAT], {})


def test_a_vocabulary_knows_its_words() -> None:
    vocabulary = known(CAT, BOAT)
    assert len(vocabulary) == 2
    assert CAT in vocabulary
    assert SHIP not in vocabulary
    assert not vocabulary.full


def random_words(count: int, *, alike: float) -> NDArray[np.float32]:
    """Make words up whose cosines lie around a value."""
    random = np.random.default_rng(1)
    shared = np.sqrt(alike) * np.eye(1, 64)
    own = random.normal(size=(count, 64)) * np.sqrt((1 - alike) / 64)
    made = shared + own
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    found: NDArray[np.float32] = made.astype(np.float32)
    return found


@pytest.mark.parametrize("alike", [0.0, 0.5, 0.9])
def test_unrelated_words_are_not_near_whatever_the_embedder(alike: float) -> None:
    made = random_words(400, alike=alike)
    vocabulary = Vocabulary(64)
    vocabulary.extend(range(400), made)
    near = vocabulary.near(range(400), {})
    assert sum(len(one.terms) - 1 for one in near.values()) < 0.01 * 400**2


def test_only_the_nearest_are_looked_up() -> None:
    vocabulary = Vocabulary(2)
    same = np.tile(vectors(CAT), (40, 1))
    vocabulary.extend(range(40), same)
    assert len(vocabulary.near([7], {})[7].terms) <= module.MAX_NEAR + 1
    new = {99: vectors(CAT)[0]}
    assert len(vocabulary.near([99], new)[99].terms) == module.MAX_NEAR + 1


def test_words_learned_in_lots_are_as_near_as_those_learned_at_once() -> None:
    made = random_words(150, alike=0.5)
    whole, lots = Vocabulary(64), Vocabulary(64)
    whole.extend(range(150), made)
    for first in range(0, 150, 7):
        lots.extend(range(150)[first : first + 7], made[first : first + 7])
    whole.extend([], made[:0])
    for term, near in whole.near(range(150), {}).items():
        found = lots.near([term], {})[term]
        places = np.argsort(-(made @ made[term]))[1 : len(near.terms)]
        assert set(near.terms) == {term, *places.tolist()}
        shorter = min(len(near.terms), len(found.terms))
        assert near.terms[-shorter:] == found.terms[-shorter:]


def test_a_vocabulary_is_bounded() -> None:
    vocabulary = Vocabulary(2, most=2)
    vocabulary.extend([CAT, BOAT], vectors(CAT, BOAT))
    assert vocabulary.full


def indexed(*texts: str) -> tuple[InvertedIndex, CorpusView]:
    rows = list(range(1, len(texts) + 1))
    terms = [term_bytes(text) for text in texts]
    columns = Corpus()
    columns.extend(
        rows,
        authors=[("user", "")] * len(rows),
        said_at=[float("nan")] * len(rows),
        questions=[False] * len(rows),
        lengths=[len(term) // 4 for term in terms],
    )
    postings = InvertedIndex()
    postings.extend(rows, terms)
    return postings, build_view([np.array(rows[:-1], np.int32)], columns)


def term(word: str) -> int:
    return int(np.frombuffer(term_bytes(word), "<u4")[0])


def test_a_message_counts_by_its_nearest_word() -> None:
    postings, view = indexed("cat", "kitten", "kitten cat", "boat", "out of view")
    near = {term("cat"): Neighbours((term("kitten"), term("cat")), (0.5, 1.0))}
    share = near_share(near, postings, view)
    assert share is not None
    assert share.tolist() == pytest.approx([1, 0.5, 1, 0])


def test_words_count_by_their_rarity() -> None:
    postings, view = indexed("cat boat", "cat", "boat", "cat", "cat")
    near = {one: Neighbours((one,), (1.0,)) for one in (term("cat"), term("boat"))}
    share = near_share(near, postings, view)
    cat, boat = idf(3, 4), idf(2, 4)
    expected = [1, cat / (cat + boat), boat / (cat + boat), cat / (cat + boat)]
    assert share is not None
    assert share.tolist() == pytest.approx(expected)


def test_what_nobody_said_is_shared_by_none() -> None:
    postings, view = indexed("cat", "boat")
    assert near_share({9: Neighbours((9,), (1.0,))}, postings, view) is None
    assert near_share({}, postings, view) is None


def test_of_many_words_the_rarest_count() -> None:
    texts = ["common"] * 30 + [f"rare{number}" for number in range(20)]
    postings, view = indexed(*texts, "out of view")
    said = [term("common"), *(term(f"rare{number}") for number in range(20))]
    share = near_share(
        {one: Neighbours((one,), (1.0,)) for one in said}, postings, view
    )
    assert share is not None
    assert share[0] == 0
    assert np.count_nonzero(share) == module.MAX_ASKED
