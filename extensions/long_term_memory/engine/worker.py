"""Derive words and vectors in the background, so that no turn waits for them.

Owns: the worker thread, when it works, and what is due for embedding.
Knows nothing of: hosts, ranking, how vectors are stored.

It works while nobody is answered, for it takes a processor from whoever is. Where
there is always somebody, what is due waits for seconds at the most: a message and its
reply are done in one go then, and with vectors that answering has made by that time.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import blake2b
from itertools import islice
from threading import Condition, Thread
from time import monotonic
from typing import Final, NamedTuple, Protocol

from ..core.records import (
    ModelInfo,
)
from ..core.text.recipes import RECIPE
from ..errors import EmbeddingError
from ..models.embedder import Embedder, LazyEmbedder
from .faults import Faults, guard

BATCH = 32
# After a failure (no space, model missing) the worker tries again this much later.
RETRY_SECONDS = 30.0
LOADING_SECONDS = 600.0
# Each stays in memory; where more wait, one that rests is left until it is opened next.
MOST_WAITING = 256

QUIET_SECONDS: Final = 0.05
"""So long after somebody asked for a bank nobody is taken to be answered any more."""

LAG_SECONDS: Final = 3.0
"""What is due waits no longer, whoever is answered meanwhile."""

MOST_PUT_OFF: Final = 128
"""So many banks wait for a quiet moment, and no more."""

BREATH_SECONDS: Final = 0.05
"""So long each step lets pass whoever is answered just then, and no longer."""

READINGS_AT_ONCE: Final = 4
"""Steps that need no embedder: of some new messages all, of thousands the first."""


class Backlog:
    """Messages that are due for embedding, each once, in the order of asking."""

    def __init__(self) -> None:
        """Start with nothing due."""
        self._order: deque[int] = deque()
        self._known: set[int] = set()

    def __len__(self) -> int:
        """Count what is due."""
        return len(self._order)

    def __contains__(self, row: int) -> bool:
        """Say whether a message is due."""
        return row in self._known

    def add(self, rows: Iterable[int]) -> None:
        """Ask for the vectors of messages; what is due already stays where it is."""
        for row in rows:
            if row not in self._known:
                self._known.add(row)
                self._order.append(row)

    def take(self, count: int) -> list[int]:
        """Look at the first few without removing them."""
        return list(islice(self._order, count))

    def done(self, rows: Iterable[int]) -> None:
        """Strike out what `take` returned."""
        for row in rows:
            if self._order and self._order[0] == row:
                self._order.popleft()
                self._known.discard(row)

    def clear(self) -> None:
        """Ask for nothing any more."""
        self._order.clear()
        self._known.clear()


def model_info(embedder: Embedder) -> ModelInfo:
    """Describe an embedder and our way of preparing texts for it."""
    return ModelInfo(
        name=embedder.name,
        dimension=embedder.dimension,
        fingerprint=embedder.fingerprint,
        recipe=RECIPE,
    )


def vector_key(model: ModelInfo, text: str) -> bytes:
    """Return the key of a vector: hash of model, recipe and exact text, 16 bytes."""
    head = f"{model.name}\0{model.fingerprint}\0{model.recipe}\0"
    data = (head + text).encode("utf-8", "surrogatepass")
    return blake2b(data, digest_size=16).digest()


class BackgroundJob(Protocol):
    """Something that is derived of a bank in the background, a little at a time."""

    def due(self) -> int:
        """Count what there is to do; 0 if nothing is."""

    def work(self, embedder: Embedder, count: int) -> int:
        """Do a little; return how much is left.

        Args:
            embedder: Of the model that the settings name.
            count: Most texts for the embedder.

        Raises:
            LtmError: It could not be done; the next call tries it again.
        """


class Derivable(Protocol):
    """Something with a backlog: a bank."""

    def read(self) -> bool:
        """Take a step of what needs no embedder; return whether any was due."""

    def derive(self, embedder: Embedder, count: int) -> int:
        """Take a step with up to `count` texts; return how much is still due."""


class _Waiting(NamedTuple):
    """A bank with something due.

    Attributes:
        since: When that was said, in seconds that only grow.
        begun: Whether some of it is done.
    """

    bank: Derivable
    since: float
    begun: bool = False


class Worker:
    """One daemon thread that works through the backlogs of all banks."""

    def __init__(
        self,
        embedder: LazyEmbedder,
        faults: Faults,
        *,
        clock: Callable[[], float] = monotonic,
        breath_seconds: float = BREATH_SECONDS,
    ) -> None:
        """Start idle; the thread begins with the first `wake`.

        Args:
            embedder: Loaded when there is something to embed.
            faults: Hears what goes wrong; the worker goes on.
            clock: Seconds that only grow.
            breath_seconds: See `BREATH_SECONDS`.
        """
        self._clock = clock
        self._breath_seconds = breath_seconds
        self._embedder = embedder
        self._faults = faults
        self._changed = Condition()
        self._banks: dict[int, _Waiting] = {}
        self._asked_at = -math.inf
        self._answers = 0
        self._busy = False
        self._closing = False
        self._rests = 0
        self._hurries = 0
        self._thread: Thread | None = None

    def give_way(self) -> None:
        """Say that somebody is about to be answered: what is due can wait a little."""
        self._asked_at = self._clock()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Have no step begun meanwhile, as far as that takes only moments.

        Two threads that compute at once take turns at every call to SQLite, which
        costs both of them more than to wait for each other.
        """
        with self._changed:
            self._answers += 1
        try:
            yield
        finally:
            with self._changed:
                self._answers -= 1
                if not self._answers:
                    self._changed.notify_all()

    def wake(self, bank: Derivable) -> None:
        """Say that a bank has something due."""
        with self._changed:
            self._banks.setdefault(id(bank), _Waiting(bank, self._clock()))
            if self._thread is None and not self._closing:
                self._thread = Thread(target=self._run, name="ltm-derive", daemon=True)
                self._thread.start()
            if len(self._banks) == 1 or len(self._banks) > MOST_PUT_OFF:
                self._changed.notify_all()

    def leave(self, bank: Derivable) -> None:
        """Hold on to a bank no longer, whatever is due, unless work is under way.

        What is due is found again when the bank is opened next.
        """
        with self._changed:
            self._banks.pop(id(bank), None)
            self._changed.notify_all()

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Begin nothing for a while; what is due then goes on."""
        with self._changed:
            self._rests += 1
        try:
            yield
        finally:
            with self._changed:
                self._rests -= 1
                self._changed.notify_all()

    @property
    def able(self) -> bool:
        """Whether there is an embedder to work with, and it keeps up."""
        return self._embedder.state == "ready" and len(self._banks) <= MOST_WAITING

    def waiting(self) -> int:
        """Count the banks that have something due."""
        return len(self._banks)

    def settle(self, timeout_seconds: float) -> bool:
        """Wait until nothing is due, which nobody puts off; say whether it was done."""
        with self._changed:
            self._hurries += 1
            self._changed.notify_all()
            try:
                return self._changed.wait_for(
                    lambda: not self._banks and not self._busy, timeout_seconds
                )
            finally:
                self._hurries -= 1

    def close(self) -> None:
        """Stop after the batch under way."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(timeout=10)

    def _run(self) -> None:
        while (next_one := self._next()) is not None:
            bank, since, _ = next_one
            self._let_pass()
            work = partial(self._work, bank)
            left = guard(self._faults, "learning new messages", work, lambda: -1)
            with self._changed:
                self._busy = False
                if left:
                    begun = _Waiting(bank, since, begun=left > 0)
                    self._banks.setdefault(id(bank), begun)
                self._changed.notify_all()
                if left < 0 and not self._closing:
                    self._changed.wait(RETRY_SECONDS)

    def _next(self) -> _Waiting | None:
        """Wait for a bank with something due; None means the end."""
        with self._changed:
            while not self._closing:
                seconds = self._put_off()
                if seconds is not None and seconds <= 0:
                    self._busy = True
                    return self._banks.pop(next(iter(self._banks)))
                self._changed.wait(seconds)
            return None

    def _put_off(self) -> float | None:
        """Say how long the first bank waits; None means until something changes."""
        if not self._banks or self._rests:
            return None
        waiting = self._banks.values()
        begun = any(one.begun for one in waiting)
        if self._hurries or begun or len(waiting) > MOST_PUT_OFF:
            return 0
        late = next(iter(waiting)).since + LAG_SECONDS
        return min(late, self._asked_at + QUIET_SECONDS) - self._clock()

    def _let_pass(self) -> None:
        with self._changed:
            self._changed.wait_for(
                lambda: not self._answers or self._hurries or self._closing,
                self._breath_seconds,
            )

    def _work(self, bank: Derivable) -> int:
        """Read words or embed one batch; return how many texts are still due."""
        # Words come first, for they need no embedder.
        if all(bank.read() for _ in range(READINGS_AT_ONCE)):
            return 1
        embedder = self._embedder.ready(LOADING_SECONDS)
        if embedder is None:
            raise EmbeddingError(
                "The embedding model is still loading; recall compares words only."
            )
        return bank.derive(embedder, BATCH)
