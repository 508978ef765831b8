"""What recall is compared with: methods that others use, on the same model and tokens.

Owns: the rivals, and packing for those that only rank.
Knows nothing of: the engine, scores, data files.

Rankers take turns by rank while they fit a budget, write them in time order, each day
under its date: as the engine packs, so that the ranking alone differs. The others are
packed as their own hosts do it.
"""

from __future__ import annotations

import re
import sqlite3
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Final
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from long_term_memory.models.embedder import Embedder

from .locomo import Conversation, Turn, count_tokens

RANKED: Final = 50
DEPTH: Final = 200
"""So many are ranked; no block holds more."""

_STOP: Final = frozenset(
    """
    a an and are as at be been by did do does for from had has have how in is it
    its of on or that the their them they this to was were what when where which
    who whom whose why will with would
    """.split()
)


class Remembering:
    """An embedder that embeds each text once for all rivals."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, NDArray[np.float32]] = {}

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector a text."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._embedder.embed(new), strict=True))
        return np.stack([self._known[text] for text in texts])


class Ranker:
    """A rival that only ranks turns; they are packed as the engine packs."""

    def learn(self, conversation: Conversation) -> None:
        """Index the turns."""
        self._turns = conversation.turns
        self.index(conversation.turns)

    def index(self, turns: Sequence[Turn]) -> None:
        """Prepare to rank these turns."""
        raise TypeError("Each rival has its own index.")

    def rank(self, question: str) -> list[int]:
        """Return places of turns, best first."""
        raise TypeError("Each rival has its own ranking.")

    def search(self, question: str) -> list[tuple[set[str], str]]:
        """Return the best turns."""
        best = [self._turns[place] for place in self.rank(question)[:RANKED]]
        return [({turn.id}, line(turn)) for turn in best]

    def block(self, question: str, budget: int) -> tuple[set[str], str]:
        """Take turns by rank while they fit."""
        taken: list[int] = []
        for place in self.rank(question):
            if count_tokens(block_of(self._turns, [*taken, place])) <= budget:
                taken.append(place)
            elif len(taken) > RANKED:
                break
        return {self._turns[place].id for place in taken}, block_of(self._turns, taken)


class FullText(Ranker):
    """SQLite FTS5 over "name, text", porter stemming, stop words cut."""

    def index(self, turns: Sequence[Turn]) -> None:
        """Fill a table in memory."""
        self._database = sqlite3.connect(":memory:")
        self._database.execute(
            "CREATE VIRTUAL TABLE said USING fts5"
            "(name, text, tokenize='porter unicode61')"
        )
        self._database.executemany(
            "INSERT INTO said (rowid, name, text) VALUES (?, ?, ?)",
            [(place, turn.speaker, turn.text) for place, turn in enumerate(turns)],
        )

    def rank(self, question: str) -> list[int]:
        """Ask for any of the words."""
        words = [
            word for word in re.findall(r"\w+", question.lower()) if word not in _STOP
        ]
        if not words:
            return []
        asked = " OR ".join(f'"{word}"' for word in dict.fromkeys(words))
        found = self._database.execute(
            "SELECT rowid FROM said WHERE said MATCH ? ORDER BY bm25(said) LIMIT 200",
            (asked,),
        )
        return [row for (row,) in found]


class Dense(Ranker):
    """One vector per turn as it was said, nearest first."""

    def __init__(self, embedder: Remembering) -> None:
        self._embedder = embedder

    def index(self, turns: Sequence[Turn]) -> None:
        """Embed all turns."""
        self._vectors = self._embedder.embed([turn.text for turn in turns])

    def rank(self, question: str) -> list[int]:
        """Sort by cosine."""
        [query] = self._embedder.embed([question])
        order: list[int] = np.argsort(-(self._vectors @ query))[:200].tolist()
        return order


class Fused(Ranker):
    """Reciprocal rank fusion (k = 60) of full text and vectors, as hybrids do it.

    Cormack, Clarke, Buettcher: "Reciprocal rank fusion outperforms Condorcet and
    individual rank learning methods", SIGIR 2009.
    """

    def __init__(self, embedder: Remembering) -> None:
        self._rankers = (FullText(), Dense(embedder))

    def index(self, turns: Sequence[Turn]) -> None:
        """Index for both."""
        for ranker in self._rankers:
            ranker.index(turns)

    def rank(self, question: str) -> list[int]:
        """Add the reciprocals of both ranks."""
        scores: dict[int, float] = {}
        for ranker in self._rankers:
            for place, found in enumerate(ranker.rank(question), 1):
                scores[found] = scores.get(found, 0.0) + 1 / (60 + place)
        return sorted(scores, key=lambda found: -scores[found])[:DEPTH]


class Chroma(Ranker):
    """A collection of ChromaDB with its defaults, a document a turn.

    Raises:
        ModuleNotFoundError: chromadb is not installed.
    """

    def __init__(self, embedder: Remembering) -> None:
        import chromadb

        self._embedder = embedder
        self._client: Any = chromadb.EphemeralClient(
            chromadb.Settings(anonymized_telemetry=False)
        )

    def index(self, turns: Sequence[Turn]) -> None:
        """Add all turns."""
        self._found = self._client.create_collection(uuid4().hex)
        texts = [turn.text for turn in turns]
        self._found.add(
            ids=[str(place) for place in range(len(turns))],
            documents=texts,
            embeddings=self._embedder.embed(texts),
        )

    def rank(self, question: str) -> list[int]:
        """Ask for the nearest."""
        found = self._found.query(
            query_embeddings=self._embedder.embed([question]),
            n_results=min(DEPTH, self._found.count()),
        )
        return [int(place) for place in found["ids"][0]]


class VectorStorage:
    """SillyTavern's Vector Storage with its defaults, on the same model.

    Messages in pieces of at most 400 characters; the three nearest pieces bring their
    whole messages into one text, the nearest last. Its score threshold does not
    reach chats, and what a chat still shows, here nothing, is left out.
    """

    PIECE: Final = 400
    INSERTED: Final = 3

    def __init__(self, embedder: Remembering) -> None:
        self._embedder = embedder

    def learn(self, conversation: Conversation) -> None:
        """Embed all pieces."""
        self._turns = conversation.turns
        pieces = [
            (place, piece)
            for place, turn in enumerate(self._turns)
            for piece in _pieces(turn.text, self.PIECE)
        ]
        self._owners = [place for place, _ in pieces]
        self._vectors = self._embedder.embed([piece for _, piece in pieces])

    def search(self, question: str) -> list[tuple[set[str], str]]:
        """Return the messages of the nearest pieces."""
        [query] = self._embedder.embed([question])
        nearest = np.argsort(-(self._vectors @ query))[: self.INSERTED]
        places = OrderedDict.fromkeys(self._owners[piece] for piece in nearest)
        return [({self._turns[at].id}, line(self._turns[at])) for at in places]

    def block(self, question: str, budget: int) -> tuple[set[str], str]:
        """Put them in; if they do not fit, the farthest stay out."""
        found = self.search(question)
        while found:
            text = "Past events:\n" + "\n\n".join(said for _, said in reversed(found))
            if count_tokens(text) <= budget:
                return set().union(*(ids for ids, _ in found)), text
            found.pop()
        return set(), ""


class Predecessor:
    """The first long_term_memory's method and limits, with the same model as the rest.

    Messages of 100 characters and more, at most two nearer than 0.6, each cut to
    1,000 characters, told as "3 days ago, Ann said:".
    """

    def __init__(self, embedder: Remembering) -> None:
        self._embedder = embedder

    def learn(self, conversation: Conversation) -> None:
        """Embed the long messages."""
        self._now = conversation.turns[-1].at
        self._kept = [turn for turn in conversation.turns if len(turn.text) >= 100]
        self._vectors = self._embedder.embed([turn.text for turn in self._kept])

    def search(self, question: str) -> list[tuple[set[str], str]]:
        """Return the two nearest, if they are near enough."""
        [query] = self._embedder.embed([question])
        distances = 1 - self._vectors @ query
        best = [place for place in np.argsort(distances)[:2] if distances[place] < 0.6]
        return [
            ({turn.id}, self._told(turn)) for turn in (self._kept[at] for at in best)
        ]

    def block(self, question: str, budget: int) -> tuple[set[str], str]:
        """Put both in if they fit."""
        ids: set[str] = set()
        text = ""
        for turn_ids, told_text in self.search(question):
            if count_tokens(f"{text}\n{told_text}") <= budget:
                ids |= turn_ids
                text = f"{text}\n{told_text}"
        return ids, text

    def _told(self, turn: Turn) -> str:
        days = (self._now - turn.at).days
        return f'{days} days ago, {turn.speaker} said:\n"{turn.text[:1000]}"'


def _pieces(text: str, length: int) -> list[str]:
    """Cut a text at paragraphs, lines or words; no piece has more letters than this."""
    if len(text) <= length:
        return [text]
    end = max(text.rfind(mark, 0, length) for mark in ("\n\n", "\n", " "))
    end = end if end > 0 else length
    return [text[:end], *_pieces(text[end:].lstrip(), length)]


def line(turn: Turn) -> str:
    return f"{turn.speaker}: {turn.text}"


def block_of(turns: Sequence[Turn], places: Sequence[int]) -> str:
    """Write turns in time order, each day under its date."""
    lines: list[str] = []
    day = ""
    for turn in (turns[place] for place in sorted(places)):
        if (date := f"[{turn.at.day} {turn.at:%B %Y}]") != day:
            lines.append(date)
            day = date
        lines.append(line(turn))
    return "\n".join(lines)
