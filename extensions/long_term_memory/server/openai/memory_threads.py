"""Memory's part in a request to the model: in threads, and never for too long.

Owns: the threads that memory works in, its time limit, what is still being finished.
Knows nothing of: the protocol, the model, what memory does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from time import monotonic
from typing import Any, Final, Protocol, TypeVar

from ...engine.faults import Faults, guard
from ...errors import InvalidInput, StoreError
from .client_hints import without_ours
from .speech import texts_of

# More would take the interpreter's lock from the thread that passes tokens on: with 200
# chats beginning at once the median token came 7 ms late beside eight, 0.9 beside four.
THREADS: Final = 4
NOTICE_SECONDS: Final = 0.01
# Whoever ends the server waits, too.
LONGEST_END_SECONDS: Final = 5.0
# The longest contexts take a million tokens, some four million letters.
MOST_LETTERS: Final = 5_000_000
MOST_MESSAGES: Final = 20_000
DOING: Final = "recalling for a request"


class Prepared(Protocol):
    """What memory made of a request."""

    @property
    def body(self) -> dict[str, Any]:
        """What goes to the model."""
        ...

    @property
    def note(self) -> str:
        """What is shown of the memories used, empty if nothing."""
        ...


P = TypeVar("P", bound=Prepared)
T = TypeVar("T")


class Remembers(Protocol[P]):
    """What remembers chats; called from several threads."""

    def prepare(
        self, body: Mapping[str, Any], headers: Mapping[str, str], *, user: str
    ) -> P:
        """Keep what a chat shows, and recall for it."""
        ...

    def prepare_text(
        self, body: Mapping[str, Any], headers: Mapping[str, str], *, user: str
    ) -> P:
        """Keep what a text shows, and recall for it."""
        ...

    def finish(self, prepared: P, reply: str | None) -> None:
        """Keep the reply; None if it broke off."""
        ...


def check_length(body: Mapping[str, Any]) -> None:
    """See whether a request is one that memory reads; each takes a thread and room.

    Raises:
        InvalidInput: It shows more than any model takes.
    """
    prompt, messages = body.get("prompt"), body.get("messages")
    shown = messages if isinstance(messages, list) else []
    told = [one.get("content") for one in shown if isinstance(one, Mapping)]
    letters = sum(len(text) for one in (prompt, *told) for text in texts_of(one))
    if len(shown) > MOST_MESSAGES or letters > MOST_LETTERS:
        raise InvalidInput(
            f"A request shows more than {MOST_MESSAGES} messages or {MOST_LETTERS} "
            "letters, so it went on without memory. Send fewer of the chat's."
        )


Then = Callable[[Prepared | None], None]


class MemoryJob:
    """One request as memory sees it.

    Attributes:
        body: What goes to the model.
        note: What is shown of the memories used, empty if nothing.
    """

    def __init__(
        self,
        body: Mapping[str, Any],
        note: str,
        prepared: asyncio.Future[Prepared | None],
    ) -> None:
        """Remember what memory said, or that it is late."""
        self.body = body
        self.note = note
        self.prepared = prepared


class Recollection:
    """Lets memory prepare requests and learn of their replies."""

    def __init__(
        self,
        memory: Remembers[Any],
        faults: Faults,
        *,
        limit_seconds: Callable[[], float],
    ) -> None:
        """Prepare; the threads start when they are needed.

        Args:
            memory: What remembers.
            faults: Where it is told that memory failed or was late.
            limit_seconds: Returns how long a request waits for memory, which takes
                some hundredths of a second.
        """
        self.memory = memory
        self._faults = faults
        self._limit_seconds = limit_seconds
        self._threads = ThreadPoolExecutor(THREADS, "ltm-proxy")
        self._open: set[MemoryJob] = set()
        self._finishing: set[asyncio.Task[None]] = set()

    async def prepare(
        self,
        prepare: Callable[..., Prepared],
        body: Mapping[str, Any],
        headers: Mapping[str, str],
        user: str,
    ) -> MemoryJob:
        """Return what goes to the model; without memory if that fails or is late."""

        def remember() -> Prepared:
            check_length(body)
            return prepare(body, headers, user=user)

        def work() -> Prepared | None:
            return guard(self._faults, DOING, remember, lambda: None)

        prepared = self._in_thread(work)
        limit = self._limit_seconds()
        await asyncio.wait({prepared}, timeout=limit)
        if not prepared.done():
            late = StoreError(f"It took more than {limit:g} seconds.")
            self._faults.report(DOING, late)
        found = prepared.result() if prepared.done() else None
        if found is None:
            turn = MemoryJob(without_ours(body), "", prepared)
        else:
            turn = MemoryJob(found.body, found.note, prepared)
        self._open.add(turn)
        return turn

    async def finish(self, turn: MemoryJob, keeping: asyncio.Task[None]) -> None:
        """Wait until a reply is kept, unless memory is late with the request itself."""
        if turn.prepared.done():
            await asyncio.wait({keeping}, timeout=self._limit_seconds())

    def begin_to_finish(
        self, turn: MemoryJob, reply: str | None, then: Then | None = None
    ) -> asyncio.Task[None]:
        """Tell memory the reply without waiting.

        Args:
            turn: Whose.
            reply: The whole text; None if it broke off.
            then: Called in a thread when memory has it, with what memory made of the
                request.
        """
        self._open.discard(turn)
        task = asyncio.create_task(self._finish(turn, reply, then))
        self._finishing.add(task)
        task.add_done_callback(self._finishing.discard)
        return task

    async def close(self) -> None:
        """Wait for what is being finished, but not for long."""
        # The server cancels its requests and closes us before they have noticed.
        longest = min(self._limit_seconds(), LONGEST_END_SECONDS)
        end = monotonic() + longest
        while self._open and monotonic() < end:
            await asyncio.sleep(NOTICE_SECONDS)
        if self._finishing:
            await asyncio.wait(self._finishing, timeout=longest)
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _finish(
        self, turn: MemoryJob, reply: str | None, then: Then | None
    ) -> None:
        prepared = await turn.prepared

        def keep() -> None:
            if prepared is not None:
                self.memory.finish(prepared, reply)

        def work() -> None:
            guard(self._faults, "keeping a reply", keep, lambda: None)
            if then is not None:
                tell = partial(then, prepared)
                guard(self._faults, "counting a reply", tell, lambda: None)

        await self._in_thread(work)

    def _in_thread(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """Do something in a thread, as a part of the request under way."""
        loop = asyncio.get_running_loop()
        return loop.run_in_executor(self._threads, copy_context().run, work)
