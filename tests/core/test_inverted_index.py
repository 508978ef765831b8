"""The index over words against the plain formula."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.core.retrieval.corpus import Corpus, CorpusView, build_view
from long_term_memory.core.retrieval.inverted_index import (
    InvertedIndex,
    find_words,
    held_words,
    idf,
    lexical_share,
)
from long_term_memory.core.text.tokenizer import term_bytes, term_ids

WORDS = ["cat", "dog", "sun", "rain", "tea", "boat"]
TEXTS = st.lists(
    st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join), max_size=30
)


def indexed(
    texts: list[str], chats: list[list[int]] | None = None
) -> tuple[InvertedIndex, CorpusView]:
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
    view = build_view([np.array(chat, np.int32) for chat in chats or [rows]], columns)
    return postings, view


def plain_share(texts: list[str], query: str) -> list[float]:
    """Say the same slowly: BM25 of each text joined with two on each side."""
    said = [text.split() for text in texts]
    count = len(texts)
    joined = [
        [word for text in said[max(0, at - 2) : at + 3] for word in text]
        for at in range(count)
    ]
    mean = max(1.0, sum(map(len, joined)) / max(1, count))
    shares, total = [0.0] * count, 0.0
    for word in dict.fromkeys(query.split()):
        holding = sum(word in text for text in said)
        idf = math.log1p((count - holding + 0.5) / (holding + 0.5))
        total += idf
        for at, text in enumerate(joined):
            often = text.count(word)
            norm = 1.2 * (0.25 + 0.75 * len(text) / mean)
            shares[at] += idf * often / (often + norm)
    return [share / total for share in shares] if total else shares


@given(TEXTS, st.lists(st.sampled_from([*WORDS, "moon"]), min_size=1, max_size=4))
def test_a_share_is_what_the_formula_says(texts: list[str], words: list[str]) -> None:
    postings, view = indexed(texts)
    query = " ".join(words)
    share = lexical_share(find_words(term_ids(query), postings), view)
    expected = plain_share(texts, query)
    if share is None:
        assert not any(expected)
    else:
        assert share.tolist() == pytest.approx(expected, abs=1e-5)


@given(TEXTS, st.lists(st.sampled_from([*WORDS, "moon"]), max_size=4))
def test_words_held_are_the_share_by_rarity(texts: list[str], words: list[str]) -> None:
    postings, view = indexed(texts)
    found = find_words(term_ids(" ".join(words)), postings)
    held = held_words(found, view.rows, len(view))
    split = [text.split() for text in texts]
    rarity = {
        word: idf(sum(word in text for text in split), len(texts)) for word in words
    }
    whole = sum(rarity.values()) or 1.0
    expected = [
        sum(value for word, value in rarity.items() if word in text) / whole
        for text in split
    ]
    assert held.tolist() == pytest.approx(expected, abs=1e-5)


def test_of_no_messages_none_holds_a_word() -> None:
    postings, view = indexed(["cat", "dog"])
    found = find_words(term_ids("dog"), postings)
    assert not len(held_words(found, view.rows[:0], len(view)))


def test_rare_and_common_words_are_counted_alike() -> None:
    """A word in few of many messages goes another way than one in most of them."""
    texts = ["tea sun"] * 300
    texts[150] = "boat tea boat"
    postings, view = indexed(texts)
    share = lexical_share(find_words(term_ids("boat tea"), postings), view)
    assert share is not None
    assert share.tolist() == pytest.approx(plain_share(texts, "boat tea"), abs=1e-5)


def test_words_do_not_reach_into_another_chat() -> None:
    postings, view = indexed(["cat", "dog", "sun"], chats=[[1, 2], [3]])
    share = lexical_share(find_words(term_ids("dog"), postings), view)
    assert share is not None
    assert share[0] > 0
    assert share[2] == 0


def test_messages_out_of_view_are_not_found() -> None:
    postings, view = indexed(["cat", "dog", "sun"], chats=[[1], [3]])
    assert lexical_share(find_words(term_ids("dog"), postings), view) is None


def test_adding_one_by_one_is_adding_all_at_once() -> None:
    texts = [f"word{row % 700} common tea{row % 13}" for row in range(5000)]
    terms = [term_bytes(text) for text in texts]
    at_once, one_by_one = InvertedIndex(), InvertedIndex()
    at_once.extend(list(range(1, 5001)), terms)
    for row, ids in enumerate(terms, 1):
        one_by_one.extend([row], [ids])
    for term in term_ids("word5 common tea3 absent").tolist():
        rows, counts = at_once.find_forms([term])
        other_rows, other_counts = one_by_one.find_forms([term])
        assert rows.tolist() == other_rows.tolist()
        assert counts.tolist() == other_counts.tolist()


def test_a_lot_added_in_bulk_joins_what_was_there() -> None:
    first = [term_bytes(f"tea word{row}") for row in range(10)]
    second = [
        term_bytes(" ".join(f"tea{row} tea" for _ in range(5))) for row in range(4000)
    ]
    postings = InvertedIndex()
    postings.extend(list(range(1, 11)), first)
    postings.extend(list(range(11, 4011)), second)
    rows, counts = postings.find_forms([int(term_ids("tea")[0])])
    assert rows.tolist() == list(range(1, 4011))
    assert counts.tolist() == [1] * 10 + [5] * 4000


@given(TEXTS, st.integers(0, 30))
def test_many_terms_are_found_as_each_alone(texts: list[str], late: int) -> None:
    terms = [term_bytes(text) for text in texts]
    rows = list(range(1, len(texts) + 1))
    postings = InvertedIndex()
    postings.extend(rows[:-late], [term * 2_000 for term in terms[:-late]])
    postings.extend(rows[-late:], terms[-late:])
    wanted = [int(term_ids(word)[0]) for word in [*WORDS, "nobody", "cat"]]
    found, counts, lengths = postings.find_all(wanted)
    alone = [postings.find_forms([term]) for term in wanted]
    assert found.tolist() == [row for rows, _ in alone for row in rows.tolist()]
    assert counts.tolist() == [n for _, counts in alone for n in counts.tolist()]
    assert lengths.tolist() == [len(rows) for rows, _ in alone]
    none, _, no_lengths = postings.find_all([])
    assert not len(none)
    assert not len(no_lengths)
