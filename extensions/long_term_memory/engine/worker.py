"""Derive words and vectors in the background, so that no turn waits for them.

Owns: the worker thread, when it works, and what is due for embedding.
Knows nothing of: hosts, ranking, how vectors are stored.

It works while nobody is answered, for it takes a processor from whoever is. Where
there is always somebody, what is due waits for seconds at the most: a message and its
reply are done in one go then, and with vectors that answering has made by that time.

A few banks are worked on together, one step after the other, and what is to be embedded
of all of them goes through the model at once: it reads its weights once for all, and
what the next bank needs for the same step is still at the processor's hand. Banks that
rest come last, for they would be opened for it, and mostly somebody opens them soon.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from hashlib import blake2b
from itertools import islice
from threading import Condition, Thread
from time import monotonic
from typing import Final, NamedTuple, Protocol, TypeVar

from ..core.records import (
    ModelInfo,
)
from ..core.text.recipes import RECIPE
from ..errors import EmbeddingError
from ..models.embedder import CachedEmbedder, Embedder, LazyEmbedder
from .faults import Faults, guard

T = TypeVar("T")

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

OPEN_SHARE: Final = 0.75
"""Of those that may be open no more wait than this part: the next would be closed, and
opened again to be worked on."""

BREATH_SECONDS: Final = 2.0
"""So long each of a bank's two steps lets pass whoever is answered, and no longer."""

STEP_SECONDS: Final = 0.1
"""So long whoever is answered waits for a step that was begun before, and no longer."""

TOGETHER: Final = 8
"""So many banks are worked on together."""

TOGETHER_SECONDS: Final = 0.5
"""They are those that began to wait no longer than so after the first of them."""

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

    def ahead(self, embedder: Embedder) -> Sequence[str]:
        """Return the texts that `derive` will embed, if they are few; none else."""

    def derive(self, embedder: Embedder, count: int) -> int:
        """Take a step with up to `count` texts; return how much is still due."""

    def rest(self) -> None:
        """Let go of the files until the next call."""


class _Waiting(NamedTuple):
    """A bank with something due.

    Attributes:
        since: When that was said, in seconds that only grow.
        begun: Whether some of it is done.
        rests: It let go of its files, and is to do so again.
    """

    bank: Derivable
    since: float
    begun: bool = False
    rests: bool = False


class _Read(NamedTuple):
    """What became of reading.

    Attributes:
        is_done: Whether nothing is left to read.
        texts: What is to be embedded then.
    """

    is_done: bool = False
    texts: Sequence[str] = ()


_UNREAD: Final = _Read()
FAILED: Final = -1
"""So much is left where work failed."""


class Worker:
    """One daemon thread that works through the backlogs of all banks."""

    def __init__(
        self,
        embedder: LazyEmbedder,
        faults: Faults,
        most_open: Callable[[], int] = lambda: MOST_WAITING,
        *,
        clock: Callable[[], float] = monotonic,
        breath_seconds: float = BREATH_SECONDS,
    ) -> None:
        """Start idle; the thread begins with the first `wake`.

        Args:
            embedder: Loaded when there is something to embed.
            faults: Hears what goes wrong; the worker goes on.
            most_open: Tells how many banks may stay open.
            clock: Seconds that only grow.
            breath_seconds: See `BREATH_SECONDS`.
        """
        self._clock = clock
        self._breath_seconds = breath_seconds
        self._embedder = embedder
        self._faults = faults
        self._most_open = most_open
        self._changed = Condition()
        self._banks: dict[int, _Waiting] = {}
        self._resting: dict[int, _Waiting] = {}
        self._asked_at = -math.inf
        self._answers = 0
        self._is_stepping = False
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
        """Have no step taken meanwhile, as far as that takes only moments.

        Two threads that compute at once take turns at every call to SQLite, which
        costs both of them more than to wait for each other.
        """
        with self._changed:
            self._answers += 1
            self._changed.wait_for(lambda: not self._is_stepping, STEP_SECONDS)
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
            self._resting.pop(id(bank), None)
            self._banks.setdefault(id(bank), _Waiting(bank, self._clock()))
            if self._thread is None and not self._closing:
                self._thread = Thread(target=self._run, name="ltm-derive", daemon=True)
                self._thread.start()
            if len(self._banks) == 1 or self._is_crowded:
                self._changed.notify_all()

    def leave(self, bank: Derivable) -> None:
        """Hold on to a bank no longer, whatever is due, unless work is under way.

        What is due is found again when the bank is opened next.
        """
        with self._changed:
            self._banks.pop(id(bank), None)
            self._resting.pop(id(bank), None)
            self._changed.notify_all()

    def waits_for(self, bank: Derivable) -> bool:
        """Say whether a bank has something due, as far as that was said here."""
        return id(bank) in self._banks or id(bank) in self._resting

    def rests(self, bank: Derivable) -> None:
        """Work on a bank after all others, until it is woken: it let go of its files.

        An embedder that never comes, or not soon, must not hold it in memory.
        """
        with self._changed:
            is_kept = self.able
            waiting = self._banks.pop(id(bank), None)
            if waiting is not None and is_kept:
                self._resting[id(bank)] = waiting._replace(rests=True)

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
        return self._embedder.state == "ready" and self.waiting() <= MOST_WAITING

    @property
    def _is_crowded(self) -> bool:
        most = min(MOST_PUT_OFF, int(OPEN_SHARE * self._most_open()))
        return len(self._banks) > most

    def waiting(self) -> int:
        """Count the banks that have something due."""
        return len(self._banks) + len(self._resting)

    def settle(self, timeout_seconds: float) -> bool:
        """Wait until nothing is due, which nobody puts off; say whether it was done."""
        with self._changed:
            self._hurries += 1
            self._changed.notify_all()
            try:
                return self._changed.wait_for(
                    lambda: not self.waiting() and not self._busy, timeout_seconds
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
        # What was worked on is held by nobody while it waits to be tried again.
        while (failed := self._round()) is not None:
            with self._changed:
                if failed and not self._closing:
                    self._changed.wait(RETRY_SECONDS)

    def _round(self) -> bool | None:
        """Work on a few banks; return whether any failed, None at the end."""
        lot = self._next()
        if not lot:
            return None
        left = self._work(lot)
        with self._changed:
            self._busy = False
            for one in lot:
                count = left.get(id(one.bank))
                if count != 0:
                    begun = one.begun if count is None else count > 0
                    self._banks.setdefault(id(one.bank), one._replace(begun=begun))
            self._changed.notify_all()
        return FAILED in left.values()

    def _next(self) -> list[_Waiting]:
        """Wait for banks with something due, and take a few; none means the end."""
        with self._changed:
            while not self._closing:
                seconds = self._put_off()
                if seconds is not None and seconds <= 0:
                    self._busy = True
                    return self._taken()
                self._changed.wait(seconds)
            return []

    def _put_off(self) -> float | None:
        """Say how long the first bank waits; None means until something changes."""
        if not self.waiting() or self._rests:
            return None
        waiting = (self._banks or self._resting).values()
        begun = any(one.begun for one in waiting)
        if self._hurries or begun or self._is_crowded:
            return 0
        late = next(iter(waiting)).since + LAG_SECONDS
        return min(late, self._asked_at + QUIET_SECONDS) - self._clock()

    def _taken(self) -> list[_Waiting]:
        """Take the first bank, and those that began to wait soon after it."""
        waiting = self._banks or self._resting
        # One that still loads, or never comes, holds no more than one.
        most = TOGETHER if self._embedder.state == "ready" else 1
        first = next(iter(waiting.values()))
        until = first.since + TOGETHER_SECONDS
        lot = [one for one in islice(waiting.values(), most) if one.since <= until]
        for one in lot:
            del waiting[id(one.bank)]
        return lot

    @contextmanager
    def _step(self) -> Iterator[bool]:
        """Let pass whoever is answered, then take a turn; yield whether it is one."""
        with self._changed:
            self._changed.wait_for(
                lambda: not self._answers or self._hurries or self._closing,
                self._breath_seconds,
            )
            self._is_stepping = not (self._closing or self._rests)
        try:
            yield self._is_stepping
        finally:
            with self._changed:
                self._is_stepping = False
                if self._answers:
                    self._changed.notify_all()

    def _work(self, lot: Sequence[_Waiting]) -> dict[int, int]:
        """Take a step with each; return how much is left of those that were begun."""
        read: dict[int, _Read] = {}
        for one in lot:
            with self._step() as goes_on:
                if goes_on:
                    work = partial(self._read, one.bank)
                    read[id(one.bank)] = self._guarded(work, _UNREAD)
        left = {bank: FAILED if one is _UNREAD else 1 for bank, one in read.items()}
        ready = [one for one in lot if read.get(id(one.bank), _UNREAD).is_done]
        texts = [text for one in read.values() for text in one.texts]
        if len(ready) > 1 and not self._guarded(partial(self._embed, texts), False):
            return left | {id(one.bank): FAILED for one in ready}
        for one in ready:
            with self._step() as goes_on:
                if goes_on:
                    derive = partial(self._derive, one)
                    left[id(one.bank)] = self._guarded(derive, FAILED)
        return left

    def _guarded(self, work: Callable[[], T], failed: T) -> T:
        return guard(self._faults, "learning new messages", work, lambda: failed)

    def _read(self, bank: Derivable) -> _Read:
        """Read words, and what is to be embedded then."""
        # Words come first, for they need no embedder.
        if all(bank.read() for _ in range(READINGS_AT_ONCE)):
            return _Read()
        return _Read(is_done=True, texts=bank.ahead(self._loaded()))

    def _embed(self, texts: Sequence[str]) -> bool:
        """Embed texts of several banks at once; the embedder remembers them."""
        most, wanted = CachedEmbedder.LARGEST_CALL, [*dict.fromkeys(texts)]
        for start in range(0, len(wanted), most):
            self._loaded().embed(wanted[start : start + most])
        return True

    def _derive(self, one: _Waiting) -> int:
        """Embed one batch; return how many texts are still due."""
        left = one.bank.derive(self._loaded(), BATCH)
        if one.rests and not left:
            one.bank.rest()
        return left

    def _loaded(self) -> Embedder:
        embedder = self._embedder.ready(LOADING_SECONDS)
        if embedder is None:
            raise EmbeddingError(
                "The embedding model is still loading; recall compares words only."
            )
        return embedder
